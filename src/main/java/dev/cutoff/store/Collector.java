package dev.cutoff.store;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Takes from a store what is old or too much: records first, those that were used longest ago before others, then
 * folders of artifacts and blobs that nothing needs any more.
 *
 * <p>Others go on meanwhile. What they rely on stands in their {@link Lease}, written within the store's gate. The
 * marking is done with the gate open. Each deletion is done with the gate closed, in batches that last a moment, and
 * begins with a look at what has come since: new leases, and records that were committed by processes which have ended
 * already. So who says "that is there already" has either said so before a batch, and it stays; or after it, and then
 * finds that it is not there.
 *
 * <p>Records go before what they need, so a collection that is killed leaves blobs that nothing needs, which the next
 * one finds. Two collections follow each other.
 */
public final class Collector {

    private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int BATCH_RECORDS = 500;

    /** Most file systems give files whole blocks of that many bytes. */
    private static final long BLOCK = 4096;

    private final Store store;
    private final Path root;
    private final InstantSource clock;

    public Collector(Store store, InstantSource clock) {
        this.store = store;
        this.root = store.folder();
        this.clock = clock;
    }

    /**
     * Collects; waits for another collection that goes on.
     *
     * @param trial whether to say only what would be done; what others are doing meanwhile may then be missed
     */
    public Collection collect(Collection.Limits limits, boolean trial) {
        try {
            if (trial) {
                return new Run(limits, true).run();
            }
            try (Gate gate = new Gate(root.resolve("gc.lock"))) {
                return gate.exclude(() -> new Run(limits, false).run());
            }
        } catch (IOException e) {
            throw Failure.io("collecting in " + root, e);
        }
    }

    private final class Run {
        private final Collection.Limits limits;
        private final boolean trial;
        private final Map<Digest, Long> blobSizes = new HashMap<>();
        private final Map<Digest, Long> folderSizes = new HashMap<>();
        private final List<Index.Row> rows = new ArrayList<>();
        private final Marks marks = new Marks(store, blobSizes, folderSizes);
        private final List<Index.Row> going = new ArrayList<>();
        private final Set<Digest> leased = new HashSet<>();
        private long lastNumber;
        private int processes;
        private long tooOld;
        private long tooMuch;
        private long unreadable;
        private long removedBlobs;
        private long removedFolders;
        private long removedBytes;

        Run(Collection.Limits limits, boolean trial) {
            this.limits = limits;
            this.trial = trial;
        }

        Collection run() throws IOException {
            int leftOvers = trial ? 0 : store.scratch().removeAbandoned();
            long now = clock.millis();
            if (!trial) {
                store.index().adjustFuture(now);
            }
            look();
            Collection.Amount there = new Collection.Amount(
                    rows.size(), blobSizes.size(), folderSizes.size(), sum(blobSizes) + sum(folderSizes));
            store.gate().share(this::catchUp);
            long inUseBytes = marks.bytes();
            long inUseBlobs = blobSizes.keySet().stream().filter(marks::hasBlob).count();
            long inUseFolders =
                    folderSizes.keySet().stream().filter(marks::hasTree).count();
            choose(now);
            if (!trial) {
                forget();
                store.index().forgetBefore(now - limits.milliseconds());
            }
            removeFolders();
            removeBlobs();
            if (!trial) {
                store.leftFolders().removeOrphans(store.blobs());
            }
            int setAside = emptyDamaged();
            return new Collection(
                    there,
                    new Collection.Amount(going.size(), removedBlobs, removedFolders, removedBytes),
                    new Collection.Amount(
                            rows.stream()
                                    .filter(row -> leased.contains(row.artifact()))
                                    .count(),
                            inUseBlobs,
                            inUseFolders,
                            inUseBytes),
                    tooOld,
                    tooMuch,
                    unreadable,
                    processes,
                    leftOvers,
                    setAside);
        }

        /** What is there now; what comes later is not touched. */
        private void look() throws IOException {
            Path artifacts = store.artifacts();
            if (Files.isDirectory(artifacts)) {
                try (Stream<Path> folders = Files.list(artifacts)) {
                    for (Path folder : folders.toList()) {
                        String name = String.valueOf(folder.getFileName());
                        if (Digest.isHex(name)) {
                            folderSizes.put(new Digest(name), folderSize(folder));
                        }
                    }
                }
            }
            for (Digest blob : store.blobs().all()) {
                try {
                    blobSizes.put(blob, blocks(Files.size(store.blobs().path(blob))));
                } catch (NoSuchFileException e) {
                    // Set aside in this moment.
                }
            }
            store.index().all(0, (unit, row) -> {
                rows.add(row);
                lastNumber = Math.max(lastNumber, row.id().number());
            });
        }

