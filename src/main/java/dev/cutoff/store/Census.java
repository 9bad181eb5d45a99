package dev.cutoff.store;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a store holds, and whether it is sound. */
public final class Census {

    /**
     * Counts.
     *
     * @param bytes sum of the blobs' sizes
     * @param superseded records that gave way to a later one with the same facts
     */
    public record Counts(long blobs, long bytes, long records, long superseded, long units) {}

    /**
     * What a look at every byte found.
     *
     * @param damaged blobs whose bytes are not what their name says; they were set aside
     * @param unreadable records that can't be read, in words
     * @param incomplete records whose artifact lacks blobs, in words; such a unit is built again
     */
    public record Findings(
            long blobs, long records, List<Digest> damaged, List<String> unreadable, List<String> incomplete) {
        public boolean isSound() {
            return damaged.isEmpty() && unreadable.isEmpty() && incomplete.isEmpty();
        }
    }

    private final Store store;

    public Census(Store store) {
        this.store = store;
    }

    public Counts count() {
        long[] sums = new long[2];
        try {
            for (Digest digest : store.blobs().all()) {
                sums[0]++;
                sums[1] += Files.size(store.blobs().path(digest));
            }
        } catch (IOException e) {
            throw Failure.io("reading the store", e);
        }
        long[] rows = store.index().counts();
        return new Counts(sums[0], sums[1], rows[0], rows[1], rows[2]);
    }

    /** Reads every blob and every record. Damaged blobs are set aside, so that nothing uses them any more. */
    public Findings verify() {
        List<Digest> damaged = new ArrayList<>();
        long[] blobs = new long[1];
        try {
            for (Digest digest : store.blobs().all()) {
                blobs[0]++;
                if (!Blobs.hash(store.blobs().path(digest)).equals(digest)) {
                    store.blobs().setAside(digest);
                    damaged.add(digest);
                }
            }
        } catch (IOException e) {
            throw Failure.io("reading the store", e);
        }
        List<String> unreadable = new ArrayList<>();
        List<String> incomplete = new ArrayList<>();
        long[] records = new long[1];
        Set<Digest> known = new HashSet<>();
        store.index().all(0, (unit, row) -> {
            records[0]++;
            String name = "record " + row.id().number() + " of " + unit;
            try {
                Optional<BuildRecord> record =
                        store.blobs().read(row.id().blob()).flatMap(RecordCodec::decode);
                if (record.isEmpty()) {
                    unreadable.add(name + ": its blob is missing, damaged or of another schema");
                } else if (known.add(row.artifact()) && !isWhole(row.artifact())) {
                    incomplete.add(name + ": its artifact is not whole; the unit will be built again");
                }
            } catch (IOException e) {
                throw Failure.io("reading " + name, e);
            }
        });
        return new Findings(blobs[0], records[0], damaged, unreadable, incomplete);
    }

    private boolean isWhole(Digest root) throws IOException {
        Optional<Tree> tree = store.trees().load(root);
        return tree.isPresent()
                && tree.get().entries().values().stream()
                        .allMatch(entry -> !(entry instanceof Tree.File file)
                                || store.blobs().has(file.digest()));
    }
}
