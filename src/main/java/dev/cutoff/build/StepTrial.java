package dev.cutoff.build;

import dev.cutoff.decide.ProcessTree;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Use;
import dev.cutoff.observe.UseCollector;
import dev.cutoff.stage.BuildFolders;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Blobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Runs repeatable steps of a record again ({@link Step#repeatable}), with what is there today and what they had found in the build
 * folder, and compares all that they make with what they had made (docs/decisions/0029). They are links, mostly, that saw another
 * library.
 */
final class StepTrial {

    /** So many are run before what they made is looked at; the first few show whether it is worth while to go on. */
    private static final int AT_ONCE = 16;

    /**
     * What came of it.
     *
     * @param otherwise why they may do something else than they did, in words; "" where they do not
     * @param steps those that were run, with all that they started
     * @param uses all that was relied on, where they do what they did
     */
    record Outcome(String otherwise, Set<Integer> steps, List<Use> uses) {
        private static Outcome otherwise(String why) {
            return new Outcome(why, Set.of(), List.of());
        }
    }

    private final Session session;
    private final Unit unit;
    private final Tree sources;
    private final SortedMap<String, Tree> needs;
    private final Trials.Environments environments;

    /**
     * @param sources of the unit, as they are now
     * @param needs artifacts as they are now
     */
    StepTrial(
            Session session, Unit unit, Tree sources, SortedMap<String, Tree> needs, Trials.Environments environments) {
        this.session = session;
        this.unit = unit;
        this.sources = sources;
        this.needs = needs;
        this.environments = environments;
    }

    /** @param steps outermost ones, all of them repeatable */
    Outcome run(BuildRecord record, Set<Integer> steps) throws IOException, InterruptedException {
        if (session.watch(Optional.empty(), false) != Watch.PRELOAD) {
            return Outcome.otherwise("it can't be run again: only strace sees all of it");
        }
        Optional<BuildFolders.Stored> folder = record.tree().isEmpty()
                ? Optional.empty()
                : new BuildFolders(session.store()).load(record.tree().get());
        if (folder.isEmpty()) {
            return Outcome.otherwise("the store has no longer what it was made of");
        }
        StepRests rests = new StepRests(record, steps, folder.get().outputs(), sources);
        List<TrialRoom.Job> jobs = new ArrayList<>();
        for (int number : rests.steps()) {
            Step step = record.steps().get(number);
            Optional<SortedMap<String, String>> variables = environments.of(step);
            if (variables.isEmpty()) {
                return Outcome.otherwise("it can't be run by itself");
            }
            jobs.add(new TrialRoom.Job("step-" + number, step.folder(), variables.get(), List.of(step.command())));
        }
        Set<String> wanted = wanted(rests);
        try (TrialRoom room = TrialRoom.open(session, unit, sources, needs, folder, wanted::contains)) {
            for (String path : wanted) {
                Tree.Entry left = folder.get().outputs().at(path);
                boolean isContent = left != null && !(left instanceof Tree.Folder);
                if (isContent && !room.brought().containsKey(path)) {
                    return Outcome.otherwise("what it was made of can't be had again: " + path);
                }
            }
            Optional<String> other = run(room, rests, List.copyOf(rests.steps()), jobs);
            if (other.isPresent()) {
                return Outcome.otherwise(other.get());
            }
            Optional<UseCollector.Uses> seen = room.usesOfBuild().filter(uses -> isAllThatWasMade(uses, rests));
            if (seen.isEmpty()) {
                return Outcome.otherwise("run again, it could not be seen whole");
            }
            Optional<String> unknown = unknown(record, seen.get(), rests);
            if (unknown.isPresent()) {
                return Outcome.otherwise(unknown.get());
            }
            ProcessTree processes = new ProcessTree(record.steps());
            Set<Integer> all = new TreeSet<>();
            steps.forEach(step -> all.addAll(processes.with(step)));
            return new Outcome("", all, TrialRoom.ofOthers(seen.get().uses()));
        } catch (Staging.SourcesChanged e) {
            return Outcome.otherwise("its sources are just being changed");
        }
    }

    /**
     * What steps did that they had not done, and of which it is not known what it would come to in a build: they may say something, look
     * into folders that are private to a build, or at what the build had made, changed or taken away and they had not looked at then.
     */
    private static Optional<String> unknown(BuildRecord record, UseCollector.Uses seen, StepRests rests) {
        Set<String> touched = new HashSet<>();
        record.steps().forEach(step -> touched.addAll(step.writes()));
        ProcessTree processes = new ProcessTree(seen.steps());
        for (int number : rests.steps()) {
            Step then = record.steps().get(number);
            Set<Integer> parts = new TreeSet<>();
            for (Step step : seen.steps()) {
                if (step.command().equals(then.command()) && step.folder().equals(then.folder())) {
                    if (step.repeatable().isEmpty()) {
                        return Optional.of("run again, it does more than it did");
                    }
                    parts.addAll(processes.with(step.number()));
                }
            }
            if (parts.isEmpty()) {
                return Optional.of("run again, it could not be seen whole");
            }
            for (String path : looked(seen, parts)) {
                boolean isKnown = !rests.isInside(path)
                        || rests.paths(number).contains(path)
                        || rests.writes(number).contains(path);
                if (!isKnown && (rests.left(path) != null || isTouched(path, touched, rests))) {
                    return Optional.of("run again, it looks for " + rests.relative(path) + ", as it did not then");
                }
            }
        }
        return Optional.empty();
    }

    /** Where some steps looked. */
    private static Set<String> looked(UseCollector.Uses seen, Set<Integer> steps) {
        Set<String> looked = new TreeSet<>();
        for (int number : steps) {
            Step step = seen.steps().get(number);
            looked.addAll(step.outputsRead());
            looked.addAll(step.outputsSeen());
        }
        for (Use use : seen.uses()) {
            if (use.steps().stream().anyMatch(steps::contains)) {
                looked.add(use.fact().entity());
            }
        }
        return looked;
    }

    /** Whether the build had made, changed or taken away what is at a path, or a folder that it is in. */
    private static boolean isTouched(String path, Set<String> touched, StepRests rests) {
        for (String at = path; rests.isInside(at); at = Place.folder(at)) {
            if (touched.contains(at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAllThatWasMade(UseCollector.Uses uses, StepRests rests) {
        Set<String> made = new HashSet<>();
        rests.steps().forEach(step -> made.addAll(rests.writes(step)));
        return uses.traceable()
                && uses.findings().trespasses().isEmpty()
                && uses.steps().stream().allMatch(step -> made.containsAll(step.writes()));
    }

    /** What of the folder is to be there, by relative paths: what the steps found, but for what one of them makes itself. */
    private static Set<String> wanted(StepRests rests) {
        Set<String> wanted = new HashSet<>();
        Set<String> made = new HashSet<>();
        for (int step : rests.steps()) {
            rests.paths(step).stream()
                    .filter(rests::isInside)
                    .map(rests::relative)
                    .forEach(wanted::add);
            for (String path : rests.writes(step)) {
                made.add(rests.relative(path));
                for (String above = Place.folder(path); rests.isInside(above); above = Place.folder(above)) {
                    wanted.add(rests.relative(above));
                }
            }
        }
        wanted.removeAll(made);
        return wanted;
    }

    /** Runs them in their order; says which is not known to make what it made, and how, or nothing. */
    private static Optional<String> run(TrialRoom room, StepRests rests, List<Integer> steps, List<TrialRoom.Job> jobs)
            throws IOException, InterruptedException {
        int next = 0;
        for (int size = 1; next < jobs.size(); size = Math.min(AT_ONCE, 2 * size)) {
            int end = Math.min(jobs.size(), next + size);
            room.run(jobs.subList(next, end), true);
            for (; next < end; next++) {
                if (!room.succeeded(jobs.get(next))) {
                    return Optional.of("run again, it fails with what is there now");
                }
                for (String path : rests.writes(steps.get(next))) {
                    if (!isAsLeft(rests.left(path), room.physical(path))) {
                        return Optional.of("run again, it makes another " + rests.relative(path));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isAsLeft(Tree.@Nullable Entry left, Path now) throws IOException {
        return left instanceof Tree.File file
                && Files.isRegularFile(now, LinkOption.NOFOLLOW_LINKS)
                && Files.isExecutable(now) == file.executable()
                && Blobs.hash(now).equals(file.digest());
    }
}
