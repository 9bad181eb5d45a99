package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.python.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        return candidates(program, variables).stream()
                .filter(file -> Files.isExecutable(file) && Files.isRegularFile(file))
                .findFirst();
    }

    /** The same, with all places that were looked at noted. */
    static Optional<Path> find(String program, Map<String, String> variables, Memory memory) throws IOException {
        for (Path file : candidates(program, variables)) {
            memory.restsOn(file);
        }
        return find(program, variables);
    }

    private static List<Path> candidates(String program, Map<String, String> variables) {
        List<Path> candidates = new ArrayList<>();
        for (String folder : variables.getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            candidates.add(Path.of(folder.isEmpty() ? "." : folder, program).toAbsolutePath());
        }
        return candidates;
    }

    Result run(List<String> command) throws IOException, InterruptedException {
        return run(command, Path.of("").toAbsolutePath());
    }

    /** @param folder that it works in */
    Result run(List<String> command, Path folder) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
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
