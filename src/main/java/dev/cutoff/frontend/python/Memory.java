package dev.cutoff.frontend.python;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What is remembered from run to run, so that no wheel is read twice: the store where there is one. Threads may share it. */
public interface Memory {

    /**
     * The SHA-256 of a file's content.
     *
     * @throws IOException if it can't be read
     */
    Digest digest(Path file) throws IOException;

    /** What was found out by a question before; empty where it was not, or is forgotten. */
    Optional<byte[]> recall(Digest question);

    void remember(Digest question, byte[] answer);

    /**
     * Told of each file that an answer rests on, links followed, before somebody looks at it; a folder stands for the names in
     * it.
     */
    default void restsOn(Path file) throws IOException {}

    /** Told until when an answer counts. */
    default void restsUntil(Instant end) {}

    /** Told that an answer rests on something that no file tells of. */
    default void restsOnMore() {}

    /** A memory that lasts as long as the process. */
    static Memory ofProcess() {
        Map<Digest, byte[]> known = new ConcurrentHashMap<>();
        return new Memory() {
            @Override
            public Digest digest(Path file) throws IOException {
                return Digest.of(java.nio.file.Files.readAllBytes(file));
            }

            @Override
            public Optional<byte[]> recall(Digest question) {
                return Optional.ofNullable(known.get(question));
            }

            @Override
            public void remember(Digest question, byte[] answer) {
                known.put(question, answer);
            }
        };
    }
}
