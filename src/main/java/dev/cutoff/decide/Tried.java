package dev.cutoff.decide;

import java.util.List;
import java.util.Locale;

/**
 * Compile steps that were found to give what they gave, though what they read has changed.
 *
 * @param steps how many
 * @param changed the headers, as the build saw them, sorted
 * @param seconds how long it took to find out, or may take
 */
record Tried(int steps, List<String> changed, double seconds) {

    static final Tried NONE = new Tried(0, List.of(), 0);

    Tried {
        changed = List.copyOf(changed);
    }

    /** Such as {@code probe of 3 files, about 2 s: zlib/include/zlib.h changed}, of steps that are yet to be tried. */
    String outlook() {
        int more = changed.size() - 1;
        return String.format(
                Locale.ROOT,
                "probe of %s, %s: %s changed",
                steps == 1 ? "1 file" : steps + " files",
                seconds < 1 ? "less than 1 s" : String.format(Locale.ROOT, "about %.0f s", seconds),
                changed.getFirst() + (more == 0 ? "" : " and " + more + " more"));
    }

    /** Such as {@code zlib/include/zlib.h changed; 3 steps that read it give the same code (probe, 1.8 s)}. */
    String words() {
        int more = changed.size() - 1;
        return String.format(
                Locale.ROOT,
                "%s changed; %s that read %s (probe, %.1f s)",
                changed.getFirst() + (more == 0 ? "" : " and " + more + " more"),
                steps == 1 ? "1 step" : steps + " steps",
                (more == 0 ? "it " : "them ") + (steps == 1 ? "gives" : "give") + " the same code",
                seconds);
    }
}
