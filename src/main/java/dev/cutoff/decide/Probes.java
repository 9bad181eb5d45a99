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
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a record that saw something of needs which has changed since, where running them again can show that it did not matter.
 *
 * <p>A compile step that saw headers is run with the old headers and with the present ones: it gives the same code or not
 * (docs/decisions/0017). What it had read of what the build made must have been kept. Links and others that can be run by themselves
 * make what they made, or not ({@link RepeatedSteps}); what else is in the first lines of a recipe is run with these ({@link FirstLines}).
 */
final class Probes {

    private static final Set<String> NINJA = Set.of("ninja", "samu");

    private static final Set<String> MOVES = Set.of("mv");

    private static final Set<String> MAKE = Set.of("make", "gmake");

    /** Options by which make says what it has read. */
    private static final Set<String> PRINTS = Set.of("-p", "-pn", "-np", "--print-data-base", "-d", "--debug");

    /** Lists of headers, where automake has them. */
    private static final Pattern LISTS = Pattern.compile("/\\.deps/[^/]+\\.(Po|Plo|Tpo)$");

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
    private final FirstLines lines;
    private final RepeatedSteps repeated;
    private final SortedMap<Integer, List<Use>> failed = new TreeMap<>();
    private @Nullable Set<Integer> runnable;

    /** What is to be settled by whole lines, with what to say where it is not. */
    private final Map<Use, Function<World, List<Reason>>> ofLines = new LinkedHashMap<>();

    /** The same of what is to be settled by steps that are run again by themselves. */
    private final Map<Use, Function<World, List<Reason>>> ofRepeated = new LinkedHashMap<>();

    /** Steps that took a precompiled header. */
    private final Set<Integer> precompiled = new HashSet<>();

    Probes(BuildRecord record, Terms terms) {
        this.record = record;
        this.programs = new MachinePrograms(record);
        this.lines = new FirstLines(record, terms, programs);
        this.repeated = new RepeatedSteps(record, terms);
        // Debug info tells of headers what code does not.
        this.allowed = terms.allowProbes();
        this.whateverItCosts = terms.probing() == Probing.ALWAYS;
    }

    /** Whether trying the steps that relied on a fact that does not hold would settle it. */
    boolean takes(Use use) {
        if (!allowed || use.evidence() != Evidence.OBSERVED || use.steps().isEmpty()) {
            return false;
        }
        boolean ofNeed =
                record.needs().containsKey(Place.dependencyOf(use.fact().entity()));
        boolean ofHeader = ofNeed && OF_HEADERS.contains(use.fact().kind());
        // What a compiler saw of a source of the unit itself is mostly another object.
        boolean ofText = use.fact().kind() == FactKind.TOKENS || use.fact().kind() == FactKind.LINES;
        boolean inLines = !ofText || Place.ownerOf(use.fact().entity()).isEmpty();
        if (!use.steps().stream()
                .allMatch(step -> (ofHeader && runnable().contains(step))
                        || (ofNeed && repeated.mayTake(step))
                        || (inLines && lines.mayTake(step)))) {
            return false;
        }
        for (int step : use.steps()) {
            if (ofHeader && runnable().contains(step)) {
                failed.computeIfAbsent(step, _ -> new ArrayList<>()).add(use);
            } else if (ofNeed && repeated.mayTake(step)) {
                repeated.take(step);
                ofRepeated.putIfAbsent(use, world -> List.of(Reasons.use(record, use, world)));
            } else {
                toLines(use, List.of(step), world -> List.of(Reasons.use(record, use, world)));
            }
        }
        return true;
    }

    /** The same of a query that is answered otherwise now. */
    boolean takesAnswer(Use answer, Function<World, List<Reason>> why) {
        boolean takes = !answer.steps().isEmpty() && answer.steps().stream().allMatch(lines::mayTake);
        if (takes) {
            toLines(answer, answer.steps(), why);
        }
        return takes;
    }

    private void toLines(Use use, Collection<Integer> steps, Function<World, List<Reason>> why) {
        steps.forEach(lines::take);
        ofLines.putIfAbsent(use, why);
    }

    /** Whether there is anything to be tried. */
    boolean any() {
        return lines.count() > 0 || !ofRepeated.isEmpty() || !failed.isEmpty();
    }

    /** The compile steps to be tried: not those that are run with their lines, or as part of what is run again. */
    private SortedSet<Integer> steps() {
        SortedSet<Integer> steps = new TreeSet<>(failed.keySet());
        steps.removeIf(step -> lines.has(step) || repeated.has(step));
        return steps;
    }

