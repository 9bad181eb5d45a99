package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Use;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The record of a unit that was kept since steps which read something that changed were tried and give the same: so that
 * nobody tries them again (issue 9, 3; docs/decisions/0024).
 */
public final class Renewal {

    private Renewal() {}

    /**
     * What trying steps of a record showed.
     *
     * @param steps those that give the same with what is there at present
     * @param uses all that was relied on while they ran with it
     * @param toTheBit whether all that they wrote was compared, and is the same in every bit
     */
    public record Shown(Set<Integer> steps, List<Use> uses, boolean toTheBit) {
        public Shown {
            steps = Set.copyOf(steps);
            uses = List.copyOf(uses);
        }
    }

    /**
     * The same record with the facts of today. Facts that do not hold any more, and that nobody but these steps relied on,
     * give way to those that were observed when the steps were tried; all others hold, or there is no such record.
     *
     * <p>It has the build tree only where that is what a build of today would leave: else what stands there was made by the steps as they
     * once ran, and is the same in all but debug info, lists of headers and what no later line looked into.
     *
     * @param all what was shown of steps, each set of them by themselves
     * @param words what was found out
     * @param now milliseconds since the epoch
     */
    public static Optional<BuildRecord> of(BuildRecord base, List<Shown> all, World world, String words, long now) {
        Map<String, Digest> needs = new TreeMap<>();
        for (String need : base.needs().keySet()) {
            Optional<Digest> artifact = world.artifact(need);
            if (artifact.isEmpty()) {
                return Optional.empty();
            }
            needs.put(need, artifact.get());
        }
        Set<Integer> shown = new HashSet<>();
        all.forEach(some -> shown.addAll(some.steps()));
        MergedUses uses = new MergedUses(base.uses().size());
        for (Use use : base.uses()) {
            if (world.state(use.fact()).equals(Optional.of(use.fact().state()))) {
                uses.add(use, use.steps());
            } else if (use.steps().isEmpty() || !shown.containsAll(use.steps())) {
                return Optional.empty();
            }
        }
        for (Shown some : all) {
            List<Integer> steps = List.copyOf(new TreeSet<>(some.steps()));
            for (Use use : some.uses()) {
                if (!uses.add(use, steps)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new BuildRecord(
                base.unit(),
                base.inputs(),
                world.source(),
                needs,
                base.steps(),
                uses.inOrder(),
                base.observation(),
                base.artifact(),
                base.trust(),
                base.cpuSeconds(),
                base.seconds(),
                now,
                all.stream().allMatch(Shown::toTheBit) ? base.tree() : Optional.empty(),
                base.parent(),
                words,
                base.lines()));
    }
}
