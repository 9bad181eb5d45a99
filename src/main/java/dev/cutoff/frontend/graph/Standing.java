package dev.cutoff.frontend.graph;

import java.util.HashMap;
import java.util.Map;

/** The artifacts that stand: those of the units that a plan has kept so far. */
final class Standing {

    private static final int NONE = -1;

    private final Map<String, Integer> artifacts;

    Standing(int units) {
        artifacts = HashMap.newHashMap(units);
    }

    void keep(String unit, int artifact) {
        artifacts.put(unit, artifact);
    }

    /** Number of a unit's artifact; negative where it is still to be built, or no unit. */
    int of(String unit) {
        return artifacts.getOrDefault(unit, NONE);
    }
}
