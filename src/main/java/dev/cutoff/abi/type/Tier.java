package dev.cutoff.abi.type;

import java.util.Locale;

/** How far the evidence on types goes. */
public enum Tier {
    /** There is no debug information, or none of types (as {@code -g1} leaves it): symbols are all that is known. */
    SYMBOLS,
    /** Types are known, and not which of them are public: all that symbols reach count. */
    TYPES,
    /** Types are known, and so are the headers that consumers see. */
    HEADERS;

    /** The tier as documents name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
