package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Probing;
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
 * The compile steps of a record that saw headers of needs which have changed since. Such a step
 * is tried: run with the old headers and with the present ones, it gives the same code or not (docs/decisions/0017).
 *
 * <p>Only steps are tried that can be run by themselves: what they had read of what the build made must have been kept.
 */
final class Probes {

    private static final Set<String> NINJA = Set.of("ninja", "samu");

    private static final Pattern GCC = Pattern.compile("/usr/.*/(cc1|cc1plus)");

    private static final Pattern CLANG = Pattern.compile("(.*-)?clang(\\+\\+)?(-\\d+)?");

    /** Precompiled headers: a compiler takes one in place of the header beside it, the preprocessor by itself does not. */
    private static final Pattern PRECOMPILED = Pattern.compile("\\.(gch|pch)(/|$)");

    /** Options before words that name outputs. */
    private static final Set<String> OUTPUTS = Set.of("-o", "-MF", "-MT", "-MQ", "-dependency-file");

    /** Seconds of compiling that are tried without regard to what a rebuild would cost. */
    private static final double FREE = 4;

    private static final Set<FactKind> OF_HEADERS =
            Set.of(FactKind.TOKENS, FactKind.LINES, FactKind.PRESENCE, FactKind.TARGET);

    private final BuildRecord record;
    private final boolean allowed;
    private final boolean whateverItCosts;
    private final MachinePrograms programs;
    private final SortedMap<Integer, List<Use>> failed = new TreeMap<>();
    private @Nullable Set<Integer> runnable;

    /** Steps that took a precompiled header. */
    private final Set<Integer> precompiled = new HashSet<>();

    Probes(BuildRecord record, Terms terms) {
        this.record = record;
        this.programs = new MachinePrograms(record);
        // Debug info tells of headers what code does not.
        this.allowed = terms.allowProbes();
        this.whateverItCosts = terms.probing() == Probing.ALWAYS;
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

    /** What there is to try, and how long that may take. */
    Tried outlook() {
        double seconds = failed.keySet().stream()
                .mapToDouble(step -> 2 * record.steps().get(step).seconds())
                .sum();
        return new Tried(failed.size(), headers(), seconds);
    }

    /** The steps that give the same; and why the first of the others is not known to. */
    record Outcome(Tried tried, List<Reason> reasons) {}

    /**
     * Tries the steps, by the preprocessor first, as that is quick, and in the order in which they ran: by induction each gives
     * what it gave.
     */
    Outcome carryOut(World world) {
        SortedSet<Integer> left = steps();
        SortedSet<Integer> readable = new TreeSet<>(left);
        readable.removeIf(step -> !isToldByText(step));
        Tries read = world.preprocess(record, readable);
        left.removeAll(read.alike());
        double seconds = read.seconds();
        String obstacle = read.obstacle();
        if (!left.isEmpty() && obstacle.isEmpty()) {
            obstacle = whateverItCosts ? "" : tooDear(left);
            if (obstacle.isEmpty()) {
                Tries compiled = world.compile(record, left);
                left.removeAll(compiled.alike());
                obstacle = compiled.obstacle();
                seconds += compiled.seconds();
            }
        }
        Tried tried = new Tried(failed.size() - left.size(), headers(), seconds);
        return left.isEmpty()
                ? new Outcome(tried, List.of())
                : new Outcome(
                        tried,
                        reasons(
                                left.first(),
                                world,
                                obstacle.isEmpty()
                                        ? "; the code compiled with it is another"
                                        : "; not tried by compiling: " + obstacle));
    }

    private List<String> headers() {
        SortedSet<String> paths = new TreeSet<>();
        failed.values()
                .forEach(uses ->
                        uses.forEach(use -> paths.add(Place.display(use.fact().entity()))));
        return List.copyOf(paths);
    }

    /** Whether the same text is the same code. That of a warning that is an error may hang on where a macro was defined. */
    private boolean isToldByText(int step) {
        return !precompiled.contains(step)
                && failed.getOrDefault(step, List.of()).stream()
                        .noneMatch(
                                use -> PRECOMPILED.matcher(use.fact().entity()).find())
                && record.steps().get(step).command().stream().noneMatch(word -> word.startsWith("-Werror"));
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
        Set<Integer> understood = new TreeSet<>();
        MadeSources made = new MadeSources(record);
        Set<String> read = new TreeSet<>();
        for (Step step : record.steps()) {
            for (String path : step.outputsRead()) {
                if (!isList(path) || !isNinja(step)) {
                    read.add(path);
                }
            }
        }
        for (Use use : record.uses()) {
            if (!use.fact().state().equals(Fact.ABSENT)
                    && PRECOMPILED.matcher(use.fact().entity()).find()) {
                precompiled.addAll(use.steps());
            }
            // That tokens count for a step says that it was understood: no option, pragma or listener of its messages
            // by which more than its code could show what it read.
            if (use.fact().kind() == FactKind.TOKENS || use.fact().kind() == FactKind.LINES) {
                understood.addAll(use.steps());
            }
        }
        understood.removeIf(step -> !isRunnable(record.steps().get(step), made, read));
        return understood;
    }

    /** What is in the artifact is looked at in {@link #looksAtMade}; of what lies elsewhere {@link MadeSources} knows. */
    private boolean isRunnable(Step step, MadeSources made, Set<String> read) {
        return isCompiler(step)
                && made.isKept(step)
                && !looksAtMade(step.command())
                // Of what it wrote, others have read code alone: its lists of headers may be others now.
                && step.writes().stream()
                        .allMatch(path -> path.endsWith(".s")
                                || path.endsWith(".o")
                                || MadeSources.isTemporary(path)
                                || !read.contains(path));
    }

    private static boolean isList(String path) {
        return path.endsWith(".d");
    }

    /** It takes lists of headers in for its next run, once the step is done; nothing of this run hangs on them. */
    private boolean isNinja(Step step) {
        return NINJA.contains(step.program()) && programs.any(step.number(), path -> NINJA.contains(Place.name(path)));
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
