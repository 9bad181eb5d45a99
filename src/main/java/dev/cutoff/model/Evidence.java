package dev.cutoff.model;

/** How a use is known. The order is part of the record format. */
public enum Evidence {
    /** Seen while building. */
    OBSERVED,
    /** Read from the product. */
    LINKED,
    /** Told by the user, a front end or a plugin. */
    DECLARED,
    /** Nothing better is known: the whole dependency. */
    ASSUMED;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
