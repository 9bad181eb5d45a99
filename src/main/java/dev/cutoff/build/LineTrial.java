package dev.cutoff.build;

import dev.cutoff.decide.LineTimes;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Use;
import dev.cutoff.observe.Trace;
import dev.cutoff.observe.UseCollector;
import dev.cutoff.stage.FolderState;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * Runs the first lines of a recipe again, in an empty folder with what is there today, and compares what they leave with what they
 * had left when a record was made (docs/decisions/0028). It is a build like any other, seen whole, that ends early.
 */
final class LineTrial {

    /**
     * What came of it.
     *
     * @param otherwise why lines behind them may do something else than they did, in words; "" where they would not
     * @param uses all that was relied on, where they would not
     * @param begun the build, where it could go on
     */
    record Outcome(String otherwise, List<Use> uses, Optional<Begun> begun) {
        private static Outcome otherwise(String why) {
            return new Outcome(why, List.of(), Optional.empty());
        }

        private static Outcome otherwise(String why, Begun begun) {
            return new Outcome(why, List.of(), Optional.of(begun));
        }
    }

    private final Session session;
    private final Unit unit;
    private final Tree sources;
    private final SortedMap<String, Tree> needs;
    private final int jobs;

    /**
     * @param sources of the unit, as they are now
     * @param needs artifacts as they are now
     * @param jobs how many processes its build may run at once
     */
    LineTrial(Session session, Unit unit, Tree sources, SortedMap<String, Tree> needs, int jobs) {
        this.jobs = jobs;
        this.session = session;
        this.unit = unit;
        this.sources = sources;
        this.needs = needs;
    }

    /** @param relied paths that later lines had looked into */
    Outcome run(BuildRecord record, int lines, Set<String> relied) throws IOException, InterruptedException {
        Optional<FolderState> was =
                session.store().blobs().read(record.lines().get(lines - 1)).flatMap(FolderState::decode);
        if (was.isEmpty()) {
            return Outcome.otherwise("the store has no longer what its first lines left");
        }
        boolean sees =
                session.watch(Optional.empty(), !record.observation().escaped().isEmpty()) == Watch.PRELOAD;
        if (unit.options().network() != Unit.Network.NONE || !sees) {
            return Outcome.otherwise("its first lines can't be tried: "
                    + (sees ? "they may use the network" : "only strace sees all of them"));
        }
        Path scratch = session.store().scratch().folder("build-" + unit.name());
        boolean goesOn = false;
        try {
            Outcome outcome = run(record, lines, relied, was.get(), scratch);
            goesOn = outcome.begun().isPresent();
            return outcome;
        } catch (Staging.SourcesChanged e) {
            return Outcome.otherwise("its sources are just being changed");
        } finally {
            if (!goesOn) {
                Scratch.delete(scratch);
            }
        }
    }

    private Outcome run(BuildRecord record, int lines, Set<String> relied, FolderState was, Path scratch)
            throws IOException, InterruptedException, Staging.SourcesChanged {
        long began = System.currentTimeMillis();
        long nanos = System.nanoTime();
        ClockWatch clock = new ClockWatch();
        Sandbox sandbox = session.sandbox();
        Sandbox.Room room = new Sandbox.Room(unit, scratch, Rooms.needs(session, needs), Sandbox.Purpose.BUILD);
        sandbox.prepare(room);
        sandbox.artifactFolder(room);
        Staging.copy(
                sources,
                Path.of(unit.source().isEmpty() ? "/" : unit.source()),
                sandbox.sourceFolder(room),
                session.store().stats());
        Path log = scratch.resolve("log");
        Map<String, String> extra = BuildEnvironment.described(record.inputs());
        RoomState states = new RoomState(session, room, sources, began);
        Lines.Result result = new Lines(session, room, jobs, extra, log)
                .run(unit.build().subList(0, lines), Watch.PRELOAD, line -> {
                    states.note(line);
                    return true;
                });
        if (result.failed()) {
            return Outcome.otherwise("line " + (result.failedLine() + 1) + " fails with what is there now");
        }
        double left = LineTimes.seconds(record) - LineTimes.seconds(record, lines);
        Begun begun = new Begun(room, sources, result, states, log, began, nanos, clock, left);
        Optional<FolderState> now = states.now();
        Optional<String> difference = now.flatMap(found -> was.difference(found, counts(relied), sources));
        if (now.isEmpty() || difference.isPresent()) {
            return Outcome.otherwise(
                    "its first lines, run again, leave " + difference.orElse("something in other folders")
                            + (difference.isPresent() ? " otherwise" : ""),
                    begun);
        }
        RoomUses seen = new RoomUses(session, room, needs);
        Trace trace = seen.trace(log);
        trace.endsEarly();
        seen.add(trace, result);
        UseCollector.Uses uses = seen.collect(trace, sources, began);
        boolean whole = trace.gaps().isEmpty()
                && uses.traceable()
                && uses.findings().trespasses().isEmpty()
                && states.tellsOf(now.get(), uses.steps(), lines)
                && !trace.usedNetwork()
                && !clock.wentBack();
        return whole
                ? new Outcome("", byThemselves(uses.uses()), Optional.empty())
                : Outcome.otherwise("its first lines, run again, could not be seen whole", begun);
    }

    /**
     * Without answers of queries: one stands for what its own steps relied on, and in the record these uses are of all steps of
     * the lines.
     */
    private static List<Use> byThemselves(List<Use> uses) {
        return uses.stream().filter(use -> use.fact().kind() != FactKind.ANSWER).toList();
    }

    /** Whether later lines had looked into a file, by its path relative to the build folder. */
    private Predicate<String> counts(Set<String> relied) {
        String prefix = Place.source(unit.name()) + "/";
        return path -> relied.contains(prefix + path);
    }
}
