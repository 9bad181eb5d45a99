package dev.cutoff.model;

import java.util.Locale;
import java.util.Optional;

/** When steps are tried to find out whether what changed changes what they make. */
public enum Probing {
    NEVER,
    /** Where trying is expected to cost less than a rebuild. */
    AUTO,
    ALWAYS,
    /** As {@link #AUTO}, but not now: a plan says what there is to try. No word of users. */
    LATER;

    /** When a plan tries steps: where it is asked to, and else leaves it to the build. */
    public Probing planned() {
        return this == AUTO ? LATER : this;
    }

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word; empty for any other. */
    public static Optional<Probing> of(String word) {
        for (Probing probing : values()) {
            if (probing != LATER && probing.word().equals(word)) {
                return Optional.of(probing);
            }
        }
        return Optional.empty();
    }
}
