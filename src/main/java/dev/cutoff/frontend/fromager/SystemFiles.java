package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Files of the machine at present; each is looked at once in a run, however many wheels' builds read it. */
final class SystemFiles {

    private final Memory memory;
    private final Map<String, String> known = new ConcurrentHashMap<>();

    SystemFiles(Memory memory) {
        this.memory = memory;
    }

    /** The SHA-256 of a file's content; {@link Fact#ABSENT} where there is no file that can be read. */
    String digest(String path) {
        return known.computeIfAbsent(path, this::read);
    }

    private String read(String path) {
        try {
            Path file = Path.of(path);
            return Files.isRegularFile(file) ? memory.digest(file).hex() : Fact.ABSENT;
        } catch (IOException | InvalidPathException e) {
            return Fact.ABSENT;
        }
    }
}
