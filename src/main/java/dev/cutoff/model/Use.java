package dev.cutoff.model;

import java.util.Comparator;
import java.util.List;

/**
 * A fact that a build relied on.
 *
 * @param steps numbers of the steps that relied on it: first the one that decides what kind of fact counts, then ascending;
 *     empty where no step is known
 */
public record Use(Fact fact, Evidence evidence, List<Integer> steps) {

    /** The order in which records tell them. */
    public static final Comparator<Use> ORDER = Comparator.comparing(
                    (Use use) -> use.fact().kind())
            .thenComparing(use -> use.fact().entity())
            .thenComparing(use -> use.fact().scope());

    public Use {
        steps = List.copyOf(steps);
    }
}
