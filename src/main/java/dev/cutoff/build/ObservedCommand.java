package dev.cutoff.build;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a command under strace as its caller would have run it, without a sandbox: in the caller's folder and environment, at
 * the caller's terminal. The observing library would not do: it can't follow who makes namespaces of its own, as fromager
 * does to take the network from builds.
 */
public final class ObservedCommand {

    private ObservedCommand() {}

    /**
     * Runs a command to its end.
     *
     * @param extra variables that it gets besides the caller's
     * @param trace file that is made, of what it did
     * @return its exit code; 128 + n where signal n ended it
     * @throws Failure of kind ENVIRONMENT without strace, INPUT where the command can't be started
     */
    public static int run(List<String> command, Map<String, String> extra, Path trace)
            throws IOException, InterruptedException {
        Path strace = Observers.find()
                .strace()
                .orElseThrow(() -> Failure.environment("strace is not installed (Debian: apt-get install strace)"));
        if (LineRunner.find(command.getFirst()).isEmpty() && !command.getFirst().contains("/")) {
            throw Failure.input(command.getFirst() + ": there is no such command");
        }
        List<String> observed = new ArrayList<>(LineRunner.strace(strace.toString(), trace.toString()));
        observed.add("--");
        observed.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(observed).inheritIO();
        builder.environment().putAll(extra);
        return builder.start().waitFor();
    }
}
