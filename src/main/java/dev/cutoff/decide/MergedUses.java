package dev.cutoff.decide;

import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Uses of two runs, as those of one: each fact once, with all who relied on it. */
final class MergedUses {

    private record Key(FactKind kind, String entity, String scope) {
        static Key of(Fact fact) {
            return new Key(fact.kind(), fact.entity(), fact.scope());
        }
    }

    private final Map<Key, Use> uses;

    /** Thousands of facts have the same readers, in one list: found by the lists themselves, not by what they hold. */
    private final IdentityHashMap<List<Integer>, IdentityHashMap<List<Integer>, List<Integer>>> unions =
            new IdentityHashMap<>();

    /** @param expected how many facts there may be */
    MergedUses(int expected) {
        this.uses = HashMap.newHashMap(expected);
    }

    /**
     * Adds a use.
     *
     * @param steps who relied on it, in place of those that it names, as {@link #afterFirst} has them; empty where that is not known
     * @return false where another state of the fact was relied on
     */
    boolean add(Use use, List<Integer> steps) {
        Key key = Key.of(use.fact());
        Use standing = uses.putIfAbsent(key, new Use(use.fact(), use.evidence(), steps));
        if (standing == null) {
            return true;
        }
        if (!standing.fact().state().equals(use.fact().state())) {
            return false;
        }
        uses.put(
                key,
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

    /** Where it is not known for one of them who relied on a fact, it is not for both. The first stays first. */
    private List<Integer> union(List<Integer> first, List<Integer> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return List.of();
        }
        return unions.computeIfAbsent(first, _ -> new IdentityHashMap<>()).computeIfAbsent(second, _ -> {
            List<Integer> all = new ArrayList<>(first.size() + second.size());
            all.addAll(first);
            all.addAll(second);
            return afterFirst(all);
        });
    }

    /** Without its first in ascending order, each once. */
    static List<Integer> afterFirst(List<Integer> steps) {
        if (steps.size() < 2) {
            return List.copyOf(steps);
        }
        int first = steps.getFirst();
        List<Integer> all = new ArrayList<>(steps.size());
        all.add(first);
        steps.subList(1, steps.size()).stream()
                .mapToInt(Integer::intValue)
                .filter(step -> step != first)
                .sorted()
                .distinct()
                .forEach(all::add);
        return List.copyOf(all);
    }
}
