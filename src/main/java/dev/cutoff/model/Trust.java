package dev.cutoff.model;

import java.util.Locale;
import java.util.Optional;

/** How a result was made. The order is part of the record format. */
public enum Trust {
    /** In an empty folder. */
    CLEAN,
    /** From a build tree of an earlier build. */
    INCREMENTAL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Trust> of(String word) {
        for (Trust trust : values()) {
            if (trust.word().equals(word)) {
                return Optional.of(trust);
            }
        }
        return Optional.empty();
    }
}
