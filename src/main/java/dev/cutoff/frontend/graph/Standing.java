package dev.cutoff.frontend.graph;

import java.util.HashMap;
import java.util.Map;

/** The artifacts that stand: those of the units that a plan has kept so far. */
final class Standing {

    private static final int NONE = -1;

    private final StoredGraph graph;
    private final Numbers.Builder byId = new Numbers.Builder();
    private final Map<String, Integer> byName = new HashMap<>();

    Standing(StoredGraph graph) {
        this.graph = graph;
    }

    void keep(int artifact) {
        int unit = graph.artifacts().unit(artifact);
        while (byId.size() <= unit) {
            byId.add(NONE);
        }
        byId.set(unit, artifact);
        byName.put(graph.artifacts().name(artifact), artifact);
    }

    /** Number of a unit's artifact; negative where it is still to be built, or no unit. */
    int of(String unit) {
        return byName.getOrDefault(unit, NONE);
    }

    /** Whether these stand, or others of the same content. */
    boolean are(Numbers artifacts) {
        for (int i = 0; i < artifacts.size(); i++) {
            int recorded = artifacts.get(i);
            int unit = graph.artifacts().unit(recorded);
            int present = unit < byId.size() ? byId.get(unit) : NONE;
            boolean same = present == recorded
                    || (present != NONE
                            && graph.artifacts()
                                    .digest(present)
                                    .equals(graph.artifacts().digest(recorded)));
            if (!same) {
                return false;
            }
        }
        return true;
    }
}
