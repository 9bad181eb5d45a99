package dev.cutoff.cli;

import dev.cutoff.frontend.fromager.FleetImport;
import dev.cutoff.frontend.fromager.Target;
import dev.cutoff.frontend.fromager.WheelRecorder;
import dev.cutoff.model.Failure;
import dev.cutoff.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cutoff fromager record}: stores what wheels were built with. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = {
            "Store what a wheel was built with, as a build-env file tells it (docs/fromager.md); the plugin for fromager does it after each build.",
            "With --import GRAPH take in wheels that were built before: what they were built with is what fromager's log says (--log), or what you vouch for (--built-with-graph); else it is not known, and they are rebuilt."
        },
        footer = {
            "",
            "Example: cutoff fromager record numpy-2.2.6-0-cp312-cp312-linux_x86_64.whl --build-env env.json --settings overrides/settings",
            "Example: cutoff fromager record --import work-dir/graph.json --wheels wheels-repo/downloads --log fromager.log --settings overrides/settings"
        })
final class FromagerRecordCommand implements Callable<Integer> {

    @Parameters(paramLabel = "WHEEL", arity = "0..1", description = "The wheel that was built.")
    @Nullable
    Path wheel;

    @Option(names = "--build-env", paramLabel = "FILE", description = "What it was built with: cutoff.build-env/1.")
    @Nullable
    Path buildEnv;

    @Option(
            names = "--again",
            description =
                    "The wheel may be recorded with another build environment already: it was built anew, to the same bytes.")
    boolean again;

    @Option(names = "--import", paramLabel = "GRAPH", description = "Take in the wheels of this graph's packages.")
    @Nullable
    Path imported;

    @Option(names = "--wheels", paramLabel = "DIR", description = "A folder of wheels to import; may be repeated.")
    List<Path> wheels = new ArrayList<>();

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "A log of fromager (its --log-file) that says what build environments had; may be repeated.")
    List<Path> logs = new ArrayList<>();

    @Option(
            names = "--built-with-graph",
            description =
                    "You vouch for each wheel having been built with what the graph gives. fromager may have reused it!")
    boolean vouched;

    @Option(
            names = "--variant",
            paramLabel = "V",
            description = "The variant of imported wheels (default: ${DEFAULT-VALUE}); else the build-env file has it.")
    String variant = "cpu";

    @Mixin
    FromagerOptions options = new FromagerOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Override
    public Integer call() {
        boolean one = wheel != null && buildEnv != null;
        if (imported == null ? !one : wheel != null || buildEnv != null) {
            throw Failure.input("cutoff fromager record: say a WHEEL and its --build-env FILE, or --import GRAPH and"
                    + " --wheels DIR");
        }
        WheelRecorder.Setting setting = new WheelRecorder.Setting(
                options.places(), options.platform(), options.records(store), again, System.getenv());
        try (Store opened = store.open()) {
            WheelRecorder recorder = new WheelRecorder(setting, new StoreMemory(opened), InstantSource.system());
            if (imported == null) {
                print(recorder.record(Objects.requireNonNull(wheel), Objects.requireNonNull(buildEnv)));
                return 0;
            }
            FleetImport.Result result = new FleetImport(
                            new FleetImport.Question(
                                    imported,
                                    wheels,
                                    logs,
                                    vouched,
                                    variant,
                                    new Target(Optional.empty(), options.platform())),
                            setting,
                            recorder)
                    .run();
            result.recorded().forEach(FromagerRecordCommand::print);
            result.refused().forEach(why -> System.out.println("not taken in: " + why));
            return 0;
        }
    }

    private static void print(WheelRecorder.Recorded recorded) {
        System.out.println((recorded.known() ? "was recorded  " : "recorded  ")
                + recorded.unit()
                + (recorded.gaps().isEmpty() ? "" : "  it licenses no keep: " + String.join("; ", recorded.gaps())));
    }
}
