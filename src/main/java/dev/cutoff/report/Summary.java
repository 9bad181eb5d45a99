package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts over a run. */
record Summary(Map<Action, Integer> actions, double cpuSeconds, double cpuSecondsSaved) {

    /** Counts as outcomes come. */
    static final class Tally {
        private final Map<Action, Integer> actions = new EnumMap<>(Action.class);
        private double cpu;
        private double saved;

        void add(Outcome outcome) {
            actions.merge(outcome.decision().action(), 1, Integer::sum);
            cpu += outcome.cpuSeconds();
            saved += outcome.cpuSecondsSaved();
        }

        Summary summary() {
            return new Summary(new EnumMap<>(actions), cpu, saved);
        }
    }

    static Summary of(List<Outcome> outcomes) {
        Tally tally = new Tally();
        outcomes.forEach(tally::add);
        return tally.summary();
    }

    int units() {
        return actions.values().stream().mapToInt(Integer::intValue).sum();
    }

    int count(Action action) {
        return actions.getOrDefault(action, 0);
    }
}
