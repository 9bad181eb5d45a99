package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The compile steps of a record that saw headers of needs which have changed since. Under policy compatible such a step
 * is tried: run with the old headers and with the present ones, it gives the same code or not (docs/decisions/0017).
 *
 * <p>Only steps are tried that can be run by themselves: nothing that the build made may have been in their sight.
 */
final class Probes {

    /** What no source takes in as text: objects, libraries, assembly, lists of dependencies. */
    private static final Pattern OF_OBJECTS = Pattern.compile("\\.(o|lo|a|la|s|d|so(\\.[0-9]+)*)$");

    /** What clang writes an object to, by a name drawn by lot, before it gives it its own. */
    private static final Pattern TEMPORARY = Pattern.compile("-[0-9a-f]{8}\\.o\\.tmp$");

    /** Programs of the machine whose outputs are objects and linked files, whatever their names. */
    private static final Pattern LINKERS = Pattern.compile("/usr/.*/((.*-)?(ld|ld\\.bfd|as)|collect2)");

    private static final Pattern GCC = Pattern.compile("/usr/.*/(cc1|cc1plus)");

    private static final Pattern CLANG = Pattern.compile("(.*-)?clang(\\+\\+)?(-\\d+)?");

    /** Options before words that name outputs. */
    private static final Set<String> OUTPUTS = Set.of("-o", "-MF", "-MT", "-MQ", "-dependency-file");

    /** Seconds of compiling that are tried without regard to what a rebuild would cost. */
    private static final double FREE = 4;

    private static final Set<FactKind> OF_HEADERS =
            Set.of(FactKind.TOKENS, FactKind.LINES, FactKind.PRESENCE, FactKind.TARGET);

    private final BuildRecord record;
    private final boolean allowed;
    private final MachinePrograms programs;
    private final SortedMap<Integer, List<Use>> failed = new TreeMap<>();
    private @Nullable Set<Integer> runnable;

    Probes(BuildRecord record, Terms terms) {
        this.record = record;
        this.programs = new MachinePrograms(record);
        // Debug info tells of headers what code does not.
        this.allowed = terms.policy() == Policy.COMPATIBLE && !terms.debugInfoCounts();
    }

    /** Whether compile steps alone relied on a fact that does not hold, and trying them would settle it. */
    boolean takes(Use use) {
        boolean ofHeader = allowed
                && use.evidence() == Evidence.OBSERVED
                && OF_HEADERS.contains(use.fact().kind())
                && record.needs().containsKey(Place.dependencyOf(use.fact().entity()))
                && !use.steps().isEmpty()
                && runnable().containsAll(use.steps());
        if (ofHeader) {
            use.steps()
                    .forEach(step ->
                            failed.computeIfAbsent(step, _ -> new ArrayList<>()).add(use));
        }
        return ofHeader;
    }

    /** The steps to be tried. */
    SortedSet<Integer> steps() {
        return new TreeSet<>(failed.keySet());
    }

    /** How many of the steps give the same; or else, why the first of the others is not known to. */
    record Outcome(int alike, List<Reason> reasons) {}

    /**
     * Tries the steps, by the preprocessor first, as that is quick, and in the order in which they ran: by induction each gives
     * what it gave.
     */
    Outcome carryOut(World world) {
        SortedSet<Integer> left = steps();
        Tries read = world.preprocess(record, left);
        left.removeAll(read.alike());
        String obstacle = read.obstacle();
        if (!left.isEmpty() && obstacle.isEmpty()) {
            obstacle = tooDear(left);
            if (obstacle.isEmpty()) {
                Tries compiled = world.compile(record, left);
                left.removeAll(compiled.alike());
                obstacle = compiled.obstacle();
            }
        }
        return left.isEmpty()
                ? new Outcome(failed.size(), List.of())
                : new Outcome(
                        failed.size() - left.size(),
                        reasons(
                                left.first(),
                                world,
                                obstacle.isEmpty()
                                        ? "; the code compiled with it is another"
                                        : "; not tried by compiling: " + obstacle));
    }

