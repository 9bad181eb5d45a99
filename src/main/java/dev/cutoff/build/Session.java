package dev.cutoff.build;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.Arena;
import dev.cutoff.observe.HostFiles;
import dev.cutoff.stage.Artifacts;
import dev.cutoff.stage.Published;
import dev.cutoff.stage.SourceScanner;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What the parts of one run share: the project, the store, and the hands that work on them. */
public final class Session {

    private final Project project;
    private final Store store;
    private final StatLog log;
    private final Workspace workspace;
    private final SourceScanner sources;
    private final Artifacts artifacts;
    private final Published published;
    private final Machine machine;
    private final LibraryTypes types;
    private final Observers observers;
    private final Sandbox sandbox;
    private final Optional<String> stackLimit = StackLimit.lower();

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
        this.workspace = new Workspace(project.home());
        checkPlace(project, store.folder());
        this.sources = new SourceScanner(store.stats(), project.root(), log, project.leftOut());
        this.published = new Published(store, workspace.out(), log);
        this.machine = new Machine(store, log);
        this.types = new LibraryTypes(store.blobs());
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

    /** The machine as this run has seen it. */
    Machine machine() {
        return machine;
    }

    /** The machine's files, each asked once for the whole run. */
    HostFiles host() {
        return machine.host();
    }

    /** What changed in the types of needs' libraries. */
    LibraryTypes types() {
        return types;
    }

    /** Whether builds see nothing but what they are given, at fixed paths. */
    public boolean isConfined() {
        return sandbox.confines();
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** What limits the stack of builds more than usual, see {@link StackLimit#lower}. */
    Optional<String> stackLimit() {
        return stackLimit;
    }

    /** How a unit's build is to be observed, see {@link Observers#choose}. */
    Watch watch(Optional<Watch> asked, boolean escaped) {
        return observers.choose(asked, sandbox.confines(), escaped);
    }

    /** How builds are to be observed that start programs which the library can't be loaded into; empty where nothing sees these. */
    public Optional<Watch> watchOfStatic() {
        return Optional.of(watch(Optional.empty(), true)).filter(watch -> watch == Watch.STRACE);
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
