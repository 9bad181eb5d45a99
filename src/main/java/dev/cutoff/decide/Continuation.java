package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A build that went on from an earlier one: whether it did all that had to be done anew, and what the two rely on together.
 */
public final class Continuation {

    private static final Comparator<Step> ORDER =
            Comparator.comparingInt(Step::line).thenComparingInt(Step::number);

    private static final Set<String> LINKERS =
            Set.of("ld", "ld.bfd", "ld.gold", "ld.lld", "lld", "mold", "ld.mold", "collect2");

    /** What a build runs beside its linker without making anything of its own. */
    private static final Pattern MOVERS = Pattern.compile(
            "sh|dash|bash|env|g?make|ninja|samu|cmake|meson|install|cp|ln|mv|rm"
                    + "|mkdir|rmdir|chmod|touch|true|test|echo|printf|cat|ls|strip|ranlib|ar|(.*-)?(cc|c\\+\\+|gcc|g\\+\\+|clang|clang\\+\\+)(-[0-9.]+)?");

    private static final Pattern MADE_BY_COMPILERS =
            Pattern.compile("\\.(o|lo|obj|gch|pcm|c|cc|cpp|cxx|h|hh|hpp|s|S|f|f90|rs|go|y|l)$");

    private static final String DRAWN = Place.TMP + "/cc";

    /** CMake's replies (cmake-file-api(7)), named by time or content: the next run removes those that are not its own. */
    private static final Pattern NAMED_BY_TIME = Pattern.compile("/\\.cmake/api/v1/reply/[^/]+\\.json$");

    private final BuildRecord base;
    private final Rerun rerun;
    private final List<Step> steps;
    private final List<Use> uses;
    private final List<Set<String>> found;
    private final Map<Integer, Integer> taken;
    private final Schedulers schedulers;
    private final Map<Integer, Integer> again = new HashMap<>();
    /** Of the earlier build, what the steps had started whose results were taken over. */
    private final Set<Integer> inherited = new HashSet<>();

    private final Set<String> written = new HashSet<>();
    private @Nullable Map<String, List<Step>> writers;

    /**
     * What was done.
     *
     * @param base the earlier build
     * @param rerun what of it had to be done anew
     * @param steps of the build that went on, with their lines in the whole recipe
     * @param found for each step, paths made by the earlier build that it saw
     * @param taken steps that put down what one of the earlier build had made, and that one's number
     */
    public Continuation(
            BuildRecord base,
            Rerun rerun,
            List<Step> steps,
            List<Use> uses,
            List<Set<String>> found,
            Map<Integer, Integer> taken) {
        this.base = base;
        this.rerun = rerun;
        this.steps = steps;
        this.uses = uses;
        this.found = found;
        this.taken = taken;
        this.schedulers = new Schedulers(base);
        steps.forEach(step -> written.addAll(step.writes()));
        taken.forEach((now, earlier) -> {
            again.put(earlier, now);
            inherited.addAll(rerun.processes().with(earlier));
        });
        inherited.removeAll(taken.values());
        match();
    }

    /** What a step is known by in both builds. */
    private record Call(int line, List<String> command, String folder) {
        static Call of(Step step) {
            return new Call(step.line(), named(step), step.folder());
        }
    }

    /**
     * Finds for each step the one of the earlier build that it repeats. Commands may be equal, and differ in their variables, or in
     * when they ran: where it can't be told which of several it is, it is none.
     */
    private void match() {
        Map<Call, List<Step>> before = new HashMap<>();
        base.steps().stream()
                .filter(step -> !again.containsKey(step.number()) && !inherited.contains(step.number()))
                .forEach(step -> before.computeIfAbsent(Call.of(step), _ -> new ArrayList<>())
                        .add(step));
        Map<Call, List<Step>> now = new LinkedHashMap<>();
        steps.stream()
                .filter(step -> !taken.containsKey(step.number()))
                .forEach(step -> now.computeIfAbsent(Call.of(step), _ -> new ArrayList<>())
                        .add(step));
        now.forEach((call, again) -> pair(again, before.getOrDefault(call, List.of())));
    }

