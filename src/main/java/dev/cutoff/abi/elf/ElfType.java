package dev.cutoff.abi.elf;

/** What an ELF file is for (e_type). */
public enum ElfType {
    RELOCATABLE,
    EXECUTABLE,
    /** A shared library or a position-independent executable. */
    SHARED,
    CORE,
    OTHER;

    static ElfType of(int code) {
        return switch (code) {
            case 1 -> RELOCATABLE;
            case 2 -> EXECUTABLE;
            case 3 -> SHARED;
            case 4 -> CORE;
            default -> OTHER;
        };
    }
}
