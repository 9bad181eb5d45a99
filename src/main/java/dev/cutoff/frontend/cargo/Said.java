package dev.cutoff.frontend.cargo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a program said and how it ended.
 *
 * @param output its standard output
 * @param error its standard error
 */
record Said(int code, String output, String error) {

    /** Runs a program to its end, without input. */
    static Said by(List<String> command, Path folder, Map<String, String> environment) throws IOException {
        Path error = Files.createTempFile("cutoff", ".err");
        Process process = null;
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectError(error.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), output, new String(Files.readAllBytes(error), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.get(0) + " ran", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(error);
        }
    }
}