    private void pair(List<Step> now, List<Step> before) {
        List<Step> open = new ArrayList<>(now);
        List<Step> left = new ArrayList<>(before);
        Map<Digest, List<Step>> was = byEnvironment(before);
        byEnvironment(now)
                .forEach((environment, same) -> take(same, was.getOrDefault(environment, List.of()), open, left));
        // With other variables only those that had to run again are known to have.
        List<Step> outdated = left.stream()
                .filter(step -> rerun.steps().contains(step.number()))
                .toList();
        take(List.copyOf(open), outdated, open, left);
    }

    private static Map<Digest, List<Step>> byEnvironment(List<Step> steps) {
        Map<Digest, List<Step>> by = new LinkedHashMap<>();
        steps.forEach(step ->
                by.computeIfAbsent(step.environment(), _ -> new ArrayList<>()).add(step));
        return by;
    }

    /** Takes them for each other, in their order, if all ran again, or as many as had to. */
    private void take(List<Step> now, List<Step> before, List<Step> open, List<Step> left) {
        List<Step> outdated = before.stream()
                .filter(step -> rerun.steps().contains(step.number()))
                .toList();
        List<Step> repeated = now.size() == before.size() ? before : outdated;
        if (now.size() != repeated.size()) {
            return;
        }
        for (int i = 0; i < now.size(); i++) {
            again.put(repeated.get(i).number(), now.get(i).number());
        }
        open.removeAll(now);
        left.removeAll(repeated);
    }

    /** A command without the names in /tmp that compiler drivers draw by lot. */
    private static List<String> named(Step step) {
        return step.command().stream()
                .map(word -> word.startsWith(DRAWN) ? DRAWN : word)
                .toList();
    }

    /**
     * Why its result can't be that of a build in an empty folder; empty if it is.
     *
     * @param stood whether a path was there at the end of the earlier build
     * @param stands whether one is there at the end of this one
     */
    public Optional<String> objection(Predicate<String> stood, Predicate<String> stands) {
        if (new HashSet<>(taken.values()).size() < taken.size()) {
            return Optional.of("two steps took over what one had made");
        }
        for (int number : rerun.steps()) {
            Step step = base.steps().get(number);
            if (step.parent() >= 0 && rerun.steps().contains(step.parent())) {
                continue;
            }
            // The outermost: it ran anew with all that it starts, or what they all left was made anew.
            Optional<String> why = missed(step, stood, stands);
            if (why.isPresent()) {
                return why;
            }
        }
        for (Step step : base.steps()) {
            if (rerun.lines().contains(step.line()) && !rerun.steps().contains(step.number())) {
                for (String path : step.writes()) {
                    if (Place.within(path, Place.artifact(base.unit()))
                            && stood.test(path)
                            && !written.contains(path)) {
                        return Optional.of("nothing put " + Place.display(path) + " there again");
                    }
                }
            }
        }
        return isNew(stands).or(this::tooEarly);
    }

