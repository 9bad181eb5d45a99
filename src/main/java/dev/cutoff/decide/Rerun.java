package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What of a recorded build has to be done anew, given the steps that relied on what is so no more (docs/trees.md).
 *
 * <p>A step whose outcome may differ takes with it what it wrote, whoever else wrote or read that, what it started, and
 * what started it; but for the programs that only schedule others ({@link Schedulers}): whether a child of theirs differs
 * tells them nothing, as long as it succeeds.
 */
public final class Rerun {

    /** Lists of dependencies that compilers write and make, ninja and CMake read. */
    private static final Pattern OF_DEPENDENCIES = Pattern.compile(
            "\\.(d|P|Po|Plo|Tpo|dep|deps)$" + "|/(compiler_)?depend\\.(make|internal|ts)$|/\\.ninja_(log|deps)$");

    private final List<Step> steps;
    private final String unit;
    private final ProcessTree processes;
    private final Map<String, List<Integer>> writers = new HashMap<>();
    private final Map<String, List<Integer>> readers = new HashMap<>();
    private final Map<String, List<Integer>> seers = new HashMap<>();
    private final Map<String, List<Integer>> writersBeneath = new HashMap<>();
    private final Schedulers schedulers;

    /** By step, sources that it relied on and that some step wrote to. */
    private final Map<Integer, List<String>> writtenSources = new HashMap<>();

    /**
     * Folders of a driven build in which others than CMake, Meson and ninja write. These are there before and after CMake makes
     * them again, whatever else it does otherwise; who saw one of them saw no more than that.
     */
    private final Set<String> workFolders = new HashSet<>();

    private final TreeSet<Integer> outdated = new TreeSet<>();
    /** Steps that relied on what is so no more, or started one that did. */
    private final Set<Integer> touched = new HashSet<>();

    private final Set<Integer> deleting = new HashSet<>();
    private final TreeSet<Integer> lines = new TreeSet<>();
    private final TreeSet<String> gone = new TreeSet<>();
    private final Deque<Integer> open = new ArrayDeque<>();

    private Rerun(BuildRecord record) {
        this.steps = record.steps();
        this.unit = record.unit();
        this.schedulers = new Schedulers(record);
        this.processes = new ProcessTree(steps);
        if (schedulers.isDriven()) {
            steps.forEach(this::noteFolders);
        }
        for (Step step : steps) {
            step.writes()
                    .forEach(path -> writers.computeIfAbsent(path, _ -> new ArrayList<>())
                            .add(step.number()));
            step.outputsSeen()
                    .forEach(path ->
                            seers.computeIfAbsent(path, _ -> new ArrayList<>()).add(step.number()));
            step.writes()
                    .forEach(path -> writersBeneath
                            .computeIfAbsent(Place.folder(path) + "/", _ -> new ArrayList<>())
                            .add(step.number()));
            step.outputsRead()
                    .forEach(path -> readers.computeIfAbsent(path, _ -> new ArrayList<>())
                            .add(step.number()));
        }
        for (Use use : record.uses()) {
            String path = use.fact().entity();
            if (writers.containsKey(path) && !use.fact().state().equals(Fact.ABSENT)) {
                use.steps()
                        .forEach(step -> writtenSources
                                .computeIfAbsent(step, _ -> new ArrayList<>())
                                .add(path));
            }
        }
    }

    private void noteFolders(Step step) {
        if (!schedulers.isOne(step.number()) && !schedulers.isAware(step.number())) {
            for (String path : step.writes()) {
                for (String at = Place.folder(path); at.length() > 1 && workFolders.add(at); ) {
                    at = Place.folder(at);
                }
            }
        }
    }

