package dev.cutoff.decide;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
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

    /** How many units a message names. */
    private static final int SHOWN = 50;

    private final SequencedMap<String, Unit> ordered;

    private Graph(SequencedMap<String, Unit> ordered) {
        this.ordered = ordered;
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
                            + "', which is no unit here; " + some(byName.keySet()));
                }
            }
        }
        return new Graph(sort(byName));
    }

    /** Takes units of which the caller knows that each stands after its needs. */
    public static Graph inOrder(Collection<Unit> units) {
        SequencedMap<String, Unit> ordered = new LinkedHashMap<>();
        units.forEach(unit -> ordered.put(unit.name(), unit));
        return new Graph(ordered);
    }

    /** The names of the units, as far as a message has place for them. */
    private static String some(Collection<String> units) {
        String names = String.join(", ", units.stream().limit(SHOWN).toList());
        return "the units are: " + names + (units.size() > SHOWN ? " and " + (units.size() - SHOWN) + " more" : "");
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

    /**
     * All units that are staged for a unit: its needs in the order of declaration, then theirs, breadth first, each once.
     * Found anew each time: kept for all units, they would take the square of the graph's size.
     */
    public List<String> closure(String name) {
        Unit unit = unit(name);
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
            throw Failure.input("no unit '" + name + "' in this workspace; " + some(ordered.keySet()));
        }
        return unit;
    }

    /** The named units and all they need, in order; all units if no name is given. */
    public List<Unit> reaching(Collection<String> names) {
        if (names.isEmpty()) {
            return units();
        }
        Set<String> wanted = new HashSet<>();
        Deque<Unit> queue = new ArrayDeque<>();
        for (String name : names) {
            queue.add(unit(name));
        }
        while (!queue.isEmpty()) {
            Unit unit = queue.remove();
            if (wanted.add(unit.name())) {
                unit.needs().forEach(need -> queue.add(unit(need)));
            }
        }
        return ordered.values().stream()
                .filter(unit -> wanted.contains(unit.name()))
                .toList();
    }
}