    /** What there is to try, and how long that may take. */
    Tried outlook() {
        SortedSet<Integer> steps = steps();
        double seconds = steps.stream()
                .mapToDouble(step -> 2 * record.steps().get(step).seconds())
                .sum();
        SortedSet<Integer> again = repeated.besides(lines);
        seconds += repeated.seconds(again) + lines.seconds();
        return new Tried(lines.count(), again.size(), steps.size(), changed(), seconds);
    }

    /** The steps that give the same; and why the first of the others is not known to. */
    record Outcome(Tried tried, List<Reason> reasons) {}

    /**
     * Tries the steps, by the preprocessor first, as that is quick, then those that are run again by themselves, those of whole lines, and
     * what is left by compiling; in the order in which they ran: by induction each gives what it gave.
     */
    Outcome carryOut(World world) {
        SortedSet<Integer> left = steps();
        SortedSet<Integer> again = repeated.besides(lines);
        SortedSet<Integer> readable = new TreeSet<>(left);
        readable.removeIf(step -> !isToldByText(step));
        Tries read = world.preprocess(record, readable);
        left.removeAll(read.alike());
        double seconds = read.seconds();
        String obstacle = read.obstacle();
        if (!left.isEmpty() && obstacle.isEmpty()) {
            obstacle = whateverItCosts ? "" : tooDear(left, again);
        }
        boolean goesOn = left.isEmpty() || obstacle.isEmpty();
        if (!again.isEmpty() && goesOn) {
            Tries tries = world.runAgain(record, again);
            seconds += tries.seconds();
            if (tries.alike().isEmpty()) {
                return new Outcome(tried(0, 0, left, seconds), reasons(ofRepeated, world, tries.obstacle()));
            }
        }
        if (lines.count() > 0 && goesOn) {
            Tries tries = lines.carryOut(world);
            seconds += tries.seconds();
            if (tries.alike().isEmpty()) {
                return new Outcome(tried(0, again.size(), left, seconds), reasons(ofLines, world, tries.obstacle()));
            }
        }
        if (!left.isEmpty() && obstacle.isEmpty()) {
            Tries compiled = world.compile(record, left);
            left.removeAll(compiled.alike());
            obstacle = compiled.obstacle();
            seconds += compiled.seconds();
        }
        Tried tried = tried(lines.count(), again.size(), left, seconds);
        String otherwise =
                obstacle.isEmpty() ? "the code compiled with it is another" : "not tried by compiling: " + obstacle;
        return new Outcome(tried, left.isEmpty() ? List.of() : reasons(left.first(), world, "; " + otherwise));
    }

    /** @param left the compile steps that are not known to give the same */
    private Tried tried(int linesRun, int again, Set<Integer> left, double seconds) {
        return new Tried(linesRun, again, steps().size() - left.size(), changed(), seconds);
    }

    private List<String> changed() {
        SortedSet<String> paths = new TreeSet<>();
        failed.values()
                .forEach(uses ->
                        uses.forEach(use -> paths.add(Place.display(use.fact().entity()))));
        for (Map<Use, ?> uses : List.of(ofRepeated, ofLines)) {
            uses.keySet().forEach(use -> paths.add(Place.display(use.fact().entity())));
        }
        return List.copyOf(paths);
    }

    private static List<Reason> reasons(Map<Use, Function<World, List<Reason>>> uses, World world, String obstacle) {
        List<Reason> reasons = new ArrayList<>();
        for (Function<World, List<Reason>> why : uses.values()) {
            for (Reason reason : why.apply(world)) {
                reasons.add(reason.with(reason.text() + "; " + obstacle));
            }
        }
        return reasons;
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
    private String tooDear(Set<Integer> steps, Set<Integer> again) {
        double tries = repeated.seconds(again);
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
        ofRepeated.values().forEach(why -> reasons.addAll(why.apply(world)));
        ofLines.values().forEach(why -> reasons.addAll(why.apply(world)));
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
                if (!(isNinja(step) && path.endsWith(".d"))
                        && !(isAutomakes(path) && (isMake(step) || isRenaming(step)))) {
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

    /** It takes lists of headers in for its next run, once the step is done; nothing of this run hangs on them. */
    private boolean isNinja(Step step) {
        return programs.isOneOf(step, NINJA);
    }

    /**
     * It takes automake's lists in when it starts, as it may do for another line. All headers in a list are there, and older than
     * what was compiled with them; what the list is about is made already, so that no rule of automake's says what is in it.
     */
    private boolean isMake(Step step) {
        return programs.isOneOf(step, MAKE) && step.command().stream().noneMatch(PRINTS::contains);
    }

    private boolean isAutomakes(String path) {
        return Place.within(path, Place.source(record.unit()))
                && LISTS.matcher(path).find();
    }

    /** Automake's rules give a list its own name once the compiler has succeeded. */
    private boolean isRenaming(Step step) {
        return programs.isOneOf(step, MOVES) && step.writes().stream().allMatch(this::isAutomakes);
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
