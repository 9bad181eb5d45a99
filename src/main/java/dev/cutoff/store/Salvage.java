package dev.cutoff.store;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds a store's records without its index, which was lost: by looking at every blob's first bytes.
 *
 * <p>What lies in an artifact is no record, whatever it looks like: a build must not be able to say by a file of its own
 * what a later build would give. So a blob is taken for a record only where no record's artifact has it as a file.
 */
final class Salvage {

    private record Found(Digest blob, RecordHead record) {}

    private final Blobs blobs;
    private final Trees trees;

    Salvage(Blobs blobs, Trees trees) {
        this.blobs = blobs;
        this.trees = trees;
    }

    /** The records, by age; of equal ones the latest, which had taken the place of the others. */
    List<Index.Entry> records() {
        List<Found> found = new ArrayList<>();
        try {
            for (Digest digest : blobs.all()) {
                if (looksLikeARecord(digest)) {
                    blobs.read(digest).flatMap(RecordCodec::decode).ifPresent(r -> found.add(new Found(digest, r)));
                }
            }
            Set<Digest> files = new HashSet<>();
            Set<Digest> seen = new HashSet<>();
            for (Found one : found) {
                Digest root = one.record().artifact();
                Optional<Tree> tree = seen.add(root) ? trees.read(root) : Optional.empty();
                tree.ifPresent(t -> t.entries().values().forEach(entry -> {
                    if (entry instanceof Tree.File file) {
                        files.add(file.digest());
                    }
                }));
            }
            found.removeIf(one -> files.contains(one.blob()));
        } catch (IOException e) {
            throw Failure.io("looking for the store's records", e);
        }
        found.sort(Comparator.comparingLong(f -> f.record().created()));
        Map<String, Index.Entry> entries = new LinkedHashMap<>();
        for (Found one : found) {
            RecordHead record = one.record();
            Digest key = record.sameKey();
            entries.put(record.unit() + "\n" + key, new Index.Entry(record.unit(), one.blob(), key, record.artifact()));
        }
        return List.copyOf(entries.values());
    }

    private boolean looksLikeARecord(Digest digest) throws IOException {
        try (InputStream in = Files.newInputStream(blobs.path(digest))) {
            byte[] head = in.readNBytes(RecordCodec.HEAD.size());
            for (int i = 0; i < RecordCodec.HEAD.size(); i++) {
                if (i >= head.length || head[i] != RecordCodec.HEAD.get(i)) {
                    return false;
                }
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
