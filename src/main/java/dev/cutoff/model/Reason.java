package dev.cutoff.model;

import org.jspecify.annotations.Nullable;

/**
 * One reason of a decision.
 *
 * @param dependency the unit that the entity belongs to; null for own sources, the system and what has no entity
 * @param entity kind and entity of the fact, as in {@code bytes zlib/include/zlib.h}; null where there is none
 * @param was state at the recorded build; null where there is none
 * @param now present state; null where there is none
 * @param step command of a step that relied on it; null where none is known
 * @param text the reason as a sentence for people
 */
public record Reason(
        Kind kind,
        @Nullable String dependency,
        @Nullable String entity,
        @Nullable String was,
        @Nullable String now,
        @Nullable String step,
        String text) {

    /** What sort of reason it is. */
    public enum Kind {
        /** The user asked for it. */
        FORCED,
        /** No record that could license a keep. */
        NO_RECORD,
        /** There is a record, but what it rests on does not license a keep. */
        NO_EVIDENCE,
        /** An input changed. */
        INPUT,
        /** A use does not hold any more. */
        USE,
        /** Policy strict: a dependency's content changed. */
        STRICT,
        /** The stored artifact can't be used. */
        STORE,
        /** A dependency is still to be built. */
        DEPENDENCY,
        /** A check line failed. */
        CHECK,
        /** The build failed. */
        BUILD,
        /** A probe is still to be carried out. */
        PROBE,
        /** Everything that was relied on still holds. */
        HOLDS,
        /** It is declared not to be built at all. */
        PREBUILT;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** The same with another text. */
    public Reason with(String other) {
        return new Reason(kind, dependency, entity, was, now, step, other);
    }

    public static Reason of(Kind kind, String text) {
        return new Reason(kind, null, null, null, null, null, text);
    }
}
