package dev.cutoff.build;

import dev.cutoff.decide.Continuation;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Use;
import dev.cutoff.observe.Trace;
import dev.cutoff.observe.UseCollector;
import dev.cutoff.stage.BuildFolders;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One unit's build, from an empty folder to its record: stage the sources, run the recipe's lines under observation,
 * turn the trace into uses, take the artifact into the store.
 *
 * <p>Nothing is committed before the end; a build that fails or is killed leaves no trace but its log.
 */
final class UnitBuild {

    /**
     * What a build gave; not committed yet.
     *
     * @param cpuSeconds what it took now; the record of a build that went on from another has that one's, too
     * @param relinked whether nothing was compiled
     * @param from what it went on from, in words; "" for nothing
     * @param note something that the user should know; "" for nothing
     */
    record Built(BuildRecord record, Tree artifact, double cpuSeconds, boolean relinked, String from, String note) {}

    /** A build that went on from an earlier one came to an end that may not be that of a clean one. */
    private static final class NotIncremental extends Exception {
        NotIncremental(String why) {
            super(why);
        }
    }

    private static final int ATTEMPTS = 5;

    private static final long LARGEST_TEXT = 4 << 20;

    /** A file system with less than this many bytes left is what made a build fail. */
    private static final long SPARE = 64 << 10;

    private final Session session;
    private final Unit unit;
    private final Inputs inputs;
    private final SortedMap<String, Tree> needs;
    private final Optional<Watch> watch;
    private final boolean trees;

    /**
     * @param watch how the user wants it to be observed
     * @param trees whether the folder that it is built in is stored
     */
    UnitBuild(
            Session session,
            Unit unit,
            Inputs inputs,
            SortedMap<String, Tree> needs,
            Optional<Watch> watch,
            boolean trees) {
        this.watch = watch;
        this.trees = trees;
        this.session = session;
        this.unit = unit;
        this.inputs = inputs;
        this.needs = needs;
    }

    /**
     * Builds.
     *
     * @param sources the sources as they were when the unit was judged; read again if they have changed since
     * @param escaped what of its last build only strace could have seen; empty for nothing
     * @param jobs how many processes it may run at once
     * @param start finds where to go on from, given the sources as they are staged
     * @param begun a build in an empty folder that has come to some line, for the caller to close
     */
    Built run(Tree sources, String escaped, int jobs, StartFinder start, Optional<Begun> begun)
            throws IOException, InterruptedException, BuildFailed {
        String note = "";
        Optional<Start> from = start.find(sources);
        boolean goesOn = begun.isPresent()
                && begun.get().left() <= from.map(Start::seconds).orElse(Double.MAX_VALUE)
                && session.watch(watch, !escaped.isEmpty()) == Watch.PRELOAD;
        if (goesOn) {
            try {
                return run(sources, escaped, jobs, begun.get().room().scratch(), Optional.empty(), begun);
            } catch (NotIncremental e) {
                throw Failure.bug("a build in an empty folder goes on from nothing");
            }
        }
        if (from.isPresent()) {
            Path scratch = session.store().scratch().folder("build-" + unit.name());
            try {
                return run(sources, escaped, jobs, scratch, from, Optional.empty());
            } catch (NotIncremental e) {
                note = "built clean: going on from an earlier build, " + e.getMessage();
            } catch (BuildFailed e) {
                note = "built clean: going on from an earlier build failed";
            } catch (Failure e) {
                if (e.kind() != Failure.Kind.INPUT) {
                    throw e;
                }
                note = "built clean: going on from an earlier build failed";
            } finally {
                Scratch.delete(scratch);
            }
        }
        Path scratch = session.store().scratch().folder("build-" + unit.name());
        try {
            Built built = run(sources, escaped, jobs, scratch, Optional.empty(), Optional.empty());
            return new Built(built.record(), built.artifact(), built.cpuSeconds(), built.relinked(), "", note);
        } catch (NotIncremental e) {
            throw Failure.bug("a build in an empty folder goes on from nothing");
        } finally {
            Scratch.delete(scratch);
        }
    }

    /** Finds where a build may go on from. */
    interface StartFinder {
        Optional<Start> find(Tree sources) throws IOException, InterruptedException;
    }

