package dev.cutoff.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param tree the folder that it was built in; empty where that was not kept
 * @param parent record whose build tree it was built from; empty for a build in an empty folder
 * @param tried what was found out by trying steps, in words; "" for a build. Then the facts are those of an earlier build but for
 *     those of these steps, which were observed while they were tried and gave the same code, debug info aside (issue 9, 3)
 * @param lines for each of the recipe's first lines, and never the last, digest of what the build had made of its folder by the
 *     line's end ({@code stage/FolderState}); none from the first line on where that is not known
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
        long created,
        Optional<BuildTree> tree,
        Optional<Digest> parent,
        String tried,
        List<Digest> lines) {

    /** A record of a build in an empty folder which was not kept. */
    public BuildRecord(
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
        this(
                unit,
                inputs,
                source,
                needs,
                steps,
                uses,
                observation,
                artifact,
                trust,
                cpuSeconds,
                seconds,
                created,
                Optional.empty(),
                Optional.empty(),
                "",
                List.of());
    }

    public BuildRecord {
        needs = needs instanceof NeedMap ? needs : Collections.unmodifiableSortedMap(new TreeMap<>(needs));
        steps = steps instanceof StepList ? steps : List.copyOf(steps);
        uses = uses instanceof UseList ? uses : List.copyOf(uses);
        lines = List.copyOf(lines);
    }
}
