package dev.cutoff.frontend.graph;

import java.util.Arrays;

/** The artifacts that stand: those of the units that a plan has kept so far. */
final class Standing {

    private static final int NONE = -1;

    private final Names names;
    private final int[] artifacts;

    Standing(Names names) {
        this.names = names;
        this.artifacts = new int[names.size()];
        Arrays.fill(artifacts, NONE);
    }

    void keep(String unit, int artifact) {
        artifacts[names.find(unit)] = artifact;
    }

    /** Number of a unit's artifact; negative where it is still to be built, or no unit. */
    int of(String unit) {
        int id = names.find(unit);
        return id < 0 ? NONE : artifacts[id];
    }
}
