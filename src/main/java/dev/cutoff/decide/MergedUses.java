package dev.cutoff.decide;

import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Uses of two runs, as those of one: each fact once, with all who relied on it. */
final class MergedUses {

    private record Key(FactKind kind, String entity, String scope) {
        static Key of(Fact fact) {
            return new Key(fact.kind(), fact.entity(), fact.scope());
        }
    }

    private final Map<Key, Use> uses;

    /** @param expected how many facts there may be */
    MergedUses(int expected) {
        this.uses = HashMap.newHashMap(expected);
    }

    /**
     * Adds a use.
     *
     * @param steps who relied on it, in place of those that it names: first the one that decides what kind of fact counts; empty
     *     where that is not known
     * @return false where another state of the fact was relied on
     */
    boolean add(Use use, List<Integer> steps) {
        Use standing = uses.putIfAbsent(Key.of(use.fact()), new Use(use.fact(), use.evidence(), sorted(steps)));
        if (standing == null) {
            return true;
        }
        if (!standing.fact().state().equals(use.fact().state())) {
            return false;
        }
        uses.put(
                Key.of(use.fact()),
                new Use(standing.fact(), weaker(standing.evidence(), use.evidence()), union(standing.steps(), steps)));
        return true;
    }

    /** All of them, as records have them. */
    List<Use> inOrder() {
        List<Use> all = new ArrayList<>(uses.values());
        all.sort(Use.ORDER);
        return all;
    }

    private static Evidence weaker(Evidence first, Evidence second) {
        return first.compareTo(second) >= 0 ? first : second;
    }

    /** Where it is not known for one of them who relied on a fact, it is not for both. */
    private static List<Integer> union(List<Integer> first, List<Integer> second) {
        return first.isEmpty() || second.isEmpty() ? List.of() : afterFirst(first, second);
    }

    /** The first stays first. */
    private static List<Integer> afterFirst(List<Integer> first, List<Integer> more) {
        TreeSet<Integer> rest = new TreeSet<>(first.subList(1, first.size()));
        rest.addAll(more);
        rest.remove(first.getFirst());
        List<Integer> all = new ArrayList<>(List.of(first.getFirst()));
        all.addAll(rest);
        return all;
    }

    /** Without its first in ascending order, each once. */
    private static List<Integer> sorted(List<Integer> steps) {
        for (int i = 2; i < steps.size(); i++) {
            if (steps.get(i - 1) >= steps.get(i)) {
                return afterFirst(steps, List.of());
            }
        }
        return steps.size() == 2 && steps.get(0).equals(steps.get(1)) ? steps.subList(0, 1) : steps;
    }
}
