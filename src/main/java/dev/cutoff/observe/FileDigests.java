package dev.cutoff.observe;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Path;

/** The SHA-256 of a file of the machine, by whatever cache there is. */
@FunctionalInterface
public interface FileDigests {

    /**
     * Digests a file.
     *
     * @throws IOException where the file can't be read
     */
    Digest of(Path file) throws IOException;
}
