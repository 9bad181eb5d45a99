package dev.cutoff.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Text for people with C++ and Rust names as they were written, by the machine's {@code c++filt}: one process for the
 * whole text, and none for a text without such names. Where there is no {@code c++filt}, the names stay as they are.
 */
final class Demangled {

    private static final long SECONDS = 20;

    private Demangled() {}

    static String of(String text) {
        if (!text.contains("_Z") && !text.contains("_R")) {
            return text;
        }
        try {
            Process filter = new ProcessBuilder("c++filt")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Written by another thread: a filter may say much before it has heard all.
            Thread writer = Thread.ofVirtual().start(() -> write(filter, text));
            String plain = new String(filter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            writer.join();
            boolean ended = filter.waitFor(SECONDS, TimeUnit.SECONDS);
            return ended && filter.exitValue() == 0 ? plain : text;
        } catch (IOException e) {
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return text;
        }
    }

    private static void write(Process filter, String text) {
        try (OutputStream in = filter.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It has ended; its exit code tells.
        }
    }
}
