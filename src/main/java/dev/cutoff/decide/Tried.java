package dev.cutoff.decide;

import java.util.List;
import java.util.Locale;

/**
 * Steps that were found to give what they gave, though what they read has changed.
 *
 * @param lines how many of the recipe's first lines were run again as a whole
 * @param steps how many compile steps were tried, beside those of these lines
 * @param changed what has changed, as the build saw it, sorted
 * @param seconds how long it took to find out, or may take
 */
record Tried(int lines, int steps, List<String> changed, double seconds) {

    static final Tried NONE = new Tried(0, 0, List.of(), 0);

    Tried {
        changed = List.copyOf(changed);
    }

    boolean any() {
        return lines + steps > 0;
    }

    private String firstLines() {
        return lines == 1 ? "the first line" : "the first " + lines + " lines";
    }

    /** Such as {@code probe of 3 files, about 2 s: zlib/include/zlib.h changed}, of steps that are yet to be tried. */
    String outlook() {
        int more = changed.size() - 1;
        String files = steps == 0 ? "" : steps == 1 ? "1 file" : steps + " files";
        return String.format(
                Locale.ROOT,
                "probe of %s, %s: %s changed",
                (lines == 0 ? "" : firstLines()) + (lines > 0 && steps > 0 ? " and " : "") + files,
                seconds < 1 ? "less than 1 s" : String.format(Locale.ROOT, "about %.0f s", seconds),
                changed.getFirst() + (more == 0 ? "" : " and " + more + " more"));
    }

    /** Such as {@code zlib/include/zlib.h changed; 3 steps that read it give the same code (probe, 1.8 s)}. */
    String words() {
        int more = changed.size() - 1;
        String found = lines == 0
                ? ""
                : firstLines() + " of the build, run again, " + (lines == 1 ? "leaves" : "leave")
                        + " what the others rely on" + (steps > 0 ? ", and " : "");
        String compiled = steps == 0
                ? ""
                : (steps == 1 ? "1 step" : steps + " steps")
                        + (more == 0 ? " that read it " : " that read them ")
                        + (steps == 1 ? "gives" : "give") + " the same code";
        return String.format(
                Locale.ROOT,
                "%s changed; %s (probe, %.1f s)",
                changed.getFirst() + (more == 0 ? "" : " and " + more + " more"),
                found + compiled,
                seconds);
    }
}
