package dev.cutoff.frontend.fromager;

import dev.cutoff.build.ObservedCommand;
import dev.cutoff.build.WheelBuild;
import dev.cutoff.build.WheelTraces;
import dev.cutoff.build.WheelUses;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs a command that builds wheels, fromager with its plugin, under observation, and then says of each wheel what its build
 * used.
 */
public final class ObservedRun {

    /** The plugin's word for the folder that it leaves its documents in. */
    private static final String SPOOL = "CUTOFF_FROMAGER_SPOOL";

    /** Switches the plugin on. */
    private static final String SWITCH = "CUTOFF_FROMAGER";

    /** Takes what there is to say of a wheel. */
    @FunctionalInterface
    public interface Recorder {
        /**
         * A wheel whose trace lies where its document says.
         *
         * @param options of {@code record}, the wheel and its document not among them
         * @return whether it was recorded
         */
        boolean record(Path wheel, Path buildEnv, List<String> options);
    }

    private final Path scratch;
    private final Function<List<WheelBuild>, WheelTraces> traces;
    private final Consumer<String> notes;

    /**
     * A run.
     *
     * @param scratch an empty folder
     * @param traces reads the traces of builds
     * @param notes takes what is to be said to the user
     */
    public ObservedRun(Path scratch, Function<List<WheelBuild>, WheelTraces> traces, Consumer<String> notes) {
        this.scratch = scratch;
        this.traces = traces;
        this.notes = notes;
    }

    /** Runs a command and returns its exit code, whatever can be told of its builds. */
    public int run(List<String> command, Recorder recorder) throws IOException, InterruptedException {
        Path spool = Files.createDirectory(scratch.resolve("spool"));
        Path trace = scratch.resolve("trace");
        long started = System.currentTimeMillis();
        int exitCode = ObservedCommand.run(command, Map.of(SPOOL, spool.toString(), SWITCH, "1"), trace);
        List<BuiltWheel> wheels = wheels(spool);
        if (!wheels.isEmpty()) {
            tell(wheels, trace, started, recorder);
        }
        return exitCode;
    }

    private List<BuiltWheel> wheels(Path spool) throws IOException {
        List<BuiltWheel> wheels = new ArrayList<>();
        try (Stream<Path> files = Files.list(spool)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".built.json"))
                    .sorted()
                    .toList()) {
                try {
                    wheels.add(BuiltWheel.read(file));
                } catch (Failure e) {
                    notes.accept("not told what a build used: " + e.getMessage());
                }
            }
        }
        return wheels;
    }

    private void tell(List<BuiltWheel> wheels, Path trace, long started, Recorder recorder) throws IOException {
        Map<Path, WheelBuild> builds = new LinkedHashMap<>();
        Map<Path, Integer> times = new HashMap<>();
        for (BuiltWheel wheel : wheels) {
            builds.put(wheel.build().folder(), wheel.build());
            times.merge(wheel.build().folder(), 1, Integer::sum);
        }
        Path folder = Path.of("").toAbsolutePath();
        Map<Path, WheelUses> uses = traces.apply(List.copyOf(builds.values())).read(trace, folder, started);
        for (BuiltWheel wheel : wheels) {
            WheelUses used = uses.get(wheel.build().folder());
            if (used == null || !Files.isRegularFile(wheel.wheel())) {
                notes.accept(wheel.name() + "==" + wheel.version() + ": " + wheel.wheel() + " is not there");
                continue;
            }
            if (times.getOrDefault(wheel.build().folder(), 0) > 1) {
                List<String> gaps = new ArrayList<>(used.gaps());
                gaps.add("it was built twice in this run, and what each build used is not told apart");
                used = new WheelUses(used.observer(), gaps, used.steps(), used.uses());
            }
            new TraceFile(wheel.name(), wheel.version(), used).write(wheel.trace());
            if (recorder.record(wheel.wheel(), wheel.buildEnv(), wheel.options())) {
                notes.accept(wheel.name() + "==" + wheel.version() + ": "
                        + (used.gaps().isEmpty()
                                ? "observed"
                                : "declared: " + used.gaps().getFirst()));
            }
        }
    }
}
