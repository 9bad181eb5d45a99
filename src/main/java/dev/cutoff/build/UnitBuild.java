package dev.cutoff.build;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Use;
import dev.cutoff.observe.Namespace;
import dev.cutoff.observe.Present;
import dev.cutoff.observe.Territory;
import dev.cutoff.observe.Trace;
import dev.cutoff.observe.UseCollector;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One unit's build, from an empty folder to its record: stage the sources, run the recipe's lines under observation,
 * turn the trace into uses, take the artifact into the store.
 *
 * <p>Nothing is committed before the end; a build that fails or is killed leaves no trace but its log.
 */
final class UnitBuild {

    /** What a build gave; not committed yet. */
    record Built(BuildRecord record, Tree artifact) {}

    private static final int ATTEMPTS = 5;

    private static final long LARGEST_TEXT = 4 << 20;

    /** A file system with less than this many bytes left is what made a build fail. */
    private static final long SPARE = 64 << 10;

    private final Session session;
    private final Unit unit;
    private final Inputs inputs;
    private final SortedMap<String, Tree> needs;
    private final Optional<Watch> watch;

    /** @param watch how the user wants it to be observed */
    UnitBuild(Session session, Unit unit, Inputs inputs, SortedMap<String, Tree> needs, Optional<Watch> watch) {
        this.watch = watch;
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
     */
    Built run(Tree sources, String escaped, int jobs) throws IOException, InterruptedException, BuildFailed {
        Path scratch = session.store().scratch().folder("build-" + unit.name());
        try {
            return run(sources, escaped, jobs, scratch);
        } finally {
            Scratch.delete(scratch);
        }
    }

    private Built run(Tree sources, String escapedBefore, int jobs, Path scratch)
            throws IOException, InterruptedException, BuildFailed {
        long began = System.currentTimeMillis();
        long nanos = System.nanoTime();
        ClockWatch clock = new ClockWatch();
        Sandbox sandbox = session.sandbox();
        Sandbox.Room room = new Sandbox.Room(unit, scratch, Rooms.needs(session, needs), Sandbox.Purpose.BUILD);
        sandbox.prepare(room);
        Path out = sandbox.artifactFolder(room);
        Tree staged = stage(sources, sandbox.sourceFolder(room));
        Lines lines = new Lines(session, room, jobs, extraVariables());
        Watch by = session.watch(watch, !escapedBefore.isEmpty());
        Lines.Result result = lines.run(unit.build(), by);

        Trace trace = new Trace(
                sandbox.root(),
                session.workspace().log(unit.name()).toString(),
                session.machine().directCalls(path -> sandbox.physical(room, path)));
        if (by != Watch.NONE) {
            for (int i = 0; i < result.traces().size(); i++) {
                trace.add(i, result.traces().get(i), Place.source(unit.name()));
            }
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
        UseCollector.Uses uses = collect(trace, staged, room, began);
        if (result.failed() && Files.getFileStore(scratch).getUsableSpace() < SPARE) {
            throw Failure.environment("no space left on device while " + unit.name() + " was built in "
                    + session.store().folder() + "; free some, or put the store elsewhere with --store");
        }
        Findings.report(unit, uses.findings(), result, session.workspace().log(unit.name()), sandbox.confines());

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
        BuildRecord record = new BuildRecord(
                unit.name(),
                inputs,
                staged.root(),
                roots,
                uses.steps(),
                uses.uses(),
                observation(trace, by, escaped),
                artifact.root(),
                Trust.CLEAN,
                result.cpuSeconds(),
                (System.nanoTime() - nanos) / (double) TimeUnit.SECONDS.toNanos(1),
                began);
        return new Built(record, artifact);
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

    private Map<String, String> extraVariables() {
        Map<String, String> extra = new HashMap<>();
        String description = inputs.values().get("git.describe");
        if (description != null) {
            extra.put("GIT_DESCRIBE", description);
        }
        return extra;
    }

    private UseCollector.Uses collect(Trace trace, Tree staged, Sandbox.Room room, long began) {
        Set<String> closure = new LinkedHashSet<>(needs.keySet());
        Namespace namespace = new Namespace(unit.name(), staged, closure, need -> Optional.ofNullable(needs.get(need)));
        Interview interview = new Interview(session, unit, staged, () -> Optional.of(needs));
        Present present = new Present(
                staged,
                need -> Optional.ofNullable(needs.get(need)),
                namespace,
                session.machine().hostAfresh(),
                session.machine().facets(),
                session.machine().contents(path -> session.sandbox().physical(room, path)),
                interview);
        Map<String, String> folders = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (Unit other : session.project().graph().units()) {
            folders.put(other.name(), other.source());
            names.add(other.name());
        }
        Territory territory = new Territory(
                session.project().root().toString(),
                unit.name(),
                folders,
                session.workspace().folder().toString(),
                names,
                closure);
        return new UseCollector(
                        trace,
                        present,
                        unit.options(),
                        territory,
                        session.sandbox().confines(),
                        path -> session.sandbox()
                                .physical(room, path)
                                .filter(Files::isRegularFile)
                                .orElse(null),
                        session.machine().tools(),
                        interview,
                        began)
                .collect();
    }
}
