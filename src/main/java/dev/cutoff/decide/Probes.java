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
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
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

    /** Programs of the machine whose outputs are objects and linked files, whatever their names. */
    private static final Pattern LINKERS = Pattern.compile("/usr/.*/((.*-)?(ld|ld\\.bfd|as)|collect2)");

    private static final Pattern COMPILERS = Pattern.compile("/usr/.*/(cc1|cc1plus)");

    private static final Set<FactKind> OF_HEADERS =
            Set.of(FactKind.TOKENS, FactKind.LINES, FactKind.PRESENCE, FactKind.TARGET);

    private final BuildRecord record;
    private final boolean allowed;
    private final SortedMap<Integer, List<Use>> failed = new TreeMap<>();
    private @Nullable Set<Integer> runnable;

    Probes(BuildRecord record, Terms terms) {
        this.record = record;
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
    Set<Integer> steps() {
        return failed.keySet();
    }

    /** Why a step that gives other code now does so: what it relied on. */
    List<Reason> reasons(int step, World world) {
        List<Reason> reasons = new ArrayList<>();
        for (Use use : failed.getOrDefault(step, List.of())) {
            reasons.add(Reasons.use(record, use, world));
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
                        || Place.within(path, Place.artifact(record.unit()))
                        || path.equals("/dev/null")
                        || (!step.command().isEmpty()
                                && LINKERS.matcher(step.command().getFirst()).matches()));
    }

    private boolean isRunnable(Step step, Set<String> read) {
        List<String> command = step.command();
        return !command.isEmpty()
                && COMPILERS.matcher(command.getFirst()).matches()
                && step.outputsRead().isEmpty()
                && !looksAtMade(command)
                // Of what it wrote, others have read the assembly alone: its lists of headers may be others now.
                && step.writes().stream().allMatch(path -> path.endsWith(".s") || !read.contains(path));
    }

    /** Whether it looks for headers where the build may have left some that no step's writes tell of, or installed some. */
    private boolean looksAtMade(List<String> command) {
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            boolean output = command.get(i - 1).equals("-o");
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
