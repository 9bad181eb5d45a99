package dev.cutoff.abi.diff;

import java.util.Locale;

/** An answer, from the best to the worst. */
public enum Verdict {
    YES,
    UNKNOWN,
    NO;

    /** The verdict as documents name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Verdict worse(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
