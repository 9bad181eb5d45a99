package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Use;
import dev.cutoff.model.UseList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The queries of a record: steps whose answer is all that they gave. Where what only they relied on has changed, the
 * question is asked again, and its answer decides.
 */
final class Answers {

    private final BuildRecord record;
    private final Map<Integer, Use> byStep = new HashMap<>();
    private final Map<Use, List<Use>> failed = new LinkedHashMap<>();

    Answers(BuildRecord record) {
        this.record = record;
        for (UseList.Part part : UseList.parts(record.uses())) {
            List<Fact> facts = part.facts();
            if (facts == null) {
                part.uses().forEach(this::note);
                continue;
            }
            for (int i = 0; i < facts.size(); i++) {
                if (facts.get(i).kind() == FactKind.ANSWER) {
                    note(part.uses().get(i));
                }
            }
        }
    }

    private void note(Use use) {
        if (use.fact().kind() == FactKind.ANSWER) {
            use.steps().forEach(step -> byStep.put(step, use));
        }
    }

    /** Whether queries alone relied on a fact that does not hold: then it is theirs to settle. */
    boolean takes(Use use) {
        if (use.steps().isEmpty() || !byStep.keySet().containsAll(use.steps())) {
            return false;
        }
        for (int step : use.steps()) {
            failed.computeIfAbsent(byStep.get(step), q -> new ArrayList<>()).add(use);
        }
        return true;
    }

    /** The queries that must be asked again. */
    Collection<Use> toAsk() {
        return failed.keySet();
    }

    /** Why a query whose answer is another one now gives it: what it relied on. */
    List<Reason> reasons(Use answer, World world) {
        List<Reason> reasons = new ArrayList<>();
        for (Use use : failed.getOrDefault(answer, List.of())) {
            reasons.add(Reasons.use(record, use, world));
        }
        return reasons;
    }
}
