package dev.cutoff.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/** Skips aloud: what was skipped and why stands in a file whose lines {@code ./test} prints at its end. */
public final class Skips {

    private Skips() {}

    /** Skips the test where a program is missing. */
    public static void unlessInstalled(String... programs) {
        for (String program : programs) {
            boolean found = false;
            for (String folder : System.getenv("PATH").split(":")) {
                found |= Files.isExecutable(Path.of(folder, program));
            }
            unless(found, program + " is not installed");
        }
    }

    /** Skips the test where cargo is missing, or rustup's stand-in for it has no toolchain. */
    public static void unlessCargoWorks() {
        unlessInstalled("cargo", "rustc");
        try {
            int code = new ProcessBuilder("cargo", "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            unless(code == 0, "cargo has no toolchain here");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void unless(boolean fit, String why) {
        if (!fit) {
            StackTraceElement test = StackWalker.getInstance()
                    .walk(frames -> frames.filter(f -> f.getClassName().endsWith("Test"))
                            .findFirst())
                    .orElseThrow()
                    .toStackTraceElement();
            String line = test.getClassName() + "." + test.getMethodName() + ": " + why + "\n";
            try {
                Path file = Path.of(System.getProperty("cutoff.skipped", "target/skipped.log"));
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            Assumptions.abort(why);
        }
    }
}
