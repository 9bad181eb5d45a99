package dev.cutoff.build;

import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import java.util.Map;
import java.util.Optional;

/**
 * What a build tool has left in the sources when it built in them by hand: its notes hold absolute paths, and lead a build on
 * a staged copy back to where they were made.
 *
 * @param tool that left it
 * @param file with its notes, relative to the sources
 */
record StaleBuild(String tool, String file) {

    private static final Map<String, String> NOTES = Map.of(
            "CMakeCache.txt", "CMake",
            "config.status", "configure",
            "coredata.dat", "Meson");

    /** The first one in a unit's sources. */
    static Optional<StaleBuild> of(Tree sources) {
        for (var entry : sources.entries().entrySet()) {
            String tool = entry.getValue() instanceof Tree.File ? NOTES.get(Place.name(entry.getKey())) : null;
            if (tool != null) {
                return Optional.of(new StaleBuild(tool, entry.getKey()));
            }
        }
        return Optional.empty();
    }

    /** What to do about it. */
    String advice() {
        int end = file.lastIndexOf('/');
        String folder = end < 0 ? "" : file.substring(0, end).replaceFirst("/meson-private$", "");
        return "the sources hold " + file + ", which " + tool + " left there when it built by hand: "
                + (folder.isEmpty() ? "clean them" : "delete the folder " + folder)
                + ", or list it in .gitignore";
    }
}
