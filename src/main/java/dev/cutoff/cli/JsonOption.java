package dev.cutoff.cli;

import dev.cutoff.build.Progress;
import dev.cutoff.model.Failure;
import dev.cutoff.report.LiveProgress;
import dev.cutoff.report.PlainProgress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;

/** {@code --json FILE}: with "-", standard output holds the document alone and people read standard error. */
final class JsonOption {

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the result as JSON to FILE; - is standard output.")
    @Nullable
    String file;

    /**
     * Says before any work is done that the document could not be written.
     *
     * @throws Failure of kind INPUT where there is no such folder, ENVIRONMENT where nothing may be written there
     */
    void check() {
        if (file == null || isStandardOutput()) {
            return;
        }
        Path target = Path.of(file).toAbsolutePath();
        Path folder = target.getParent();
        if (Files.isDirectory(target) || folder == null) {
            throw Failure.input("--json " + file + ": is a folder; name a file");
        }
        if (!Files.isDirectory(folder)) {
            throw Failure.input("--json " + file + ": there is no folder " + folder);
        }
        boolean there = Files.exists(target);
        if (there && !Files.isRegularFile(target)) {
            // A pipe would wait for a reader.
            return;
        }
        try {
            Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
            if (!there) {
                Files.delete(target);
            }
        } catch (IOException e) {
            throw Failure.io("--json " + file, e);
        }
    }

    boolean isWanted() {
        return file != null;
    }

    private boolean isStandardOutput() {
        return "-".equals(file);
    }

    /** Whether people watch, on a terminal. */
    // Which of the two says so has changed with the JDK's releases.
    @SuppressWarnings("SystemConsoleNull")
    private boolean isWatched() {
        java.io.Console console = System.console();
        return !isStandardOutput() && console != null && console.isTerminal();
    }

    /** What tells people of a run while it goes on. */
    Progress view() {
        return isWatched() ? new LiveProgress(System.out) : new PlainProgress(people(), false);
    }

    /** Where text for people goes. */
    PrintStream people() {
        return isStandardOutput() ? System.err : System.out;
    }

    /**
     * Writes a document that may be too long for a string. It is made beside, so that one that can't be made to its end is
     * not begun.
     */
    void stream(Consumer<Writer> document) {
        if (file == null) {
            return;
        }
        try {
            Path made = Files.createTempFile("cutoff", ".json");
            try {
                try (Writer out = Files.newBufferedWriter(made)) {
                    document.accept(out);
                }
                if (isStandardOutput()) {
                    Files.copy(made, System.out);
                } else {
                    try (OutputStream out = Files.newOutputStream(Path.of(file))) {
                        Files.copy(made, out);
                    }
                }
            } finally {
                Files.deleteIfExists(made);
            }
        } catch (UncheckedIOException e) {
            throw Failure.io("writing " + file, new IOException(e.getMessage(), e));
        } catch (JacksonException e) {
            throw Failure.io("writing " + file, new IOException(e.getOriginalMessage(), e));
        } catch (IOException e) {
            throw Failure.io("writing " + file, e);
        }
    }

    void write(String document) {
        if (file == null) {
            return;
        }
        if (isStandardOutput()) {
            System.out.print(document);
            return;
        }
        try {
            Files.writeString(Path.of(file), document);
        } catch (IOException e) {
            throw Failure.io("writing " + file, e);
        }
    }
}