    /**
     * What was made or written for the first time, and steps that stand had looked for in vain or found as a source, or had listed its
     * folder. Who did so in an earlier line of the recipe does so in an empty folder, too; schedulers find out themselves.
     */
    private Optional<String> isNew(Predicate<String> stands) {
        Map<String, Integer> fresh = new HashMap<>();
        for (Step step : steps) {
            for (String path : step.writes()) {
                if (!writers().containsKey(path) && stands.test(path)) {
                    fresh.merge(path, step.line(), Math::min);
                }
            }
        }
        if (fresh.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Integer> folders = new HashMap<>();
        fresh.forEach((path, line) -> folders.merge(Place.folder(path), line, Math::min));
        for (Step step : base.steps()) {
            for (String seen : step.outputsSeen()) {
                Integer line = seen.endsWith("/") ? folders.get(seen.substring(0, seen.length() - 1)) : null;
                if (line != null && isBlind(step.number(), line)) {
                    return Optional.of(isFirst(seen.substring(0, seen.length() - 1), " has"));
                }
            }
        }
        for (Use use : base.uses()) {
            Fact fact = use.fact();
            boolean listed = fact.kind() == FactKind.LISTING || fact.kind() == FactKind.NAMES;
            Integer line = listed ? folders.get(fact.entity()) : fresh.get(fact.entity());
            if (line != null && use.steps().stream().anyMatch(step -> isBlind(step, line))) {
                return Optional.of(isFirst(fact.entity(), listed ? " has" : " is"));
            }
        }
        return Optional.empty();
    }

    private static String isFirst(String path, String how) {
        return Place.display(path) + how + " what was made for the first time, and who looked there was not run again";
    }

    /** Whether a step stands that ran when a path, made in this line of the recipe, may have been there. */
    private boolean isBlind(int number, int line) {
        Step step = base.steps().get(number);
        return step.line() >= line && stays(step) && !schedulers.isOne(number);
    }

    private Optional<String> missed(Step outermost, Predicate<String> stood, Predicate<String> stands) {
        List<Step> all = with(outermost);
        boolean left = false;
        for (Step step : all) {
            for (String path : step.writes()) {
                if (!stood.test(path)) {
                    continue;
                }
                left = true;
                boolean anew = written.contains(path)
                        && stands.test(path)
                        && (again.containsKey(outermost.number()) || !isAlsoOfOthers(path, outermost.number()));
                if (!anew && (stands.test(path) || !(NAMED_BY_TIME.matcher(path).find() || isOfVanished(all)))) {
                    return Optional.of(Place.display(path) + " should have been made anew, and was not");
                }
            }
        }
        boolean repeated = again.containsKey(outermost.number());
        return left || repeated || isOfVanished(all)
                ? Optional.empty()
                : Optional.of("'" + outermost.display() + "' should have run anew, and did not");
    }

    /** Whether steps beside these wrote to a path: that they did so again does not tell that these did. */
    private boolean isAlsoOfOthers(String path, int outermost) {
        return writers().getOrDefault(path, List.of()).stream().anyMatch(step -> !isWithin(step.number(), outermost));
    }

    /** Who wrote to a path in the earlier build. */
    private Map<String, List<Step>> writers() {
        Map<String, List<Step>> by = writers;
        if (by == null) {
            by = new HashMap<>();
            for (Step step : base.steps()) {
                for (String path : step.writes()) {
                    by.computeIfAbsent(path, _ -> new ArrayList<>()).add(step);
                }
            }
            writers = by;
        }
        return by;
    }

    /** A step and all that it started. */
    private List<Step> with(Step outermost) {
        return base.steps().stream()
                .filter(step -> isWithin(step.number(), outermost.number()))
                .toList();
    }

    /** Whether steps read a source that is no more: nobody should make from it what they made. */
    private boolean isOfVanished(List<Step> all) {
        Set<Integer> numbers = new HashSet<>();
        all.forEach(step -> numbers.add(step.number()));
        for (Use use : base.uses()) {
            if (use.fact().kind().isOfContent()
                    && !use.fact().state().equals(Fact.ABSENT)
                    && Place.within(use.fact().entity(), Place.source(base.unit()))
                    && vanished.test(use.fact().entity())
                    && use.steps().stream().anyMatch(numbers::contains)) {
                return true;
            }
        }
        return false;
    }

    private Predicate<String> vanished = _ -> false;

    /**
     * The same, where sources have vanished.
     *
     * @param absent whether a path of the sources is no more
     */
    public Continuation without(Predicate<String> absent) {
        vanished = absent;
        return this;
    }

    /**
     * In an empty folder, what a later step makes is not there yet. A step that the earlier build had not stands where the one does
     * that started it; within a scheduler, that orders by what needs what, it may read what its command names, and no source.
     */
    private Optional<String> tooEarly() {
        Map<Integer, Integer> repeats = new HashMap<>();
        again.forEach((earlier, now) -> repeats.put(now, earlier));
        for (Step now : steps) {
            int at = now.number();
            Integer earlier = repeats.get(at);
            while (earlier == null && steps.get(at).parent() >= 0) {
                at = steps.get(at).parent();
                earlier = repeats.get(at);
            }
            Step like = earlier == null ? null : base.steps().get(earlier);
            if (like != null && (schedulers.isAware(like.number()) || isConfigured(now, like))) {
                continue;
            }
            boolean scheduled = like != null && schedulers.isOne(like.number());
            if (scheduled && at == now.number()) {
                continue;
            }
            for (String path : found.get(now.number())) {
                Step by = writers().getOrDefault(path, List.of()).stream()
                        .min(ORDER)
                        .orElse(null);
                boolean late = by != null && ((like == null || scheduled) ? isLate(by, path, now) : isAfter(by, like));
                if (late) {
                    return Optional.of(
                            "'" + now.display() + "' found " + Place.display(path) + ", which is made after it");
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a driver had CMake or Meson set up once more, with other words than before; they find out what stands. */
    private boolean isConfigured(Step now, Step like) {
        if (!schedulers.isDriver(like.number())) {
            return false;
        }
        Step top = now;
        while (top.parent() >= 0 && !Schedulers.isDriver(steps.get(top.parent()))) {
            top = steps.get(top.parent());
        }
        String program = top.program();
        return top.parent() >= 0
                && base.steps().stream()
                        .anyMatch(step -> step.parent() == like.number()
                                && step.program().equals(program)
                                && schedulers.isAware(step.number()));
    }

    private boolean isAfter(Step by, Step step) {
        return ORDER.compare(by, step) > 0 && !isWithin(by.number(), step.number());
    }

    /** Of a step that a scheduler starts in its order, which is told by what the step is given. */
    private static boolean isLate(Step by, String path, Step step) {
        return by.line() > step.line() || (by.line() == step.line() && !mayBeOrdered(path, step));
    }

    /** Whether a scheduler would see that a path is made before a step that reads it: the step's command names it, or it is code. */
    private static boolean mayBeOrdered(String path, Step step) {
        return MadeSources.isCode(path) || step.command().stream().anyMatch(word -> word.endsWith(Place.name(path)));
    }

    private boolean isWithin(int step, int outer) {
        int at = step;
        while (at >= 0 && at != outer) {
            at = base.steps().get(at).parent();
        }
        return at == outer;
    }

    /** Whether nothing was compiled: some programs or libraries were linked, from objects that stood or were taken over. */
    public boolean isRelink() {
        List<Step> own =
                steps.stream().filter(step -> !taken.containsKey(step.number())).toList();
        return own.stream().anyMatch(step -> LINKERS.contains(step.program()))
                && own.stream()
                        .allMatch(step -> LINKERS.contains(step.program())
                                || (MOVERS.matcher(step.program()).matches() && !step.isInner()))
                && own.stream()
                        .flatMap(step -> step.writes().stream())
                        .noneMatch(path -> MADE_BY_COMPILERS.matcher(path).find());
    }

    /** Steps and uses of both, as one build's. */
    public record Whole(List<Step> steps, List<Use> uses) {}

    /**
     * Puts both together: of the earlier build the steps whose results still stand, with what they relied on.
     *
     * @return empty where the two rely on different states of one thing
     */
    public Optional<Whole> whole() {
        // Where a step of the earlier build stands among all: its own place, or that of the one that repeats it.
        int shift = base.steps().size();
        List<Step> order = new ArrayList<>(shift + steps.size());
        int[] numbers = new int[shift + steps.size()];
        Arrays.fill(numbers, -1);
        boolean[] standing = new boolean[shift];
        for (Step step : base.steps()) {
            standing[step.number()] = stays(step);
            if (standing[step.number()] && !inherited.contains(step.number())) {
                place(step.number(), order, numbers);
            }
        }
        for (Step step : steps) {
            place(shift + step.number(), order, numbers);
            Integer earlier = taken.get(step.number());
            if (earlier != null) {
                rerun.processes().with(earlier).tailSet(earlier + 1).forEach(child -> place(child, order, numbers));
            }
        }
        List<Step> all = new ArrayList<>(order.size());
        Map<Integer, Step> resumed = resumed();
        for (int i = 0; i < order.size(); i++) {
            Step step = order.get(i);
            all.add(step.at(i, step.parent() < 0 ? -1 : numbers[step.parent()]));
        }
        resumed.forEach((number, before) -> {
            int place = numbers[shift + number];
            all.set(place, all.get(place).goingOnFrom(before));
        });
        MergedUses merged = new MergedUses(base.uses().size());
        IdentityHashMap<List<Integer>, List<Integer>> here = new IdentityHashMap<>();
        for (Use use : uses) {
            merged.add(
                    use, here.computeIfAbsent(use.steps(), steps -> renumbered(steps, step -> numbers[shift + step])));
        }
        IdentityHashMap<List<Integer>, List<Integer>> there = new IdentityHashMap<>();
        for (Use use : base.uses()) {
            List<Integer> by = there.computeIfAbsent(
                    use.steps(),
                    steps -> renumbered(steps, step -> {
                        Integer repeated = again.get(step);
                        if (standing[step]) {
                            return numbers[step];
                        }
                        return repeated != null && resumed.containsKey(repeated) ? numbers[shift + repeated] : -1;
                    }));
            if (by.isEmpty() && !use.steps().isEmpty()) {
                continue;
            }
            if (!merged.add(use, by)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Whole(all, merged.inOrder()));
    }

    /** @param number negative where a step is not among all */
    private static List<Integer> renumbered(List<Integer> steps, IntUnaryOperator number) {
        List<Integer> by = new ArrayList<>(steps.size());
        for (int step : steps) {
            int now = number.applyAsInt(step);
            if (now >= 0) {
                by.add(now);
            }
        }
        return MergedUses.afterFirst(by);
    }

    /**
     * Steps of this build that repeat one of the earlier build and found its work: by their numbers, what they repeat. What
     * CMake has found out by a compiler it does not ask again, so its result still rests on what that run relied on.
     */
    private Map<Integer, Step> resumed() {
        Map<Integer, Step> resumed = new HashMap<>();
        again.forEach((before, now) -> {
            if (schedulers.isAware(before) && !rerun.steps().contains(before)) {
                resumed.put(now, base.steps().get(before));
            }
        });
        taken.forEach((now, before) -> resumed.put(now, base.steps().get(before)));
        return resumed;
    }

    /** Whether a step of the earlier build was neither outdated nor repeated, or belongs to one that was taken over. */
    private boolean stays(Step step) {
        return inherited.contains(step.number())
                || (!rerun.steps().contains(step.number()) && !again.containsKey(step.number()));
    }

    /**
     * Puts a step behind the one that started it.
     *
     * @param step number in the earlier build, or for one of this build its number after all of those
     */
    private void place(int step, List<Step> order, int[] numbers) {
        if (numbers[step] >= 0) {
            return;
        }
        int shift = base.steps().size();
        Step what = step < shift ? base.steps().get(step) : steps.get(step - shift);
        int parent = what.parent();
        if (parent >= 0 && step >= shift) {
            parent += shift;
        } else if (parent >= 0) {
            Integer repeated = again.get(parent);
            parent = repeated == null ? parent : shift + repeated;
        }
        if (parent >= 0) {
            place(parent, order, numbers);
        }
        numbers[step] = order.size();
        order.add(what.at(step, parent));
    }
}
