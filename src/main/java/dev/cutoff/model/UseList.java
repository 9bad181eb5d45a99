package dev.cutoff.model;

import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Uses that are told one by one only when asked for, since mostly what they come to decides. Immutable: asked twice, it
 * says the same.
 */
public abstract class UseList extends AbstractList<Use> {

    /** What {@link Totals#of} would say of them. */
    public abstract Totals totals();

    /** All of them, by where they lie. */
    public abstract List<Part> parts();

    /**
     * Some of the uses.
     *
     * @param tree where all of them lie: a need's name for its artifact, "" for the unit's own sources; null where that is
     *     not said
     */
    public record Part(@Nullable String tree, List<Use> uses) {}

    /** The parts of any list of uses. */
    public static List<Part> parts(List<Use> uses) {
        return uses instanceof UseList list ? list.parts() : List.of(new Part(null, uses));
    }
}
