package dev.cutoff.model;

import java.util.Locale;
import java.util.Optional;

/** When a unit may be kept: the user's choice, per run and per unit. */
public enum Policy {
    /** Every build-time dependency has the same content as at the last build. */
    STRICT,
    /** A rebuild would give the same bits, timestamps and debug info aside. */
    IDENTICAL,
    /** The present binary works with the present dependencies. */
    COMPATIBLE;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Policy> of(String word) {
        for (Policy policy : values()) {
            if (policy.word().equals(word)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
