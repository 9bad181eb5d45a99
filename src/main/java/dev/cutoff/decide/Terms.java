package dev.cutoff.decide;

import dev.cutoff.model.Policy;
import dev.cutoff.model.Trust;

/**
 * The terms on which a unit may be kept.
 *
 * @param trust the least trust that a kept result must have
 * @param debugInfoCounts whether a rebuild that would change debug info alone is needed
 */
public record Terms(Policy policy, Trust trust, boolean debugInfoCounts) {}
