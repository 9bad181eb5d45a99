package dev.cutoff.observe;

import dev.cutoff.model.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What traces need beside their files. */
final class Traces {

    /** Looks through files where they are. */
    static final DirectCalls CALLS =
            new DirectCalls(path -> Optional.of(Path.of(path)), Traces::digest, new DirectCalls.Known() {
                private final Set<Digest> known = new HashSet<>();

                @Override
                public boolean has(Digest content) {
                    return known.contains(content);
                }

                @Override
                public void add(Digest content) {
                    known.add(content);
                }
            });

    private Traces() {}

    private static Digest digest(Path file) throws java.io.IOException {
        return Digest.of(Files.readAllBytes(file));
    }
}
