package dev.cutoff.build;

import dev.cutoff.model.Unit;
import dev.cutoff.observe.Arena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs the lines of a recipe, or of a check, in a room. */
final class Lines {

    /**
     * What came of them.
     *
     * @param traces one for each line that ran, by its index
     * @param failedLine index of the line that failed, -1 if none did
     */
    record Result(SortedMap<Integer, Path> traces, double cpuSeconds, int failedLine, int exitCode) {

        /** Of none. */
        static final Result NONE = new Result(new TreeMap<>(), 0, -1, 0);

        boolean failed() {
            return failedLine >= 0;
        }
    }

    private final Session session;
    private final Sandbox.Room room;
    private final int jobs;
    private final Map<String, String> extra;
    private final Path log;

    /** Lines that write what they say to the unit's log. */
    Lines(Session session, Sandbox.Room room, int jobs, Map<String, String> extra) {
        this(session, room, jobs, extra, session.workspace().log(room.unit().name()));
    }

    /** @param log takes what they say; emptied by those of a build */
    Lines(Session session, Sandbox.Room room, int jobs, Map<String, String> extra, Path log) {
        this.log = log;
        this.session = session;
        this.room = room;
        this.jobs = jobs;
        this.extra = extra;
    }

    /** What happens between lines. */
    interface Before {
        /**
         * Called for each line before it.
         *
         * @return whether it is to be run
         */
        boolean line(int number) throws IOException;
    }

    /** Runs lines in order up to the first that fails, observed in that way. */
    Result run(List<String> lines, Watch watch) throws IOException, InterruptedException {
        return run(lines, watch, _ -> true);
    }

    /** Runs some of the lines in order up to the first that fails. */
    Result run(List<String> lines, Watch watch, Before before) throws IOException, InterruptedException {
        Files.createDirectories(log.getParent());
        if (room.purpose() == Sandbox.Purpose.BUILD) {
            Files.deleteIfExists(log);
        }
        return run(lines, watch, before, Result.NONE);
    }

    /**
     * Goes on with lines, observed by the library.
     *
     * @param first what came of those that have run, none of which failed
     */
    Result goOn(List<String> lines, Before before, Result first) throws IOException, InterruptedException {
        return run(lines, Watch.PRELOAD, before, first);
    }

    private Result run(List<String> lines, Watch watch, Before before, Result first)
            throws IOException, InterruptedException {
        Unit unit = room.unit();
        Sandbox sandbox = session.sandbox();
        List<String> searched = session.project().graph().closure(unit.name()).stream()
                .filter(need -> !session.project().given().containsKey(need))
                .toList();
        SortedMap<String, String> environment =
                new TreeMap<>(BuildEnvironment.of(unit, searched, sandbox.folders(unit.name()), jobs));
        environment.putAll(extra);
        Path traceFolder = Files.createDirectories(room.scratch().resolve("trace"));
        SortedMap<Integer, Path> traces = new TreeMap<>(first.traces());
        double cpuSeconds = first.cpuSeconds();
        for (int i = first.traces().size(); i < lines.size(); i++) {
            if (!before.line(i)) {
                continue;
            }
            Path trace = traceFolder.resolve("trace-" + i);
            Path times = traceFolder.resolve("times-" + i);
            int exitCode = run(sandbox, room, line(i, lines.get(i), environment, watch, trace, times));
            if (Files.exists(trace)) {
                traces.put(i, trace);
            }
            cpuSeconds += LineRunner.cpuSeconds(times);
            if (exitCode != 0) {
                return new Result(traces, cpuSeconds, i, exitCode);
            }
        }
        return new Result(traces, cpuSeconds, -1, 0);
    }

    /** Runs a line. What the library tells lies in memory until its end, and in the line's trace from then on. */
    static int run(Sandbox sandbox, Sandbox.Room room, Sandbox.Line line) throws IOException, InterruptedException {
        if (line.watch() != Watch.PRELOAD) {
            return sandbox.run(room, line);
        }
        try (Arena arena = Arena.create(room.scratch())) {
            int exitCode = sandbox.run(room, line.tracedTo(arena.file()));
            arena.keep(line.trace());
            return exitCode;
        }
    }

    private Sandbox.Line line(
            int number, String text, SortedMap<String, String> environment, Watch watch, Path trace, Path times) {
        return new Sandbox.Line(
                number,
                text,
                environment,
                log,
                watch,
                trace,
                times,
                room.unit().options().network());
    }
}
