package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Programs of the machine that run others for what they make, in an order that follows from what needs what, and that end
 * with the first failure: make, ninja, and front ends that only start one.
 *
 * <p>A driver is one, too: a program that a front end hands to its builds as {@link Place#DRIVER}. The front end vouches for
 * it that it makes all of its own anew, and that what it starts (CMake, Meson, ninja) finds out by itself what of its work
 * stands.
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

    /** In the environment that a driver runs in: what the packages of these names hold, by wheels. */
    private static final Pattern OF_ENVIRONMENT = Pattern.compile(Pattern.quote(Place.DEPS)
            + "[^/]+/(bin|lib/python[0-9.]+/site-packages/(cmake|ninja)/data/bin)/(cmake|ninja|meson|python[0-9.]*)");

    /** What CMake and Meson write for ninja, which tells changed commands by itself (its log has a hash of each). */
    private static final Pattern MANIFEST =
            Pattern.compile("(/|^)([^/]+\\.ninja|CMakeCache\\.txt|meson-private/[^/]+|meson-info/[^/]+)$");

    private final List<Step> steps;
    private final MachinePrograms programs;
    private final MachinePrograms ofNeeds;
    private final boolean driven;

    Schedulers(BuildRecord record) {
        this.steps = record.steps();
        this.programs = new MachinePrograms(record);
        this.ofNeeds = MachinePrograms.ofNeeds(record);
        this.driven = steps.stream().anyMatch(Schedulers::isDriver);
    }

    static boolean isDriver(Step step) {
        return argument(step, 1).equals(Place.DRIVER) && step.program().startsWith("python");
    }

    /** Whether a driver ran the build. */
    boolean isDriven() {
        return driven;
    }

    /** Whether a step is a driver. */
    boolean isDriver(int number) {
        return isDriver(steps.get(number));
    }

    /**
     * Whether a step that reads a file would, of what that says, do anew what differs and leave the rest: ninja of what CMake
     * or Meson wrote for it, where a driver runs them. Of other builds nobody has vouched that nothing else reads it.
     *
     * @param writers of the file
     */
    boolean tellsChanges(int reader, String path, List<Integer> writers) {
        String program = steps.get(reader).program();
        boolean ninja = program.startsWith("ninja") || program.equals("samu") || program.equals("cmake");
        return driven
                && ninja
                && isOne(reader)
                && MANIFEST.matcher(path).find()
                && writers.stream().allMatch(writer -> isAware(writer) || isOne(writer));
    }

    /** A name alone can be anybody's: the program itself was read where the machine has it. */
    private boolean isKnown(int number) {
        return programs.any(number, path -> PROGRAMS.matcher(path).matches())
                || (driven
                        && ofNeeds.any(
                                number, path -> OF_ENVIRONMENT.matcher(path).matches()));
    }

    boolean isOne(int number) {
        Step step = steps.get(number);
        if (isDriver(step)) {
            return true;
        }
        // Of one that is heard, what it says of each step counts, too; a driver only hands it on.
        if (!isKnown(number) || (step.heard() && !driven)) {
            return false;
        }
        return NAMES.contains(step.program())
                || (step.program().equals("cmake") && OF_CMAKE.contains(argument(step, 1)))
                || meson(number).filter(OF_MESON::contains).isPresent();
    }

    /** Whether a program finds what it made before and leaves it where it would make the same again. */
    boolean isAware(int number) {
        Step step = steps.get(number);
        return isKnown(number)
                && (step.program().equals("cmake") || meson(number).isPresent());
    }

    /**
     * A shell that a scheduler, or Cutoff itself, started for a line of a recipe, and that ends when a command of the line
     * fails.
     */
    boolean isShell(int number) {
        Step step = steps.get(number);
        return SHELLS.contains(step.program())
                && RUNS_TEXT.contains(argument(step, 1))
                && (isOfDriver(step)
                        || new ShellLine(argument(step, 2), argument(step, 1).contains("e")).failsWith(STARTED))
                && (step.parent() < 0 || isOne(step.parent()));
    }

    /** The front end's own line, which starts the driver and nothing else. */
    private boolean isOfDriver(Step shell) {
        return driven && shell.parent() < 0;
    }

    /** Whether what a child says is for its scheduler's ears: make's function shell, and its assignment by {@code !=}. */
    boolean isOverheard(int child) {
        int parent = steps.get(child).parent();
        return steps.get(child).heard() && MAKES.contains(steps.get(parent).program());
    }

    /** The word behind Meson's name, by which it does one thing or another; empty for other programs. */
    private Optional<String> meson(int number) {
        Step step = steps.get(number);
        if (step.program().startsWith("python") && Place.name(argument(step, 1)).equals("meson")) {
            return Optional.of(argument(step, 2));
        }
        return isByName(number) ? Optional.of(argument(step, 1)) : Optional.empty();
    }

    /** Whether a driver started the environment's Meson by its script's name. */
    private boolean isByName(int number) {
        return driven
                && steps.get(number).program().equals("meson")
                && ofNeeds.any(
                        number,
                        path -> OF_ENVIRONMENT.matcher(path).matches()
                                && Place.name(path).equals("meson"));
    }

    private static String argument(Step step, int index) {
        return step.command().size() > index ? step.command().get(index) : "";
    }
}
