package dev.cutoff.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this machine has to observe builds with.
 *
 * @param library the observing library, which stands beside the program where it could be built
 * @param strace the program
 */
record Observers(Optional<Path> library, Optional<Path> strace) {

    /** The launcher's word for where the library is. */
    private static final String LIBRARY = "cutoff.observing.library";

    static Observers find() {
        Optional<Path> library =
                Optional.ofNullable(System.getProperty(LIBRARY)).map(Path::of).filter(Files::isRegularFile);
        return new Observers(library, LineRunner.find("strace"));
    }

    /**
     * How a build is to be observed.
     *
     * @param asked what the user wants; the library where nothing is said
     * @param confined whether it runs in a sandbox: elsewhere what outlives a line would go on unseen
     * @param escaped whether something of the unit's last build was not seen by the library
     */
    Watch choose(Optional<Watch> asked, boolean confined, boolean escaped) {
        Watch watch = asked.orElse(Watch.PRELOAD);
        if (watch == Watch.PRELOAD && (escaped || library.isEmpty() || !confined)) {
            watch = strace.isEmpty() && library.isPresent() && confined ? Watch.PRELOAD : Watch.STRACE;
        }
        return watch == Watch.STRACE && strace.isEmpty() ? Watch.NONE : watch;
    }
}