    /**
     * Finds it out.
     *
     * @param changed steps that relied on facts which do not hold
     * @param changedLines indices of the recipe's lines that are others now
     */
    public static Rerun of(BuildRecord record, Set<Integer> changed, Set<Integer> changedLines) {
        Rerun rerun = new Rerun(record);
        changed.forEach(rerun::outdate);
        for (int step : changed) {
            for (int at = step; at >= 0 && rerun.touched.add(at); ) {
                at = record.steps().get(at).parent();
            }
        }
        for (Step step : rerun.steps) {
            if (changedLines.contains(step.line())) {
                rerun.outdate(step.number());
            }
        }
        rerun.lines.addAll(changedLines);
        rerun.close();
        return rerun;
    }

    /** Numbers of the steps whose outcome may differ. */
    public SortedSet<Integer> steps() {
        return Collections.unmodifiableSortedSet(outdated);
    }

    /**
     * Those of the outdated steps whose results may be taken over where they are called again and find what they found: nothing
     * that they or what they started relied on has changed ({@link Step#repeatable}). A link is run: it takes no time, and what was
     * linked anew is reported.
     */
    public SortedSet<Integer> repeatable() {
        SortedSet<Integer> repeatable = new TreeSet<>(outdated);
        repeatable.removeIf(step -> steps.get(step).repeatable().isEmpty()
                || !steps.get(step).command().contains("-c")
                || touched.contains(step));
        return repeatable;
    }

    /** Which of the recorded steps started which. */
    ProcessTree processes() {
        return processes;
    }

    /** Indices of the lines that have to be run; the others would only make again what is there. */
    public SortedSet<Integer> lines() {
        return Collections.unmodifiableSortedSet(lines);
    }

    /** Paths in the build folder and in the artifact, as the build sees them, at which nothing old may stand. */
    public SortedSet<String> gone() {
        return Collections.unmodifiableSortedSet(gone);
    }

    /** The outermost of the steps whose outcome may differ: all others were started by them. */
    public List<Step> outermost() {
        return outdated.stream()
                .map(steps::get)
                .filter(step -> step.parent() < 0 || !outdated.contains(step.parent()))
                .toList();
    }

    /** Whether a program only schedules others, so that it runs anew without being outdated. */
    boolean schedules(int step) {
        return schedulers.isOne(step);
    }

    private void close() {
        boolean grows = true;
        while (grows) {
            while (!open.isEmpty()) {
                follow(open.remove());
            }
            grows = false;
            for (Step step : steps) {
                grows |= !lines.contains(step.line()) && needsLine(step) && lines.add(step.line());
            }
            for (Step step : steps) {
                // A line's own commands run anew, whatever they find: they shall find what they found in an empty
                // folder.
                if (step.parent() < 0 && lines.contains(step.line())) {
                    live(step.number());
                }
            }
            grows |= !open.isEmpty();
        }
    }

    /** Whether a line must be run since a step of it reads what an earlier line, which is run, had made. */
    private boolean needsLine(Step step) {
        if (outdated.contains(step.number())) {
            return true;
        }
        return step.outputsRead().stream().anyMatch(path -> isOfEarlier(writers, path, step))
                || step.outputsSeen().stream()
                        .anyMatch(path -> isOfEarlier(writers, path, step) || isOfEarlier(writersBeneath, path, step));
    }

    /** Whether a line before that of a step, which is run, had written to a path. */
    private boolean isOfEarlier(Map<String, List<Integer>> by, String path, Step step) {
        for (int writer : by.getOrDefault(path, List.of())) {
            int line = steps.get(writer).line();
            if (line < step.line() && lines.contains(line)) {
                return true;
            }
        }
        return false;
    }

    private void outdate(int step) {
        if (schedulers.isDriver(step)) {
            // It makes all of its own anew whenever it runs.
            lines.add(steps.get(step).line());
            return;
        }
        if (outdated.add(step)) {
            open.add(step);
        }
    }

