package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts over a run. */
record Summary(Map<Action, Integer> actions, double cpuSeconds, double cpuSecondsSaved) {

    static Summary of(List<Outcome> outcomes) {
        Map<Action, Integer> actions = new EnumMap<>(Action.class);
        double cpu = 0;
        double saved = 0;
        for (Outcome outcome : outcomes) {
            actions.merge(outcome.decision().action(), 1, Integer::sum);
            cpu += outcome.cpuSeconds();
            saved += outcome.cpuSecondsSaved();
        }
        return new Summary(actions, cpu, saved);
    }

    int count(Action action) {
        return actions.getOrDefault(action, 0);
    }
}
