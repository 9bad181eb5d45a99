package dev.cutoff.store;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
     * @param folders artifacts whose folders did not hold what they should; they were set aside
     * @param index whether the index was sound; else it has been replaced
     */
    public record Findings(
            long blobs,
            long records,
            List<Digest> damaged,
            List<String> unreadable,
            List<String> incomplete,
            List<Digest> folders,
            boolean index) {
        public boolean isSound() {
            return damaged.isEmpty() && unreadable.isEmpty() && incomplete.isEmpty() && folders.isEmpty() && index;
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
                try {
                    sums[1] += Files.size(store.blobs().path(digest));
                    sums[0]++;
                } catch (NoSuchFileException e) {
                    // Collected since.
                }
            }
        } catch (IOException e) {
            throw Failure.io("reading the store", e);
        }
        long[] rows = store.index().counts();
        return new Counts(sums[0], sums[1], rows[0], rows[1], rows[2]);
    }

    /**
     * Reads every blob, every record and every folder of an artifact. What is damaged is set aside, so that nothing uses
     * it any more. Others may go on meanwhile, a collection too: what it takes away is not missed.
     */
    public Findings verify() {
        List<String> unreadable = new ArrayList<>();
        List<String> incomplete = new ArrayList<>();
        long[] records = new long[1];
        Set<Digest> known = new HashSet<>();
        try {
            boolean index = store.index().isSound();
            long[] blobs = new long[1];
            List<Digest> damaged = damagedBlobs(blobs);
            List<Digest> folders = damagedFolders();
            store.index().all(0, (unit, row) -> {
                records[0]++;
                String name = "record " + row.id().number() + " of " + unit;
                try {
                    Optional<RecordHead> record =
                            store.blobs().read(row.id().blob()).flatMap(RecordCodec::decode);
                    boolean readable = record.isPresent() && isReadable(record.get());
                    if (!readable && store.index().has(row.id().number())) {
                        unreadable.add(name + ": it is missing, damaged or of another schema, or a part of it is");
                    } else if (record.isPresent()
                            && known.add(row.artifact())
                            && !isWhole(row.artifact())
                            && store.index().has(row.id().number())) {
                        incomplete.add(name + ": its artifact is not whole; the unit will be built again");
                    }
                } catch (IOException e) {
                    throw Failure.io("reading " + name, e);
                }
            });
            return new Findings(blobs[0], records[0], damaged, unreadable, incomplete, folders, index);
        } catch (IOException e) {
            throw Failure.io("reading the store", e);
        }
    }

    private boolean isReadable(RecordHead head) {
        try {
            store.parts().details(head);
            for (RecordHead.Set set : head.sets()) {
                store.parts().facts(head, set);
            }
            return true;
        } catch (LostPart e) {
            return false;
        }
    }

    private List<Digest> damagedBlobs(long[] count) throws IOException {
        List<Digest> damaged = new ArrayList<>();
        for (Digest digest : store.blobs().all()) {
            try {
                count[0]++;
                if (!Blobs.hash(store.blobs().path(digest)).equals(digest)) {
                    store.blobs().setAside(digest);
                    damaged.add(digest);
                }
            } catch (NoSuchFileException e) {
                // Collected since.
            }
        }
        return damaged;
    }

    private List<Digest> damagedFolders() throws IOException {
        List<Digest> damaged = new ArrayList<>();
        if (!Files.isDirectory(store.artifacts())) {
            return damaged;
        }
        try (Stream<Path> folders = Files.list(store.artifacts())) {
            for (Path folder : folders.toList()) {
                String name = String.valueOf(folder.getFileName());
                Optional<Tree> tree = Digest.isHex(name) ? store.trees().read(new Digest(name)) : Optional.empty();
                if (tree.isPresent() && !holds(folder, tree.get()) && Files.exists(folder)) {
                    Path aside =
                            Files.createDirectories(store.blobs().damaged()).resolve("artifact-" + name);
                    Scratch.delete(aside);
                    Files.move(folder, aside);
                    damaged.add(new Digest(name));
                }
            }
        }
        return damaged;
    }

    private static boolean holds(Path folder, Tree tree) throws IOException {
        try {
            return Trees.isHeldBy(folder, tree);
        } catch (NoSuchFileException | java.io.UncheckedIOException e) {
            return false;
        }
    }

    private boolean isWhole(Digest root) throws IOException {
        return store.trees().read(root).filter(store.trees()::hasBlobs).isPresent();
    }
}
