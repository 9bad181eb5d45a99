package dev.cutoff.store;

import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record as its own blob has it: all but the facts, which stand in sets that records share, and the details, which only
 * explanations need.
 *
 * @param environments those of the steps, in the order of their numbers
 * @param texts blobs that sets name
 * @param sameKey see {@link Store#sameKey}
 * @param tree what it was built in; the record is whole without it
 * @param lines likewise
 */
record RecordHead(
        String unit,
        Inputs inputs,
        Digest source,
        Map<String, Digest> needs,
        List<Digest> environments,
        Observation observation,
        Digest artifact,
        Trust trust,
        double cpuSeconds,
        double seconds,
        long created,
        Totals totals,
        List<Set> sets,
        List<Digest> texts,
        Part details,
        Digest sameKey,
        Optional<BuildTree> tree,
        Optional<Digest> parent,
        String tried,
        List<Digest> lines) {

    /**
     * Something that stands in a blob of its own, or where it is small in the record itself.
     *
     * @param blob digest of its bytes; null where they stand in the record
     * @param inline the bytes; null where they are a blob
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Part(@Nullable Digest blob, byte @Nullable [] inline) {

        /** Digest of its bytes, wherever they are. */
        Digest digest() {
            return blob != null ? blob : Digest.of(inline == null ? new byte[0] : inline);
        }
    }

    /**
     * A set of facts.
     *
     * @param need whose artifact they are of, if they are
     * @param count how many facts it has
     */
    record Set(FactGroup.Of of, String need, int count, Part facts) {}

    /** How many facts there are. */
    int facts() {
        return sets.stream().mapToInt(Set::count).sum();
    }

    /** All that it consists of. */
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        sets.forEach(set -> parts.add(set.facts()));
        parts.add(details);
        texts.forEach(text -> parts.add(new Part(text, null)));
        return parts;
    }

    /** Digests of all blobs that the record is made of, this one aside. */
    List<Digest> blobs() {
        List<Digest> blobs = new ArrayList<>();
        for (Part part : parts()) {
            if (part.blob() != null) {
                blobs.add(part.blob());
            }
        }
        return blobs;
    }
}
