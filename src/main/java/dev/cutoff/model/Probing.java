package dev.cutoff.model;

import java.util.Locale;
import java.util.Optional;

/** When steps are tried to find out whether what changed changes what they make. */
public enum Probing {
    NEVER,
    /** Where trying is expected to cost less than a rebuild. */
    AUTO,
    ALWAYS;

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word; empty for any other. */
    public static Optional<Probing> of(String word) {
        for (Probing probing : values()) {
            if (probing.word().equals(word)) {
                return Optional.of(probing);
            }
        }
        return Optional.empty();
    }
}
