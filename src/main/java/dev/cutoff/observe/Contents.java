package dev.cutoff.observe;

import dev.cutoff.model.Digest;
import java.util.Optional;

/** The bytes behind a digest, for facts that look into files. */
@FunctionalInterface
public interface Contents {

    /**
     * The bytes with this digest.
     *
     * @param path where a file with this content was seen, as the build sees it
     * @return empty where they are not to be had; never other bytes
     */
    Optional<byte[]> read(Digest content, String path);
}
