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

    /** Those that sources and artifacts do not determine, see {@link Totals#isOfTrees}. */
    public abstract List<Use> beyondTrees();

    /** All of them, by where they lie. */
    public abstract List<Part> parts();

    /** {@link #beyondTrees} in parts. */
    public List<Part> partsBeyondTrees() {
        return List.of(new Part(null, beyondTrees()));
    }

    /**
     * Some of the uses.
     *
     * @param tree where all of them lie: a need's name for its artifact, "" for the unit's own sources; null where that is
     *     not said
     * @param facts those of the uses in their order, where they can be had without who relied on them; else null
     * @param common the name of these facts as a set, where all of them are of the machine and so the same for every unit;
     *     else null
     * @param set the name of these facts as a set, where they have one; in sets of one name that lie in one tree, all is equal
     */
    public record Part(
            @Nullable String tree,
            List<Use> uses,
            @Nullable List<Fact> facts,
            @Nullable Digest common,
            @Nullable Digest set) {
        public Part(@Nullable String tree, List<Use> uses) {
            this(tree, uses, null, null, null);
        }
    }

    /** Those of any list that sources and artifacts do not determine. */
    public static List<Use> beyondTrees(List<Use> uses) {
        if (uses instanceof UseList list) {
            return list.beyondTrees();
        }
        return uses.stream()
                .filter(use -> !Totals.isOfTrees(use.fact().kind(), use.fact().entity()))
                .toList();
    }

    /** {@link #beyondTrees(List)} in parts. */
    public static List<Part> partsBeyondTrees(List<Use> uses) {
        return uses instanceof UseList list ? list.partsBeyondTrees() : List.of(new Part(null, beyondTrees(uses)));
    }

    /** The parts of any list of uses. */
    public static List<Part> parts(List<Use> uses) {
        return uses instanceof UseList list ? list.parts() : List.of(new Part(null, uses));
    }
}
