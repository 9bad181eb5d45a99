package dev.cutoff.build;

/** How the processes of a build are observed. */
public enum Watch {
    /** Not at all: what is built so can't be kept later. */
    NONE,
    /** By a library that is loaded into them (src/main/c). */
    PRELOAD,
    /** By strace, which sees all and slows them down. */
    STRACE;

    /** As records and options have it. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
