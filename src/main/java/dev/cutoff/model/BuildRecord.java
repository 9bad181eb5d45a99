package dev.cutoff.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one build relied on and what came out of it.
 *
 * @param source root digest of the staged sources
 * @param needs root digest of each artifact that was staged, the needs of needs included; by name,
 *     but for a {@link NeedMap}, which stays as it is
 * @param steps in the order in which they began; a {@link StepList} stays as it is
 * @param uses in the order of kind and entity; a {@link UseList} stays as it is
 * @param artifact root digest of what it left in {@code $OUT}
 * @param cpuSeconds user and system time of all its processes
 * @param seconds wall time
 * @param created milliseconds since the epoch
 */
public record BuildRecord(
        String unit,
        Inputs inputs,
        Digest source,
        Map<String, Digest> needs,
        List<Step> steps,
        List<Use> uses,
        Observation observation,
        Digest artifact,
        Trust trust,
        double cpuSeconds,
        double seconds,
        long created) {

    public BuildRecord {
        needs = needs instanceof NeedMap ? needs : Collections.unmodifiableSortedMap(new TreeMap<>(needs));
        steps = steps instanceof StepList ? steps : List.copyOf(steps);
        uses = uses instanceof UseList ? uses : List.copyOf(uses);
    }
}