    private Built run(
            Tree sources, String escapedBefore, int jobs, Path scratch, Optional<Start> start, Optional<Begun> begun)
            throws IOException, InterruptedException, BuildFailed, NotIncremental {
        long began = begun.map(Begun::began).orElseGet(System::currentTimeMillis);
        long nanos = begun.map(Begun::nanos).orElseGet(System::nanoTime);
        ClockWatch clock = begun.map(Begun::clock).orElseGet(ClockWatch::new);
        Sandbox sandbox = session.sandbox();
        Sandbox.Room room = begun.isPresent()
                ? begun.get().room()
                : new Sandbox.Room(unit, scratch, Rooms.needs(session, needs), Sandbox.Purpose.BUILD);
        sandbox.prepare(room);
        Path out = sandbox.artifactFolder(room);
        Path folder = sandbox.sourceFolder(room);
        Optional<Restored> restored =
                start.isPresent() ? Optional.of(restore(start.get(), room, sources, folder)) : Optional.empty();
        Tree staged =
                begun.isPresent() ? begun.get().sources() : restored.isPresent() ? sources : stage(sources, folder);
        Path log = begun.map(Begun::log).orElseGet(() -> session.workspace().log(unit.name()));
        Lines lines = new Lines(session, room, jobs, BuildEnvironment.described(inputs), log);
        RoomState states = begun.map(Begun::states).orElseGet(() -> new RoomState(session, room, staged, began));
        Watch by = session.watch(watch, !escapedBefore.isEmpty());
        if (restored.isPresent() && by == Watch.PRELOAD) {
            restored.get().offer();
        }
        Lines.Before noting = line -> {
            if (by != Watch.NONE && sandbox.confines()) {
                states.note(line);
            }
            return true;
        };
        Lines.Result result = begun.isPresent()
                ? lines.goOn(unit.build(), noting, begun.get().result())
                : lines.run(unit.build(), by, restored.isPresent() ? restored.get()::before : noting);
        if (begun.isPresent()) {
            Path own = session.workspace().log(unit.name());
            Files.createDirectories(own.getParent());
            Files.copy(log, own, StandardCopyOption.REPLACE_EXISTING);
        }
        if (restored.isPresent() && result.failed()) {
            throw new NotIncremental("line " + (result.failedLine() + 1) + " failed");
        }

        RoomUses seen = new RoomUses(session, room, needs);
        Trace trace = seen.trace(log);
        if (by != Watch.NONE) {
            restored.ifPresent(r -> r.tell(trace));
            seen.add(trace, result);
        }
        String escaped = by == Watch.PRELOAD ? trace.gaps().stream().findFirst().orElse("") : escapedBefore;
        boolean reachable = unit.options().network() != Unit.Network.NONE || !sandbox.confines();
        if (reachable && trace.usedNetwork() && unit.options().network() != Unit.Network.PINNED) {
            trace.gap(
                    "it used the network, and nobody saw what it fetched (network = \"pinned\" declares that it is pinned)");
        }
        if (clock.wentBack()) {
            trace.gap("the machine's clock was set back during the build");
        }
        UseCollector.Uses uses = seen.collect(trace, staged, began);
        if (result.failed() && Files.getFileStore(scratch).getUsableSpace() < SPARE) {
            throw Failure.environment("no space left on device while " + unit.name() + " was built in "
                    + session.store().folder() + "; free some, or put the store elsewhere with --store");
        }
        new Findings(unit, session.workspace().log(unit.name()), sandbox.confines(), StaleBuild.of(staged))
                .report(uses.findings(), result);
        List<Step> steps = uses.steps();
        List<Use> all = uses.uses();
        boolean relinked = false;
        if (restored.isPresent()) {
            Continuation continuation = restored.get().continuation(uses, staged);
            Optional<String> objection = trace.gaps().isEmpty()
                    ? restored.get().objection(continuation)
                    : trace.gaps().stream().findFirst();
            if (objection.isPresent()) {
                throw new NotIncremental(objection.get());
            }
            Continuation.Whole whole = continuation
                    .whole()
                    .orElseThrow(() -> new NotIncremental("something it relies on changed meanwhile"));
            restored.get().finish();
            sayTaken(uses);
            steps = whole.steps();
            all = whole.uses();
            relinked = continuation.isRelink();
        }

        Tree artifact = session.store().trees().adopt(out, unit.origin() + ": the artifact of " + unit.name());
        if (artifact.isEmpty()) {
            throw Failure.input(unit.origin() + ": unit " + unit.name()
                    + " was built, but left nothing in $OUT: let its last line install there, as in"
                    + " \"install -D tool $OUT/bin/tool\"");
        }
        for (String environment : uses.environments().values()) {
            session.store().blobs().put(environment.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        keepTexts(uses, room);
        SortedMap<String, Digest> roots = new TreeMap<>();
        needs.forEach((need, tree) -> roots.put(need, tree.root()));
        boolean traceable = uses.traceable() && trace.gaps().isEmpty() && by != Watch.NONE && sandbox.confines();
        Optional<BuildTree> tree = trees && unit.options().keepTree() && traceable
                ? new BuildFolders(session.store())
                        .store(
                                folder,
                                staged,
                                written(steps, restored),
                                restored.map(Restored::brought).orElse(Map.of()),
                                restored.isPresent())
                : Optional.empty();
        // A build that goes on from another finds what that one's later lines had made: nothing could be noted.
        List<Digest> afterLines =
                !traceable ? List.of() : start.isPresent() ? start.get().afterLines() : states.store(steps);
        if (restored.isPresent() && tree.isPresent()) {
            // Who goes on once may do so again.
            session.store().leftFolders().leave(unit.name(), tree.get(), folder);
        }
        BuildRecord record = new BuildRecord(
                unit.name(),
                inputs,
                staged.root(),
                roots,
                steps,
                all,
                observation(trace, by, escaped),
                artifact.root(),
                start.isPresent() ? Trust.INCREMENTAL : Trust.CLEAN,
                Math.max(
                        result.cpuSeconds(),
                        start.map(s -> s.base().record().cpuSeconds()).orElse(0.0)),
                (System.nanoTime() - nanos) / (double) TimeUnit.SECONDS.toNanos(1),
                began,
                tree,
                start.map(s -> s.base().id().blob()),
                "",
                afterLines);
        return new Built(
                record,
                artifact,
                result.cpuSeconds(),
                relinked,
                start.map(from -> from.describe(uses.taken().size())).orElse(""),
                "");
    }

    /** The log has commands that were not run, as whoever started them says them before: it tells of which that is so. */
    private void sayTaken(UseCollector.Uses uses) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int number : uses.taken().keySet()) {
            uses.steps()
                    .get(number)
                    .writes()
                    .forEach(path -> text.append("cutoff: taken over: ")
                            .append(Place.display(path))
                            .append('\n'));
        }
        if (!text.isEmpty()) {
            Files.writeString(session.workspace().log(unit.name()), text, StandardOpenOption.APPEND);
        }
    }

