package dev.cutoff.abi.elf;

/** Who sees a symbol (the high half of st_info). */
public enum Binding {
    LOCAL,
    GLOBAL,
    WEAK,
    /** Global, and one only in a process, however libraries were opened (GNU). */
    UNIQUE,
    OTHER;

    static Binding of(int code) {
        return switch (code) {
            case 0 -> LOCAL;
            case 1 -> GLOBAL;
            case 2 -> WEAK;
            case 10 -> UNIQUE;
            default -> OTHER;
        };
    }
}
