package dev.cutoff.abi.elf;

/** How far a global symbol is seen (the low two bits of st_other). */
public enum Visibility {
    DEFAULT,
    INTERNAL,
    HIDDEN,
    PROTECTED;

    private static final Visibility[] BY_CODE = values();

    static Visibility of(int other) {
        return BY_CODE[other & 3];
    }
}
