package dev.cutoff.stage;

import dev.cutoff.decide.Candidate;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Trees in the store that no build made, each with a record under the name of a kind of its own: installed distributions, and
 * environments. By the record they are found again, and collected as artifacts are when nobody has used them for long.
 */
public final class GivenTrees {

    /** How such a tree came to be, where a build's record says how it was observed. */
    private static final String METHOD = "given";

    private final Store store;

    public GivenTrees(Store store) {
        this.store = store;
    }

    /** Puts files of a tree into an empty folder. */
    public interface Maker {
        void make(Path folder) throws IOException, InterruptedException;
    }

    /**
     * The tree that was made of these inputs; empty where there is none, or part of it is lost.
     *
     * @param kind and name of the tree: {@code +distribution/numpy}
     */
    public Optional<Tree> find(String kind, SortedMap<String, String> inputs) throws IOException {
        for (Candidate candidate : made(kind, inputs)) {
            Optional<Tree> tree =
                    store.trees().load(candidate.record().artifact()).filter(store.trees()::hasBlobs);
            if (tree.isPresent()) {
                store.uses(candidate.id());
                return tree;
            }
        }
        return Optional.empty();
    }

    /**
     * The root of that tree, whatever the store still has of it: for those who hold the files themselves.
     */
    public Optional<Digest> root(String kind, SortedMap<String, String> inputs) {
        Optional<Candidate> known = made(kind, inputs).stream().findFirst();
        known.ifPresent(candidate -> store.uses(candidate.id()));
        return known.map(candidate -> candidate.record().artifact());
    }

    private List<Candidate> made(String kind, SortedMap<String, String> inputs) {
        Inputs wanted = new Inputs(inputs);
        return store.candidates(kind).stream()
                .filter(candidate -> candidate.record().inputs().equals(wanted))
                .toList();
    }

    /**
     * Stores a tree.
     *
     * @param stored what it has of other trees, which must be in the store
     * @param maker makes the rest
     */
    public Tree put(String kind, SortedMap<String, String> inputs, NavigableMap<String, Tree.Entry> stored, Maker maker)
            throws IOException, InterruptedException {
        Path folder = store.scratch().folder("given");
        try {
            long began = System.currentTimeMillis();
            maker.make(folder);
            Tree tree = store.trees().adopt(folder, stored, kind);
            if (!store.trees().hasBlobs(tree)) {
                throw Failure.environment("part of what " + kind + " is made of was removed meanwhile; run again");
            }
            store.commit(
                    new BuildRecord(
                            kind,
                            new Inputs(inputs),
                            Digest.EMPTY,
                            Map.of(),
                            List.of(),
                            List.of(),
                            new Observation(METHOD, List.of(), List.of(), ""),
                            tree.root(),
                            Trust.CLEAN,
                            0,
                            0,
                            began),
                    true);
            return tree;
        } finally {
            Scratch.delete(folder);
        }
    }

    /** A tree without a record, which lasts as long as somebody uses it. */
    public Tree put(String whose, Maker maker) throws IOException, InterruptedException {
        Path folder = store.scratch().folder("given");
        try {
            maker.make(folder);
            return store.trees().adopt(folder, new TreeMap<>(), whose);
        } finally {
            Scratch.delete(folder);
        }
    }

    /** Held by who makes a tree, so that others who need the same wait for it instead of making it, too. */
    public static final class Making implements AutoCloseable {
        private final FileChannel file;

        private Making(FileChannel file) {
            this.file = file;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /**
     * Waits until nobody else makes a tree of these inputs; who has waited looks for it again. The kernel gives the lock back
     * when its process dies. Others that share a file by chance only wait.
     *
     * @param waits told once where another process has it
     */
    public Making alone(String kind, SortedMap<String, String> inputs, Runnable waits) throws IOException {
        String name = Digest.ofText(kind + inputs).hex().substring(0, 2);
        Path folder = Files.createDirectories(store.folder().resolve("making"));
        FileChannel file =
                FileChannel.open(folder.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() == null) {
                waits.run();
                file.lock();
            }
            return new Making(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * A unit's sources as they are now.
     *
     * @param leftOut see {@link SourceScanner}
     */
    public Tree sources(Unit unit, Predicate<Path> leftOut) {
        return new SourceScanner(store.stats(), Path.of(unit.source()), new StatLog(), leftOut).scan(unit);
    }

    /** An empty folder that is gone when the process ends. */
    public Path scratch(String name) throws IOException {
        return store.scratch().folder(name);
    }
}
