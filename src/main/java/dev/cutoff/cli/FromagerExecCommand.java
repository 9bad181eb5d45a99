package dev.cutoff.cli;

import dev.cutoff.build.WheelTraces;
import dev.cutoff.frontend.fromager.ObservedRun;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cutoff fromager exec}: runs fromager under observation. */
@Command(
        name = "exec",
        mixinStandardHelpOptions = true,
        description = {
            "Run a command that builds wheels, by strace, and record of each what its build used.",
            "It must be fromager with the plugin cutoff-fromager. The exit code is the command's."
        },
        footer = {"", "Example: cutoff fromager exec -- fromager build-parallel work-dir/graph.json"})
final class FromagerExecCommand implements Callable<Integer> {

    @Mixin
    StoreOption store = new StoreOption();

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The command and its arguments, behind --.")
    List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Store opened = store.open()) {
            Path scratch = opened.scratch().folder("fromager");
            try {
                return new ObservedRun(
                                scratch,
                                builds -> new WheelTraces(opened, builds),
                                note -> System.err.println("cutoff: " + note))
                        .run(command, this::record);
            } finally {
                Scratch.delete(scratch);
            }
        }
    }

    /** As the plugin would have it recorded. */
    private boolean record(Path wheel, Path buildEnv, List<String> options) {
        List<String> words = new ArrayList<>(List.of("fromager", "record", wheel.toString()));
        words.addAll(List.of("--build-env", buildEnv.toString()));
        words.addAll(options);
        return Main.run(words.toArray(String[]::new)) == 0;
    }
}
