package dev.cutoff.decide;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** The units of a workspace, each after its needs. */
public final class Graph {

    private final SequencedMap<String, Unit> ordered;
    private final Map<String, List<String>> closures = new HashMap<>();

    private Graph(SequencedMap<String, Unit> ordered) {
        this.ordered = ordered;
        for (Unit unit : ordered.values()) {
            closures.put(unit.name(), closure(unit));
        }
    }

    /**
     * Orders units.
     *
     * @param units each unit's needs must be among them
     * @throws Failure of kind INPUT for an unknown need, or a cycle, which it shows
     */
    public static Graph of(Collection<Unit> units) {
        Map<String, Unit> byName = new LinkedHashMap<>();
        units.forEach(unit -> byName.put(unit.name(), unit));
        for (Unit unit : units) {
            for (String need : unit.needs()) {
                if (!byName.containsKey(need)) {
                    throw Failure.input(unit.origin() + ": unit " + unit.name() + " needs '" + need
                            + "', which is no unit of this workspace; the units are: "
                            + String.join(", ", byName.keySet()));
                }
            }
        }
        return new Graph(sort(byName));
    }

    /** Depth first with a stack of its own: a chain of 100,000 units must not overflow the thread's. */
    private static SequencedMap<String, Unit> sort(Map<String, Unit> units) {
        SequencedMap<String, Unit> done = new LinkedHashMap<>();
        for (Unit start : units.values()) {
            SequencedMap<String, Iterator<String>> path = new LinkedHashMap<>();
            Deque<Unit> stack = new ArrayDeque<>();
            if (!done.containsKey(start.name())) {
                stack.push(start);
                path.put(start.name(), start.needs().iterator());
            }
            while (!stack.isEmpty()) {
                Unit unit = stack.element();
                Iterator<String> rest = Collections.unmodifiableMap(path).get(unit.name());
                if (rest == null || !rest.hasNext()) {
                    stack.pop();
                    path.remove(unit.name());
                    done.put(unit.name(), unit);
                    continue;
                }
                String need = rest.next();
                if (path.containsKey(need)) {
                    throw cycle(units, List.copyOf(path.keySet()), need);
                }
                Unit next = units.get(need);
                if (next != null && !done.containsKey(need)) {
                    stack.push(next);
                    path.put(need, next.needs().iterator());
                }
            }
        }
        return done;
    }

    private static Failure cycle(Map<String, Unit> units, List<String> path, String back) {
        List<String> cycle = new ArrayList<>(path.subList(path.indexOf(back), path.size()));
        cycle.add(back);
        Unit unit = units.get(back);
        String origin = unit == null ? "" : unit.origin() + ": ";
        return Failure.input(origin + "the needs of these units form a cycle: " + String.join(" -> ", cycle)
                + "; take one of them out");
    }

    /** Direct needs in the order of declaration, then theirs, breadth first, each once. */
    private List<String> closure(Unit unit) {
        Set<String> seen = new LinkedHashSet<>(unit.needs());
        Deque<String> queue = new ArrayDeque<>(unit.needs());
        while (!queue.isEmpty()) {
            Unit need = unit(queue.remove());
            for (String far : need.needs()) {
                if (seen.add(far)) {
                    queue.add(far);
                }
            }
        }
        return List.copyOf(seen);
    }

    /** All units, each after its needs. */
    public List<Unit> units() {
        return List.copyOf(ordered.values());
    }

    public Unit unit(String name) {
        Unit unit = ordered.get(name);
        if (unit == null) {
            throw Failure.input(
                    "no unit '" + name + "' in this workspace; the units are: " + String.join(", ", ordered.keySet()));
        }
        return unit;
    }

    /** All units that are staged for a unit: its needs and theirs, nearest first. */
    public List<String> closure(String unit) {
        return closures.getOrDefault(unit, List.of());
    }

    /** The named units and all they need, in order; all units if no name is given. */
    public List<Unit> reaching(Collection<String> names) {
        if (names.isEmpty()) {
            return units();
        }
        Set<String> wanted = new HashSet<>();
        for (String name : names) {
            wanted.add(unit(name).name());
            wanted.addAll(closure(name));
        }
        return ordered.values().stream()
                .filter(unit -> wanted.contains(unit.name()))
                .toList();
    }
}
