package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Programs of the machine that run others for what they make, in an order that follows from what needs what, and that end
 * with the first failure: make, ninja, and front ends that only start one.
 */
final class Schedulers {

    private static final Set<String> NAMES = Set.of("make", "gmake", "ninja", "ninja-build", "samu");

    private static final Set<String> MAKES = Set.of("make", "gmake");

    /** As shells name them. */
    private static final Set<String> STARTED =
            Set.of("make", "gmake", "ninja", "ninja-build", "samu", "cmake", "meson");

    private static final Set<String> SHELLS = Set.of("sh", "dash", "bash");

    /** The latter is Cutoff's own, for a line of a recipe. */
    private static final Set<String> RUNS_TEXT = Set.of("-c", "-ec");

    private static final Set<String> OF_CMAKE = Set.of("--build", "--install");

    private static final Set<String> OF_MESON = Set.of("compile", "install");

    private static final Pattern PROGRAMS =
            Pattern.compile("/usr/bin/(g?make|ninja|ninja-build|samu|cmake|python[0-9.]*)");

    private final List<Step> steps;
    private final MachinePrograms programs;

    Schedulers(BuildRecord record) {
        this.steps = record.steps();
        this.programs = new MachinePrograms(record);
    }

    /** A name alone can be anybody's: the program itself was read where the machine has it. */
    private boolean isKnown(int number) {
        return programs.any(number, path -> PROGRAMS.matcher(path).matches());
    }

    boolean isOne(int number) {
        Step step = steps.get(number);
        // Of one that is heard, what it says of each step counts, too.
        if (!isKnown(number) || step.heard()) {
            return false;
        }
        return NAMES.contains(step.program())
                || (step.program().equals("cmake") && OF_CMAKE.contains(argument(step, 1)))
                || (isMeson(step) && OF_MESON.contains(argument(step, 2)));
    }

    /** Whether a program finds what it made before and leaves it where it would make the same again. */
    boolean isAware(int number) {
        Step step = steps.get(number);
        return isKnown(number) && (step.program().equals("cmake") || isMeson(step));
    }

    /**
     * A shell that a scheduler, or Cutoff itself, started for a line of a recipe, and that ends when a command of the line
     * fails.
     */
    boolean isShell(int number) {
        Step step = steps.get(number);
        return SHELLS.contains(step.program())
                && RUNS_TEXT.contains(argument(step, 1))
                && new ShellLine(argument(step, 2), argument(step, 1).contains("e")).failsWith(STARTED)
                && (step.parent() < 0 || isOne(step.parent()));
    }

    /** Whether what a child says is for its scheduler's ears: make's function shell, and its assignment by {@code !=}. */
    boolean isOverheard(int child) {
        int parent = steps.get(child).parent();
        return steps.get(child).heard() && MAKES.contains(steps.get(parent).program());
    }

    private static boolean isMeson(Step step) {
        return step.program().startsWith("python")
                && Place.name(argument(step, 1)).equals("meson");
    }

    private static String argument(Step step, int index) {
        return step.command().size() > index ? step.command().get(index) : "";
    }
}