        /** Sees what others rely on since the last look. Must be called within the gate. */
        private boolean catchUp() throws IOException {
            List<Lease.Held> others = store.lease().others();
            processes = Math.max(processes, others.size());
            for (Lease.Held held : others) {
                leased.addAll(held.trees());
                marks.add(held);
            }
            if (!store.index().database().isInPlace()) {
                throw Failure.environment("the store's index was replaced while " + root
                        + " was collected in; nothing is lost, run again");
            }
            List<Index.Row> added = new ArrayList<>();
            store.index().all(lastNumber, (unit, row) -> added.add(row));
            for (Index.Row row : added) {
                marks.of(row).ifPresent(marks::add);
                lastNumber = Math.max(lastNumber, row.id().number());
            }
            return true;
        }

        /** Which records go: youngest use first, they stay until one is too old or too much. */
        private void choose(long now) throws IOException {
            rows.sort(Comparator.comparingLong(Index.Row::used)
                    .thenComparingLong(row -> row.id().number())
                    .reversed());
            boolean full = false;
            for (Index.Row row : rows) {
                boolean inUse = leased.contains(row.artifact());
                if (!inUse && row.used() < now - limits.milliseconds()) {
                    tooOld++;
                    going.add(row);
                    continue;
                }
                Optional<Marks.Need> need = marks.of(row);
                if (need.isEmpty()) {
                    unreadable++;
                    going.add(row);
                    continue;
                }
                full |= !inUse && marks.bytes() + marks.cost(need.get()) > limits.bytes();
                if (full && !inUse) {
                    tooMuch++;
                    going.add(row);
                } else {
                    marks.add(need.get());
                }
            }
        }

        private void forget() throws IOException {
            List<Index.Row> waiting = new ArrayList<>(going);
            for (int at = 0; at < waiting.size(); at += BATCH_RECORDS) {
                List<Index.Row> batch = waiting.subList(at, Math.min(waiting.size(), at + BATCH_RECORDS));
                List<Index.Row> spared = store.gate().exclude(() -> {
                    catchUp();
                    List<Index.Row> used = new ArrayList<>(batch);
                    used.removeIf(row -> !leased.contains(row.artifact()));
                    List<Index.Row> unused = new ArrayList<>(batch);
                    unused.removeAll(used);
                    used.addAll(store.index().forgetUnused(unused));
                    return used;
                });
                for (Index.Row row : spared) {
                    marks.of(row).ifPresent(marks::add);
                    going.remove(row);
                }
                letOthersIn();
            }
        }

        private void removeFolders() throws IOException {
            Path bin = store.scratch().folder("collected");
            remove(folderSizes.keySet(), marks::hasTree, digest -> {
                if (trial || moved(digest, bin)) {
                    removedFolders++;
                    removedBytes += folderSizes.getOrDefault(digest, 0L);
                }
            });
            Scratch.delete(bin);
        }

        /** Renames, which is quick, and lasts: who looks from now on makes the folder anew. */
        private boolean moved(Digest digest, Path bin) throws IOException {
            try {
                Files.move(
                        store.artifacts().resolve(digest.hex()),
                        bin.resolve(digest.hex()),
                        StandardCopyOption.ATOMIC_MOVE);
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        private void removeBlobs() throws IOException {
            remove(blobSizes.keySet(), marks::hasBlob, digest -> {
                if (trial || Files.deleteIfExists(store.blobs().path(digest))) {
                    removedBlobs++;
                    removedBytes += blobSizes.getOrDefault(digest, 0L);
                }
            });
        }

        private void remove(Set<Digest> all, Needed needed, Removal removal) throws IOException {
            Iterator<Digest> left =
                    all.stream().filter(digest -> !needed.is(digest)).toList().iterator();
            while (left.hasNext()) {
                Gate.Work<Boolean> batch = () -> {
                    if (!trial) {
                        catchUp();
                    }
                    long end = System.nanoTime() + BATCH_NANOS;
                    while (left.hasNext() && System.nanoTime() < end) {
                        Digest digest = left.next();
                        if (!needed.is(digest)) {
                            removal.of(digest);
                        }
                    }
                    return true;
                };
                if (trial) {
                    batch.run();
                } else {
                    store.gate().exclude(batch);
                    letOthersIn();
                }
            }
        }

        private int emptyDamaged() throws IOException {
            Path damaged = store.blobs().damaged();
            if (!Files.isDirectory(damaged)) {
                return 0;
            }
            try (Stream<Path> files = Files.list(damaged)) {
                List<Path> all = files.toList();
                for (Path file : all) {
                    if (!trial) {
                        Scratch.delete(file);
                    }
                }
                return all.size();
            }
        }
    }

    private interface Needed {
        boolean is(Digest digest);
    }

    private interface Removal {
        void of(Digest digest) throws IOException;
    }

    /** Who waits at the gate comes in before it is closed again. */
    private static void letOthersIn() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.environment("interrupted");
        }
    }

    private static long sum(Map<Digest, Long> sizes) {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long blocks(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** Of files that are blobs under another name nothing counts. */
    private static long folderSize(Path folder) throws IOException {
        long size = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Object links = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
                boolean own = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Integer.valueOf(1).equals(links);
                size += own ? blocks(Files.size(file)) : 0;
            }
        } catch (java.io.UncheckedIOException | FileSystemException e) {
            // Moved away while it was looked at; another collection or a repair counts it.
            return size;
        }
        return size;
    }
}
