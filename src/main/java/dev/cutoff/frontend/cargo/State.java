package dev.cutoff.frontend.cargo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of our state, in cargo's target folder, so that whoever clears that clears it too. */
final class State {

    private static final String NAME = ".cutoff-cargo";
    /** The signature of the Cache Directory Tagging Specification. */
    private static final String TAG = """
            Signature: 8a477f597d28d172789f06886806bc55
            # This file is a cache directory tag, as cargo writes it; see https://bford.info/cachedir/
            """;

    private State() {}

    /** Where it is; it may not be there. */
    static Path place(Path target) {
        return target.resolve(NAME);
    }

    static Path in(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            // As cargo makes it: backups leave it out.
            Files.createDirectories(target);
            Files.writeString(target.resolve("CACHEDIR.TAG"), TAG);
        }
        return Files.createDirectories(place(target));
    }
}