    /** Why compiling steps twice is no way to save a rebuild; "" where it is one. */
    private String tooDear(Set<Integer> steps) {
        double tries = 0;
        double rebuild = 0;
        Set<Integer> parents = new HashSet<>();
        record.steps().forEach(step -> parents.add(step.parent()));
        for (Step step : record.steps()) {
            tries += steps.contains(step.number()) ? 2 * step.seconds() : 0;
            // What a step waits for stands with those that it waits for.
            rebuild += parents.contains(step.number()) ? 0 : step.seconds();
        }
        rebuild = Math.max(rebuild, record.cpuSeconds());
        return tries <= Math.max(FREE, rebuild)
                ? ""
                : "%d steps twice take longer (%.0f s) than a rebuild (%.0f s)".formatted(steps.size(), tries, rebuild);
    }

    /** What steps that were not tried at all relied on. */
    List<Reason> reasons(World world) {
        List<Reason> reasons = new ArrayList<>();
        failed.keySet().forEach(step -> reasons.addAll(reasons(step, world, "")));
        return reasons;
    }

    private List<Reason> reasons(int step, World world, String more) {
        List<Reason> reasons = new ArrayList<>();
        for (Use use : failed.getOrDefault(step, List.of())) {
            Reason reason = Reasons.use(record, use, world);
            reasons.add(reason.with(reason.text() + more));
        }
        return reasons;
    }

    private Set<Integer> runnable() {
        Set<Integer> known = runnable == null ? find() : runnable;
        runnable = known;
        return known;
    }

    private Set<Integer> find() {
        Set<Integer> found = new TreeSet<>();
        if (!record.steps().stream().allMatch(this::makesNoSources)) {
            return found;
        }
        Set<String> read = new TreeSet<>();
        record.steps().forEach(step -> read.addAll(step.outputsRead()));
        for (Use use : record.uses()) {
            // That tokens count for a step says that it was understood: no option, pragma or listener of its messages
            // by which more than its code could show what it read.
            if (use.fact().kind() == FactKind.TOKENS || use.fact().kind() == FactKind.LINES) {
                use.steps().stream()
                        .filter(step -> isRunnable(record.steps().get(step), read))
                        .forEach(found::add);
            }
        }
        return found;
    }

    /**
     * Whether nothing that a step wrote in the build folder or elsewhere could be a source of another one, be it one that
     * present headers ask for and old ones did not. What is in the artifact is looked at in {@link #isRunnable}.
     */
    private boolean makesNoSources(Step step) {
        return step.writes().stream()
                .allMatch(path -> OF_OBJECTS.matcher(path).find()
                        || isTemporary(path)
                        || Place.within(path, Place.artifact(record.unit()))
                        || path.equals("/dev/null")
                        || (!step.command().isEmpty()
                                && LINKERS.matcher(step.command().getFirst()).matches()));
    }

    private boolean isRunnable(Step step, Set<String> read) {
        return isCompiler(step)
                && step.outputsRead().stream()
                        .allMatch(path -> isTemporary(path) && step.writes().contains(path))
                && !looksAtMade(step.command())
                // Of what it wrote, others have read code alone: its lists of headers may be others now.
                && step.writes().stream()
                        .allMatch(path -> path.endsWith(".s")
                                || path.endsWith(".o")
                                || isTemporary(path)
                                || !read.contains(path));
    }

    private static boolean isTemporary(String path) {
        return TEMPORARY.matcher(path).find();
    }

    /** Whether it is GCC's compiler proper, or clang; the machine's both. */
    private boolean isCompiler(Step step) {
        String program = step.command().isEmpty() ? "" : step.command().getFirst();
        return GCC.matcher(program).matches() || (isClang(program) && programs.any(step.number(), Probes::isClang));
    }

    private static boolean isClang(String path) {
        return CLANG.matcher(Place.name(path)).matches();
    }

    /** Whether it looks for headers where the build may have left some that no step's writes tell of, or installed some. */
    private boolean looksAtMade(List<String> command) {
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            boolean output = OUTPUTS.contains(command.get(i - 1));
            if (!output
                    && (word.contains("deps/" + record.unit())
                            || word.contains(Place.TMP)
                            || word.contains(Place.HOME))) {
                return true;
            }
        }
        return false;
    }
}
