package dev.cutoff.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real command, as users call it. */
public final class Cutoff {

    private Cutoff() {}

    /** What a command printed and how it ended. */
    public record Run(int exitCode, String out, String err) {
        public String all() {
            return out + err;
        }
    }

    /** The project's folder. */
    public static Path root() {
        return Path.of(System.getProperty("cutoff.root", "")).toAbsolutePath();
    }

    public static Run run(Path folder, Map<String, String> environment, String... arguments) {
        return start(folder, environment, arguments).end(600);
    }

    /** A command that is still running. */
    public record Running(Process process, Path out, Path err) {
        /** Waits for its end. */
        public Run end(int seconds) {
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError(
                            "no end after " + seconds + " s: " + Files.readString(out) + Files.readString(err));
                }
                Run run = new Run(process.exitValue(), Files.readString(out), Files.readString(err));
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
                return run;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public static Running start(Path folder, Map<String, String> environment, String... arguments) {
        // A run of tests in the background ignores interrupts, and what it starts would inherit that.
        List<String> command = new ArrayList<>(
                List.of("env", "--default-signal=INT", root().resolve("cutoff").toString()));
        command.addAll(List.of(arguments));
        return startAny(folder, environment, command);
    }

    public static Run runAny(Path folder, Map<String, String> environment, List<String> command) {
        return runAny(folder, environment, 300, command);
    }

    /**
     * Runs any command.
     *
     * @param seconds how long it may take
     */
    public static Run runAny(Path folder, Map<String, String> environment, int seconds, List<String> command) {
        return startAny(folder, environment, command).end(seconds);
    }

    private static Running startAny(Path folder, Map<String, String> environment, List<String> command) {
        try {
            Path out = Files.createTempFile("cutoff-test", ".out");
            Path err = Files.createTempFile("cutoff-test", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            return new Running(builder.start(), out, err);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a shell line to its end; it must succeed. */
    public static String shell(Path folder, String line) {
        Run run = runAny(folder, Map.of(), List.of("/bin/sh", "-ec", line));
        if (run.exitCode() != 0) {
            throw new AssertionError(line + ": exit " + run.exitCode() + "\n" + run.all());
        }
        return new String(run.out().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
