package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares one record with the present, cheap questions first: inputs, whole trees, then single facts. A tree whose
 * root digest is the recorded one makes every use in it hold without a look.
 */
final class Comparison {

    private final Inputs inputs;
    private final World world;
    private final Terms terms;

    Comparison(Inputs inputs, World world, Terms terms) {
        this.inputs = inputs;
        this.world = world;
        this.terms = terms;
    }

    /**
     * Judges a record.
     *
     * @param toTheEnd whether to collect every failure (to explain) or to stop at the first (to decide)
     */
    Judgement judge(Candidate candidate, boolean toTheEnd) {
        BuildRecord record = candidate.record();
        List<Reason> failures = new ArrayList<>();
        Optional<String> denial = Licence.denial(record, terms.trust());
        denial.ifPresent(why -> failures.add(Reason.of(Reason.Kind.NO_EVIDENCE, why)));
        int before = failures.size();
        compareInputs(record.inputs(), failures);
        int changedInputs = failures.size() - before;
        SortedSet<String> pending = new TreeSet<>();
        int compared = 0;
        if (failures.isEmpty() || toTheEnd) {
            if (terms.policy() == Policy.STRICT) {
                compareNeeds(record, failures, pending);
            }
            compared = compareUses(record, failures, pending, toTheEnd);
        }
        return new Judgement(candidate, withoutEchoes(failures), changedInputs, denial.isPresent(), pending, compared);
    }

    private void compareInputs(Inputs recorded, List<Reason> failures) {
        Set<String> names = new TreeSet<>(recorded.values().keySet());
        names.addAll(inputs.values().keySet());
        for (String name : names) {
            String was = recorded.values().get(name);
            String now = inputs.values().get(name);
            if (was == null || now == null || !was.equals(now)) {
                failures.add(Reasons.input(name, was, now));
            }
        }
    }

    private void compareNeeds(BuildRecord record, List<Reason> failures, Set<String> pending) {
        new TreeMap<>(record.needs()).forEach((need, was) -> {
            Optional<Digest> now = world.artifact(need);
            if (now.isEmpty()) {
                pending.add(need);
            } else if (!now.get().equals(was)) {
                failures.add(Reasons.strict(need, was, now.get()));
            }
        });
    }

    private int compareUses(BuildRecord record, List<Reason> failures, Set<String> pending, boolean toTheEnd) {
        Map<String, Boolean> unchanged = new HashMap<>();
        Answers answers = new Answers(record);
        int compared = 0;
        for (Use use : record.uses()) {
            Fact fact = use.fact();
            if (!Licence.admits(use.evidence(), terms.policy())) {
                failures.add(Reasons.unlicensed(use, terms.policy()));
            } else if (fact.kind() == FactKind.ANSWER || holdsAsPartOfAWhole(record, fact, unchanged)) {
                // A query whose files are what they were need not be asked.
                compared++;
            } else {
                Optional<Boolean> holds = holds(fact);
                if (holds.isEmpty()) {
                    pending.add(Place.dependencyOf(fact.entity()));
                } else if (holds.get()) {
                    compared++;
                } else if (!answers.takes(use)) {
                    failures.add(Reasons.use(record, use, world));
                }
            }
            if (!toTheEnd && !failures.isEmpty()) {
                return compared;
            }
        }
        if (failures.isEmpty() && !pending.isEmpty()) {
            return compared;
        }
        for (Use answer : answers.toAsk()) {
            if (world.now(answer.fact()).equals(Optional.of(answer.fact().state()))) {
                compared++;
            } else {
                failures.addAll(answers.reasons(answer, world));
            }
        }
        return compared;
    }

    /** Empty where it can't be told yet. */
    private Optional<Boolean> holds(Fact fact) {
        if (fact.isNarrow()) {
            Optional<String> content = world.now(fact.whole());
            boolean same = content.equals(Optional.of(fact.content()));
            boolean counts = terms.debugInfoCounts() && fact.scope().equals(Fact.WITH_DEBUG_INFO);
            if (content.isEmpty() || same || counts) {
                return content.map(c -> same);
            }
        }
        return world.now(fact).map(fact.state()::equals);
    }

    /**
     * Whether the fact lies in sources or an artifact that are as a whole what they were. Only for what a tree
     * determines alone: a link can lead out of its tree, and then all trees it may lead to must be unchanged.
     */
    private boolean holdsAsPartOfAWhole(BuildRecord record, Fact fact, Map<String, Boolean> unchanged) {
        if (!fact.kind().isPath() || fact.kind() == FactKind.PACKAGE || !Place.within(fact.entity(), Place.ROOT)) {
            return false;
        }
        return unchanged.computeIfAbsent("", all -> {
            if (!record.source().equals(world.source())) {
                return false;
            }
            for (var need : record.needs().entrySet()) {
                if (!world.artifact(need.getKey()).equals(Optional.of(need.getValue()))) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Without the failures that only repeat another: a file's changed size beside its changed content. */
    private static List<Reason> withoutEchoes(List<Reason> failures) {
        List<Reason> sorted = new ArrayList<>(failures);
        sorted.sort(Reasons.MOST_TELLING_FIRST);
        Set<String> told = new HashSet<>();
        List<Reason> kept = new ArrayList<>();
        for (Reason reason : sorted) {
            Optional<String> path = Reasons.path(reason);
            boolean echo = path.isPresent() && told.contains(path.get());
            if (path.isPresent() && Reasons.isOfContent(reason)) {
                told.add(path.get());
            }
            if (!echo) {
                kept.add(reason);
            }
        }
        return kept;
    }
}
