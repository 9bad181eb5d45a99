package dev.cutoff.build;

import dev.cutoff.model.Fact;
import dev.cutoff.model.Step;
import java.util.List;

/**
 * What a wheel's build was seen to use.
 *
 * @param observer {@code preload} or {@code strace}
 * @param gaps why not all may have been seen, in words; empty if nothing was missed
 */
public record WheelUses(String observer, List<String> gaps, List<Step> steps, List<Used> uses) {

    /** Where something that was used is. */
    public enum Of {
        /** A file of a distribution, by its path in the wheel. */
        DISTRIBUTION,
        /** The build environment, by the path from its root: folders, and what was looked for in vain. */
        ENVIRONMENT,
        /** The machine, by the path there, or a name where the kind of fact has no path. */
        SYSTEM
    }

    /**
     * A fact that the build relied on. Its entity is a path as {@code of} has it.
     *
     * @param distributions canonical names: of a file the one that has it; in the environment those that have files in the
     *     folder, or in the nearest one above that is there
     * @param steps numbers of the steps that relied on it
     */
    public record Used(Of of, List<String> distributions, Fact fact, List<Integer> steps) {
        public Used {
            distributions = List.copyOf(distributions);
            steps = List.copyOf(steps);
        }
    }

    public WheelUses {
        gaps = List.copyOf(gaps);
        steps = List.copyOf(steps);
        uses = List.copyOf(uses);
    }
}
