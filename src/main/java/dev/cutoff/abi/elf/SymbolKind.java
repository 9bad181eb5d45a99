package dev.cutoff.abi.elf;

/** What a symbol stands for (the low half of st_info). */
public enum SymbolKind {
    NOTYPE,
    OBJECT,
    FUNC,
    SECTION,
    FILE,
    COMMON,
    TLS,
    /** A function whose address is chosen when the program is loaded; 10 is GNU's, among the numbers left to systems. */
    IFUNC,
    OTHER;

    private static final SymbolKind[] BY_CODE = {NOTYPE, OBJECT, FUNC, SECTION, FILE, COMMON, TLS};

    static SymbolKind of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : code == 10 ? IFUNC : OTHER;
    }

    /** Whether it can be called: who uses such a symbol does not see which of the two it is. */
    public boolean function() {
        return this == FUNC || this == IFUNC;
    }
}
