package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    boolean isWanted() {
        return file != null;
    }

    private boolean isStandardOutput() {
        return "-".equals(file);
    }

    /** Whether people watch, on a terminal. */
    // Which of the two says so has changed with the JDK's releases.
    @SuppressWarnings("SystemConsoleNull")
    boolean isWatched() {
        java.io.Console console = System.console();
        return !isStandardOutput() && console != null && console.isTerminal();
    }

    /** Where text for people goes. */
    PrintStream people() {
        return isStandardOutput() ? System.err : System.out;
    }

    /** Writes a document that may be too long for a string. */
    void stream(Consumer<Writer> document) {
        if (file == null) {
            return;
        }
        try {
            if (isStandardOutput()) {
                Writer out = new OutputStreamWriter(System.out, StandardCharsets.UTF_8);
                document.accept(out);
                out.flush();
                return;
            }
            try (Writer out = Files.newBufferedWriter(Path.of(file))) {
                document.accept(out);
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