    /** Whether the build, or one that it went on from, wrote to a path relative to the build folder. */
    private Predicate<String> written(List<Step> steps, Optional<Restored> restored) {
        String prefix = Place.source(unit.name()) + "/";
        Set<String> paths = new HashSet<>();
        for (Step step : steps) {
            for (String path : step.writes()) {
                if (path.startsWith(prefix)) {
                    paths.add(path.substring(prefix.length()));
                }
            }
        }
        restored.ifPresent(r -> paths.addAll(r.brought().keySet()));
        return paths::contains;
    }

    private Restored restore(Start start, Sandbox.Room room, Tree sources, Path folder)
            throws IOException, NotIncremental {
        Restored restored = new Restored(session, room, start, sources);
        try {
            if (restored.takeInPlace()) {
                return restored;
            }
        } catch (Staging.SourcesChanged e) {
            throw new NotIncremental("its sources changed meanwhile");
        }
        if (!stage(sources, folder).root().equals(sources.root())) {
            throw new NotIncremental("its sources changed meanwhile");
        }
        if (!restored.bringBack()) {
            throw new NotIncremental("part of what it left is lost");
        }
        return restored;
    }

    /** The unit's own sources of which parts were facts: else nobody could say later which line of them changed. */
    private void keepTexts(UseCollector.Uses uses, Sandbox.Room room) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Use use : uses.uses()) {
            Fact fact = use.fact();
            if (fact.isNarrow() && Place.within(fact.entity(), Place.source(unit.name()))) {
                texts.put(fact.entity(), fact.content());
            }
        }
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (Digest.isHex(text.getValue()) && session.store().blobs().use(new Digest(text.getValue()))) {
                continue;
            }
            Optional<Path> file =
                    session.sandbox().physical(room, text.getKey()).filter(Files::isRegularFile);
            if (file.isPresent() && Files.size(file.get()) <= LARGEST_TEXT) {
                session.store().blobs().put(Files.readAllBytes(file.get()));
            }
        }
    }

    private Observation observation(Trace trace, Watch by, String escaped) {
        if (by == Watch.NONE) {
            return new Observation(
                    by.word(),
                    List.of(
                            watch.filter(how -> how == Watch.NONE).isPresent()
                                    ? "it was not observed"
                                    : "strace is not installed"),
                    List.of(),
                    escaped);
        }
        List<String> declared = unit.options().network() == Unit.Network.PINNED && trace.usedNetwork()
                ? List.of("what it fetched over the network is pinned")
                : List.of();
        return new Observation(by.word(), new ArrayList<>(trace.gaps()), declared, escaped);
    }

    /** Copies the sources; an edit while they are read makes them be read again. */
    private Tree stage(Tree sources, Path target) throws IOException {
        Tree tree = sources;
        for (int attempt = 1; ; attempt++) {
            try {
                Staging.copy(
                        tree,
                        Path.of(unit.source().isEmpty() ? "/" : unit.source()),
                        target,
                        session.store().stats());
                return tree;
            } catch (Staging.SourcesChanged e) {
                if (attempt == ATTEMPTS) {
                    throw Failure.environment("the sources of " + unit.name() + " keep changing while they are read ("
                            + e.getMessage() + "): stop what writes there and run again");
                }
                Scratch.delete(target);
                tree = session.sources().scan(unit);
            }
        }
    }
}
