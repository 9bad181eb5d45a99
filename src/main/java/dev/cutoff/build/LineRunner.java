package dev.cutoff.build;

import dev.cutoff.model.Failure;
import dev.cutoff.observe.Trace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts a recipe's line, waits for it, and sees to it that nothing of it lives on. */
final class LineRunner {

    /**
     * What runs a line: a fixed umask and fixed limits, a shell of its own that stops at the first error, and its times at the
     * end. A stack limit that may not be had is the hard one, see {@link StackLimit}.
     */
    private static final String DRIVER = "umask 022; ulimit -S -s " + StackLimit.USUAL
            + " 2>/dev/null || ulimit -S -s $(ulimit -H -s); ulimit -S -c 0; /bin/sh -ec \"$1\"; status=$?; times >\"$2\"; exit $status";

    /** Processes of the sandbox itself, which end by themselves once the build's are gone. */
    private static final Set<String> OURS = Set.of("bwrap", "strace");

    /** What the terminal's interrupt leaves: 128 + SIGINT. It reaches the processes of a line as soon as it does Cutoff. */
    private static final int INTERRUPTED = 130;

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private static final CountDownLatch ENDING = new CountDownLatch(1);

    static {
        // A killed Cutoff takes bubblewrap with it (die-with-parent); an interrupted one cleans up by itself.
        Runtime.getRuntime().addShutdownHook(new Thread(LineRunner::killThem, "cutoff-kill"));
    }

    private static void killThem() {
        ENDING.countDown();
        RUNNING.forEach(LineRunner::killAll);
    }

    /** A line that was killed since the program ends has not failed: nothing may come of it any more. */
    private static void stopIfEnding(int exitCode) throws InterruptedException {
        if (ENDING.await(exitCode == INTERRUPTED ? 2000 : 0, TimeUnit.MILLISECONDS)) {
            // Until the JVM is gone.
            new CountDownLatch(1).await();
        }
    }

    private LineRunner() {}

    /** A program of the machine by its name; empty if PATH has none. */
    static Optional<Path> find(String program) {
        for (String folder :
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, program);
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** The command that runs a line, under strace where that observes it. */
    static List<String> command(Sandbox.Line line, Observers observers, String trace, String times) {
        List<String> command = new ArrayList<>();
        observers
                .strace()
                .filter(_ -> line.watch() == Watch.STRACE)
                .ifPresent(program -> command.addAll(strace(program.toString(), trace)));
        command.addAll(List.of("/bin/sh", "-c", DRIVER, Trace.DRIVER, line.text(), times));
        return command;
    }

    /** What stands before a command that strace is to observe. */
    static List<String> strace(String program, String trace) {
        List<String> command =
                new ArrayList<>(List.of(program, "-f", "--seccomp-bpf", "-q", "-y", "-ttt", "-s", "65535"));
        command.addAll(List.of(
                "-e",
                "signal=!chld,urg",
                // Denied, as by the observing library: nobody could follow what goes through a ring.
                "-e",
                "inject=?io_uring_setup:error=ENOSYS",
                "-e",
                "abbrev=!execve,execveat",
                "-e",
                "trace=" + Trace.CALLS,
                "-e",
                "raw=" + Trace.RAW_CALLS));
        command.addAll(List.of("-o", trace));
        return command;
    }

    /** Runs a command to its end and returns its exit code; 128 + n for signal n. */
    static int run(List<String> command, Sandbox.Line line, Path folder, boolean cleanEnvironment)
            throws IOException, InterruptedException {
        Files.writeString(line.log(), "$ " + line.text() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(line.log().toFile()));
        builder.environment().clear();
        if (!cleanEnvironment) {
            builder.environment().putAll(line.environment());
        }
        Process process = builder.start();
        RUNNING.add(process);
        try {
            while (!process.waitFor(1, TimeUnit.SECONDS)) {
                if (Files.exists(line.times())) {
                    killLeftovers(process, line.log());
                }
            }
            stopIfEnding(process.exitValue());
            return process.exitValue();
        } finally {
            killAll(process);
            RUNNING.remove(process);
        }
    }

    /** The line has ended, yet something that it started has not, and strace waits for it. */
    private static void killLeftovers(Process process, Path log) throws IOException {
        List<ProcessHandle> left =
                process.descendants().filter(p -> !OURS.contains(name(p))).toList();
        for (ProcessHandle handle : left) {
            Files.writeString(
                    log,
                    "cutoff: the line has ended; killing what it left running: " + name(handle) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.APPEND);
            handle.destroyForcibly();
        }
    }

    private static String name(ProcessHandle process) {
        String command = process.info().command().orElse("?");
        return command.substring(command.lastIndexOf('/') + 1);
    }

    private static void killAll(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /**
     * CPU time of a line's processes, as the shell's {@code times} wrote it: a line for itself, a line for its
     * children, each user and system time as {@code 1m2.34s}.
     */
    static double cpuSeconds(Path times) {
        try {
            double sum = 0;
            for (String word : Files.readString(times).split("\\s+")) {
                int minutes = word.indexOf('m');
                if (minutes > 0 && word.endsWith("s")) {
                    sum += 60 * Double.parseDouble(word.substring(0, minutes))
                            + Double.parseDouble(word.substring(minutes + 1, word.length() - 1));
                }
            }
            return sum;
        } catch (java.nio.file.NoSuchFileException e) {
            // The line was killed before its end.
            return 0;
        } catch (IOException | NumberFormatException e) {
            throw Failure.bug("the times of a build can't be read: " + e.getMessage());
        }
    }
}
