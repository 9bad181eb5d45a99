package dev.cutoff.frontend.graph;

import dev.cutoff.model.Fact;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a plan knows while it goes on: the units that are decided, the artifacts that stand, what else is so at present. */
final class Standing {

    private static final int NONE = -1;

    private final StoredGraph graph;
    private final Map<String, Integer> ids = new HashMap<>();
    private final BitSet decided = new BitSet();
    private final List<Numbers> needs = new ArrayList<>();
    private final Numbers.Builder artifacts = new Numbers.Builder();
    private final Map<Integer, Map<StoredGraph.Key, String>> offers = new HashMap<>();
    private final Map<StoredGraph.Key, String> present = new HashMap<>();

    Standing(StoredGraph graph) {
        this.graph = graph;
    }

    void now(Fact fact) {
        present.put(StoredGraph.Key.of(fact), fact.state());
    }

    /** States of what lies in no artifact. */
    Map<StoredGraph.Key, String> present() {
        return present;
    }

    /** A unit is decided; its artifact is still to be built, but for {@link #keep}. */
    void decided(StoredGraph.Entry unit) {
        ids.put(unit.name(), unit.id());
        decided.set(unit.id());
        while (needs.size() <= unit.id()) {
            needs.add(Numbers.NONE);
        }
        needs.set(unit.id(), unit.needs());
    }

    boolean isDecided(int unit) {
        return decided.get(unit);
    }

    void keep(int artifact) {
        int unit = graph.artifacts().unit(artifact);
        while (artifacts.size() <= unit) {
            artifacts.add(NONE);
        }
        artifacts.set(unit, artifact);
    }

    /** Number of the name of a unit that is decided; -1 for others. */
    int id(String unit) {
        return ids.getOrDefault(unit, NONE);
    }

    /** Number of a unit's artifact; negative where it is still to be built, or no unit. */
    int of(String unit) {
        int id = id(unit);
        return id < 0 ? NONE : of(id);
    }

    private int of(int unit) {
        return unit < artifacts.size() ? artifacts.get(unit) : NONE;
    }

    /** Whether these stand, or others of the same content. */
    boolean are(Numbers recorded) {
        for (int i = 0; i < recorded.size(); i++) {
            int was = recorded.get(i);
            int now = of(graph.artifacts().unit(was));
            boolean same = now == was
                    || (now != NONE
                            && graph.artifacts()
                                    .digest(now)
                                    .equals(graph.artifacts().digest(was)));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /** The states that an artifact offers. */
    Map<StoredGraph.Key, String> offers(int artifact) {
        return offers.computeIfAbsent(artifact, graph.artifacts()::offers);
    }

    /** All units that needs lead to, themselves included. */
    BitSet closure(Numbers direct) {
        BitSet seen = new BitSet();
        Numbers.Builder queue = new Numbers.Builder();
        add(direct, seen, queue);
        for (int i = 0; i < queue.size(); i++) {
            if (isDecided(queue.get(i))) {
                add(needs.get(queue.get(i)), seen, queue);
            }
        }
        return seen;
    }

    private static void add(Numbers units, BitSet seen, Numbers.Builder queue) {
        for (int i = 0; i < units.size(); i++) {
            if (!seen.get(units.get(i))) {
                seen.set(units.get(i));
                queue.add(units.get(i));
            }
        }
    }
}
