package dev.cutoff.model;

import java.util.List;

/**
 * A fact that a build relied on.
 *
 * @param steps numbers of the steps that relied on it: first the one that decides what kind of fact counts, then ascending;
 *     empty where no step is known
 */
public record Use(Fact fact, Evidence evidence, List<Integer> steps) {
    public Use {
        steps = List.copyOf(steps);
    }
}
