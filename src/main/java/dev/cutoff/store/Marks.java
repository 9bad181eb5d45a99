package dev.cutoff.store;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is needed: by records that stay, and by processes that run. Sizes are those on disk. */
final class Marks {

    /**
     * What one record, or one tree, needs.
     *
     * @param trees roots of artifacts, each of which may be laid out as a folder
     */
    record Need(Set<Digest> blobs, Set<Digest> trees) {
        static Need none() {
            return new Need(new HashSet<>(), new HashSet<>());
        }
    }

    private final Store store;
    private final Map<Digest, Long> blobSizes;
    private final Map<Digest, Long> folderSizes;
    private final Set<Digest> blobs = new HashSet<>();
    private final Set<Digest> trees = new HashSet<>();
    private long bytes;

    /**
     * @param blobSizes of all blobs that were there at the beginning
     * @param folderSizes of all artifacts that were laid out as folders, without what they share with blobs
     */
    Marks(Store store, Map<Digest, Long> blobSizes, Map<Digest, Long> folderSizes) {
        this.store = store;
        this.blobSizes = blobSizes;
        this.folderSizes = folderSizes;
    }

    boolean hasBlob(Digest blob) {
        return blobs.contains(blob);
    }

    boolean hasTree(Digest root) {
        return trees.contains(root);
    }

    /** Size of all that is marked. */
    long bytes() {
        return bytes;
    }

    int trees() {
        return trees.size();
    }

    /** How much a need would add to what is marked already. */
    long cost(Need need) {
        long cost = 0;
        for (Digest blob : need.blobs()) {
            cost += blobs.contains(blob) ? 0 : blobSizes.getOrDefault(blob, 0L);
        }
        for (Digest root : need.trees()) {
            cost += trees.contains(root) ? 0 : folderSizes.getOrDefault(root, 0L);
        }
        return cost;
    }

    void add(Need need) {
        bytes += cost(need);
        blobs.addAll(need.blobs());
        trees.addAll(need.trees());
    }

    /** Marks what running processes use. */
    void add(Lease.Held held) throws IOException {
        Need need = new Need(new HashSet<>(held.blobs()), new HashSet<>());
        for (Digest root : held.trees()) {
            if (!trees.contains(root)) {
                tree(root, need);
            }
        }
        add(need);
    }

    /** What a record needs; empty where its blob is lost, so that nobody can use it either. */
    Optional<Need> of(Index.Row row) throws IOException {
        Optional<byte[]> bytes = store.blobs().read(row.id().blob());
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        Need need = Need.none();
        need.blobs().add(row.id().blob());
        tree(row.artifact(), need);
        // One of another schema is another Cutoff's, and no worse for that.
        Optional<RecordHead> head = RecordCodec.decode(bytes.get());
        if (head.isPresent()) {
            add(head.get(), need);
        }
        return Optional.of(need);
    }

    private void add(RecordHead head, Need need) throws IOException {
        need.blobs().addAll(head.blobs());
        if (head.tree().isPresent()) {
            need.blobs().add(head.tree().get().stamps());
            tree(head.tree().get().outputs(), need);
        }
        need.blobs().addAll(head.environments());
        need.blobs().addAll(head.lines());
        try {
            for (Fact fact : new StoredUses(head, store.parts()).factsOfSources()) {
                // Texts of the unit's own sources, by which a change can be told line by line.
                String content = fact.content().endsWith("+x")
                        ? fact.content().substring(0, fact.content().length() - 2)
                        : fact.content();
                if (fact.isNarrow() && Digest.isHex(content)) {
                    need.blobs().add(new Digest(content));
                }
            }
        } catch (LostPart e) {
            // Nobody can use such a record; what of it is there stays until it is replaced.
        }
    }

    private void tree(Digest root, Need need) throws IOException {
        need.trees().add(root);
        for (Tree.Entry entry : store.trees().messages(root, need.blobs()::add).values()) {
            if (entry instanceof Tree.File file) {
                need.blobs().add(file.digest());
            }
        }
    }
}
