package dev.cutoff.decide;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Steps that were found to give what they gave, though what they read has changed.
 *
 * @param lines how many of the recipe's first lines were run again as a whole
 * @param again how many steps were run again by themselves, with all that they start
 * @param steps how many compile steps were tried, beside these
 * @param changed what has changed, as the build saw it, sorted
 * @param seconds how long it took to find out, or may take
 */
record Tried(int lines, int again, int steps, List<String> changed, double seconds) {

    static final Tried NONE = new Tried(0, 0, 0, List.of(), 0);

    Tried {
        changed = List.copyOf(changed);
    }

    boolean any() {
        return lines + again + steps > 0;
    }

    private String firstLines() {
        return lines == 1 ? "the first line" : "the first " + lines + " lines";
    }

    private static String counted(int number, String what) {
        return number == 1 ? "1 " + what : number + " " + what + "s";
    }

    /** Such as {@code probe of 3 files, about 2 s: zlib/include/zlib.h changed}, of steps that are yet to be tried. */
    String outlook() {
        List<String> parts = new ArrayList<>();
        if (lines > 0) {
            parts.add(firstLines());
        }
        if (again > 0) {
            parts.add(counted(again, "command"));
        }
        if (steps > 0) {
            parts.add(counted(steps, "file"));
        }
        return String.format(
                Locale.ROOT,
                "probe of %s, %s: %s changed",
                String.join(" and ", parts),
                seconds < 1 ? "less than 1 s" : String.format(Locale.ROOT, "about %.0f s", seconds),
                whatChanged());
    }

    /** Such as {@code zlib/include/zlib.h changed; 3 steps that read it give the same code (probe, 1.8 s)}. */
    String words() {
        List<String> parts = new ArrayList<>();
        if (lines > 0) {
            parts.add(firstLines() + " of the build, run again, " + (lines == 1 ? "leaves" : "leave")
                    + " what the others rely on");
        }
        String readIt = changed.size() == 1 ? " that read it" : " that read them";
        if (again > 0) {
            parts.add(counted(again, "command") + readIt + ", run again, " + (again == 1 ? "makes" : "make")
                    + " the same");
        }
        if (steps > 0) {
            parts.add(counted(steps, "step") + readIt + (steps == 1 ? " gives" : " give") + " the same code");
        }
        return String.format(
                Locale.ROOT, "%s changed; %s (probe, %.1f s)", whatChanged(), String.join(", and ", parts), seconds);
    }

    private String whatChanged() {
        int more = changed.size() - 1;
        return changed.getFirst() + (more == 0 ? "" : " and " + more + " more");
    }
}
