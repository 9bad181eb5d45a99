package dev.cutoff.frontend.pep517;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs programs of the user's, with the user's variables, to their end. */
final class Commands {

    /** What a program said, and its exit code. */
    record Result(int code, String out, String err) {}

    private final Map<String, String> variables;

    Commands(Map<String, String> variables) {
        this.variables = variables;
    }

    /** A program by its name; empty if PATH has none. */
    static Optional<Path> find(String program, Map<String, String> variables) {
        for (String folder : variables.getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, program).toAbsolutePath();
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    Result run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            FutureTask<String> err = new FutureTask<>(() -> text(process.getErrorStream()));
            Thread.ofPlatform().daemon().name("cutoff-read").start(err);
            String out = text(process.getInputStream());
            return new Result(process.waitFor(), out, err.get());
        } catch (ExecutionException e) {
            throw new IOException("reading what " + command.getFirst() + " said: " + e.getCause());
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
