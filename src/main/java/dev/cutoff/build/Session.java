package dev.cutoff.build;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.Arena;
import dev.cutoff.observe.Contents;
import dev.cutoff.observe.DirectCalls;
import dev.cutoff.observe.Facets;
import dev.cutoff.observe.FileDigests;
import dev.cutoff.observe.HostFiles;
import dev.cutoff.stage.Artifacts;
import dev.cutoff.stage.Published;
import dev.cutoff.stage.SourceScanner;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import dev.cutoff.tool.Tool;
import dev.cutoff.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What the parts of one run share: the project, the store, and the hands that work on them. */
public final class Session {

    private final Project project;
    private final Store store;
    private final StatLog log;
    private final Workspace workspace;
    private final SourceScanner sources;
    private final Artifacts artifacts;
    private final Published published;
    private final FileDigests digests;
    private final HostFiles host;
    private final Facets facets = new Facets(new Readings());
    private final Tools tools = new Tools(new KnownTools());
    private final Observers observers;
    private final DirectCalls.Known lookedThrough = new LookedThrough();
    private final Sandbox sandbox;

    public Session(Project project, Store store) throws InterruptedException {
        this(project, store, new StatLog());
    }

    /**
     * Refuses a store that would be a part of what is built; to be asked before one is made there.
     *
     * @throws Failure of kind INPUT
     */
    public static void checkPlace(Project project, Path store) {
        for (Unit unit : project.graph().units()) {
            if (!unit.source().isEmpty() && store.startsWith(unit.source())) {
                throw Failure.input(unit.origin() + ": the store " + store + " lies in the sources of " + unit.name()
                        + "; put it elsewhere with --store DIR");
            }
        }
    }

    /** @param log told of what the run rests on */
    public Session(Project project, Store store, StatLog log) throws InterruptedException {
        this.project = project;
        this.store = store;
        this.log = log;
        this.workspace = new Workspace(project.root());
        checkPlace(project, store.folder());
        this.sources = new SourceScanner(store.stats(), project.root(), log);
        this.published = new Published(store, workspace.out(), log);
        this.digests = file -> {
            StatCache.Stat stat = StatCache.stat(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
            Digest digest = store.stats().digest(file, stat);
            log.hashed(file, stat, digest);
            return digest;
        };
        this.host = new HostFiles(digests);
        this.observers = Observers.find();
        try {
            Arena.removeLeftovers();
            this.artifacts = new Artifacts(store);
            Optional<Bubblewrap> confined = Bubblewrap.find(observers);
            this.sandbox = confined.isPresent() ? confined.get() : new Unconfined(workspace.unconfined(), observers);
        } catch (IOException e) {
            throw Failure.io("opening the store " + store.folder(), e);
        }
    }

    public Project project() {
        return project;
    }

    Store store() {
        return store;
    }

    public Workspace workspace() {
        return workspace;
    }

    /** What the run has seen of files so far. */
    StatLog log() {
        return log;
    }

    SourceScanner sources() {
        return sources;
    }

    Artifacts artifacts() {
        return artifacts;
    }

    Published published() {
        return published;
    }

    /** The machine's files, each asked once for the whole run. */
    HostFiles host() {
        return host;
    }

    /** The machine's files as they are from now on: what a build that has just ended may have read. */
    HostFiles hostAfresh() {
        return new HostFiles(digests);
    }

    /** What was told of files' contents in this run. */
    Facets facets() {
        return facets;
    }

    /** Recognises the programs that builds run. */
    Tools tools() {
        return tools;
    }

    /**
     * The bytes behind digests: of the store, else of the file itself, as long as it still has them.
     *
     * @param physical where a path of the unit's build stands now; empty where nowhere
     */
    Contents contents(Function<String, Optional<Path>> physical) {
        return (content, path) -> {
            try {
                if (store.blobs().has(content)) {
                    return store.blobs().read(content);
                }
                Optional<Path> file = physical.apply(path).filter(Files::isRegularFile);
                if (file.isEmpty()) {
                    return Optional.empty();
                }
                byte[] bytes = Files.readAllBytes(file.get());
                return Digest.of(bytes).equals(content) ? Optional.of(bytes) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        };
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** How a unit's build is to be observed, see {@link Observers#choose}. */
    Watch watch(Optional<Watch> asked, boolean escaped) {
        return observers.choose(asked, sandbox.confines(), escaped);
    }

    /**
     * Tells what the observing library can't have seen of a build.
     *
     * @param physical where a path of it stands now; empty where nowhere
     */
    DirectCalls directCalls(Function<String, Optional<Path>> physical) {
        return new DirectCalls(physical, digests, lookedThrough);
    }

    /** What was told of contents in the runs before. */
    private final class Readings implements Facets.Memory {
        @Override
        public Optional<byte[]> find(Digest what) {
            return store.reading(what);
        }

        @Override
        public void add(Digest what, byte[] told) {
            store.addReading(what, told);
        }
    }

    /** Programs that were found to be some tool's, in the runs before. */
    private final class KnownTools implements Tools.Known {
        @Override
        public boolean has(Path program, Tool tool) throws IOException {
            return store.hasPassed(what(program, tool));
        }

        @Override
        public void add(Path program, Tool tool) throws IOException {
            store.addPassed(what(program, tool));
        }

        private Digest what(Path program, Tool tool) throws IOException {
            return Digest.ofText("is " + tool.description() + "\n: " + digests.of(program));
        }
    }

    /** Contents that were looked through, in this run and in those before. */
    private final class LookedThrough implements DirectCalls.Known {
        private final Set<Digest> now = ConcurrentHashMap.newKeySet();

        @Override
        public boolean has(Digest content) {
            return now.contains(content) || (store.hasPassed(what(content)) && now.add(content));
        }

        @Override
        public void add(Digest content) {
            now.add(content);
            store.addPassed(what(content));
        }

        private static Digest what(Digest content) {
            return Digest.ofText("enters the kernel through the C library alone: " + content);
        }
    }

    /** What becomes of a unit whose build the library did not see all of, in words. */
    String sequel() {
        return watch(Optional.of(Watch.PRELOAD), true) == Watch.STRACE
                ? "strace observes it from its next build on"
                : "strace could observe it; install it (Debian: apt-get install strace)";
    }

    /**
     * What this machine lacks for full evidence, in words; empty if nothing.
     *
     * @param asked how the user wants builds to be observed
     */
    public Optional<String> lacks(Optional<Watch> asked) {
        if (!asked.equals(Optional.of(Watch.NONE)) && watch(asked, false) == Watch.NONE) {
            return Optional.of(
                    "strace is not installed: builds are not observed, so what is built now can't be kept later;"
                            + " install it (Debian: apt-get install strace)");
        }
        if (!sandbox.confines()) {
            return Optional.of("bubblewrap is missing or may not make namespaces here: builds run unconfined and one"
                    + " after another, and their results count for this workspace alone;"
                    + " install it (Debian: apt-get install bubblewrap)");
        }
        return Optional.empty();
    }
}
