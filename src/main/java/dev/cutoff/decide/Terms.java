package dev.cutoff.decide;

import dev.cutoff.model.Policy;
import dev.cutoff.model.Probing;
import dev.cutoff.model.Trust;

/**
 * The terms on which a unit may be kept.
 *
 * @param trust the least trust that a kept result must have
 * @param debugInfoCounts whether a rebuild that would change debug info alone is needed
 * @param probing when steps are tried
 */
public record Terms(Policy policy, Trust trust, boolean debugInfoCounts, Probing probing) {

    /** The same without trying anything. */
    public Terms(Policy policy, Trust trust, boolean debugInfoCounts) {
        this(policy, trust, debugInfoCounts, Probing.NEVER);
    }

    /**
     * Whether steps may be tried. What they are shown to make again is the same but for debug info (decision 17); under strict
     * what a unit is made of has to be the same.
     */
    boolean allowProbes() {
        return probing != Probing.NEVER && policy != Policy.STRICT && !debugInfoCounts;
    }
}