    private void follow(int number) {
        Step step = steps.get(number);
        lines.add(step.line());
        for (String path : writtenSources.getOrDefault(number, List.of())) {
            // It must find what was staged, not what became of that later.
            writers.getOrDefault(path, List.of()).stream()
                    .filter(writer -> writer != number)
                    .forEach(this::outdateWriter);
        }
        processes.children(number).forEach(this::outdate);
        delete(step);
        int parent = step.parent();
        if (parent < 0) {
            return;
        }
        if (!schedulers.isOne(parent) || schedulers.isOverheard(number)) {
            outdate(parent);
            return;
        }
        // Who runs the scheduler may want to know whether it succeeds: a configure script that builds a trial program.
        int above = steps.get(parent).parent();
        while (above >= 0 && (schedulers.isOne(above) || schedulers.isShell(above))) {
            above = steps.get(above).parent();
        }
        if (above >= 0) {
            outdate(above);
        }
    }

    private void live(int number) {
        if (schedulers.isOne(number) || schedulers.isAware(number)) {
            return;
        }
        delete(steps.get(number));
        processes.children(number).forEach(this::live);
    }

    private void delete(Step step) {
        if (!deleting.add(step.number())) {
            return;
        }
        for (String path : step.writes()) {
            if (!Place.within(path, Place.source(unit)) && !Place.within(path, Place.artifact(unit))) {
                continue;
            }
            if (OF_DEPENDENCIES.matcher(path).find() && isAlsoOfOthers(path)) {
                // Rewritten with the output that it is about; a configure script begins it.
                continue;
            }
            gone.add(path);
            writers.getOrDefault(path, List.of()).forEach(this::outdateWriter);
            readers.getOrDefault(path, List.of()).forEach(reader -> outdateReader(reader, path));
            if (!workFolders.contains(path)) {
                seers.getOrDefault(path, List.of()).forEach(this::outdateSeer);
            }
            seers.getOrDefault(Place.folder(path) + "/", List.of()).stream()
                    .filter(seer -> isOfLineUpTo(path, steps.get(seer).line()) && !isLeftToScheduler(path, seer))
                    .forEach(this::outdateSeer);
        }
    }

    /**
     * Whether CMake or Meson, which a driver runs before ninja, listed a folder in which ninja's commands made a path: they
     * come first, and leave to ninja what is ninja's.
     */
    private boolean isLeftToScheduler(String path, int seer) {
        return schedulers.isDriven()
                && schedulers.isAware(seer)
                && writers.getOrDefault(path, List.of()).stream().allMatch(this::isScheduled);
    }

    private boolean isScheduled(int step) {
        for (int above = steps.get(step).parent();
                above >= 0;
                above = steps.get(above).parent()) {
            if (schedulers.isOne(above) && !schedulers.isDriver(above)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a path was there when a line was run: lines are run one after another. */
    private boolean isOfLineUpTo(String path, int line) {
        return writers.getOrDefault(path, List.of()).stream()
                .anyMatch(writer -> steps.get(writer).line() <= line);
    }

    private boolean isAlsoOfOthers(String path) {
        return writers.getOrDefault(path, List.of()).stream().anyMatch(writer -> !deleting.contains(writer));
    }

    /** Who else wrote to a file that goes must write to it again. */
    private void outdateWriter(int step) {
        if (!deleting.contains(step) && !schedulers.isOne(step)) {
            outdate(step);
        }
    }

    /** Who only asked whether it is there, or listed its folder, may find otherwise. */
    private void outdateSeer(int step) {
        if (!schedulers.isOne(step) && !deleting.contains(step)) {
            outdate(step);
        }
    }

    private void outdateReader(int step, String path) {
        if (schedulers.tellsChanges(step, path, writers.getOrDefault(path, List.of()))) {
            lines.add(steps.get(step).line());
            return;
        }
        // A scheduler that misses a list of what an output needs makes that output, which is missing, too.
        if (schedulers.isOne(step) ? !OF_DEPENDENCIES.matcher(path).find() : !deleting.contains(step)) {
            outdate(step);
        }
    }
}
