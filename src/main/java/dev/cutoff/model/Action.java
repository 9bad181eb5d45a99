package dev.cutoff.model;

import java.util.Locale;

/** What is done with a unit. */
public enum Action {
    KEEP,
    /** No object and no source was made anew, only link steps ran. */
    RELINK,
    REBUILD,
    /** In a plan: a probe would settle it, which no plan carries out unasked. */
    MAYBE,
    /** In a plan: depends on a unit that must be built first. */
    WAIT,
    /** A dependency failed. */
    SKIPPED,
    FAIL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
