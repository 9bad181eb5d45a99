package dev.cutoff.build;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.c.IncludeConditions;
import dev.cutoff.abi.c.PreprocessedText;
import dev.cutoff.abi.diff.TypeChange;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.decide.MadeSources;
import dev.cutoff.decide.Renewal;
import dev.cutoff.decide.Tries;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.BuildFolders;
import dev.cutoff.stage.Staging;
import dev.cutoff.tool.TrialCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tries compile steps as a record has them, once with the needs of the record and once with those of today. Sources and
 * machine are today's both times: the caller has seen that all the steps relied on of them holds.
 */
final class Trials implements AutoCloseable {

    /** Variables that name folders of headers. */
    private static final Set<String> SEARCHED =
            Set.of("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH");

    /** So many steps are tried at once; each room has their outputs on disk. */
    private static final int AT_ONCE = 16;

    /** Seconds that a step may have taken for its types to be asked for, which takes it twice more. */
    private static final double WORTH_EXPLAINING = 3;

    /** What is compared. */
    private enum Kind {
        TEXT,
        CODE
    }

    private record Trial(Kind kind, Step step, Map<String, Digest> needs) {}

    /** Variables of a step's environment; empty where they are not known. */
    @FunctionalInterface
    interface Environments {
        Optional<SortedMap<String, String>> of(Step step) throws IOException;
    }

    private final Session session;
    private final Unit unit;
    private final Tree sources;
    private final Environments environments;
    private final boolean observed;
    private final int jobs;
    private final Map<Trial, Boolean> known = new HashMap<>();
    private Map<String, Digest> needs = Map.of();

    /** What is known, and what stands in the rooms, is of this record where its build made sources. */
    private @Nullable BuildRecord of;

    private MadeSources made = MadeSources.NONE;

    /** Whether a step is known to be alike of which no room that still stands saw the run. */
    private boolean isForgotten;

    /** Why a step that was tried is not known to have met what it would have met in a build; "" where all are. */
    private String hindered = "";

    private @Nullable Repeated repeated;

    private @Nullable Repeated ranAgain;

    private @Nullable Begun begun;

    /** What stood in the build folder at the end. */
    private LeftByBuild left = LeftByBuild.NONE;

    private @Nullable TrialRoom then;
    private @Nullable TrialRoom now;

    /** @param observed whether {@link #shown} is to tell what the steps relied on */
    Trials(Session session, Unit unit, Tree sources, Environments environments, boolean observed, int jobs) {
        this.jobs = jobs;
        this.observed = observed;
        this.session = session;
        this.unit = unit;
        this.sources = sources;
        this.environments = environments;
    }

    @Override
    public void close() throws IOException {
        leave();
        if (begun != null) {
            begun.close();
        }
        begun = null;
    }

    /** The build that was begun last to see what its first lines leave, which the caller is to close now; empty for none. */
    Optional<Begun> takeBegun() {
        Optional<Begun> taken = Optional.ofNullable(begun);
        begun = null;
        return taken;
    }

    private void leave() throws IOException {
        isForgotten |= !known.isEmpty();
        for (TrialRoom room : new TrialRoom[] {then, now}) {
            if (room != null) {
                room.close();
            }
        }
        then = null;
        now = null;
    }

    /** See {@link dev.cutoff.decide.World#preprocess}. */
    Tries preprocess(BuildRecord record, Set<Integer> steps, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        return run(Kind.TEXT, record, steps, present);
    }

    /** See {@link dev.cutoff.decide.World#compile}. */
    Tries compile(BuildRecord record, Set<Integer> steps, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        return run(Kind.CODE, record, steps, present);
    }

    /** See {@link dev.cutoff.decide.World#runAgain}. */
    Tries runAgain(BuildRecord record, Set<Integer> steps, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        // As in repeat.
        session.log().gap();
        StepTrial.Outcome outcome = new StepTrial(session, unit, sources, present, environments).run(record, steps);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!outcome.otherwise().isEmpty()) {
            return new Tries(Set.of(), outcome.otherwise(), seconds);
        }
        ranAgain = new Repeated(record, new Renewal.Shown(outcome.steps(), outcome.uses(), true));
        return new Tries(outcome.steps(), "", seconds);
    }

    /** See {@link dev.cutoff.decide.World#repeat}. */
    @SuppressWarnings("ReferenceEquality") // As in turnTo.
    Tries repeat(BuildRecord record, int lines, Set<String> relied, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        // As observed as any build, and yet not what the run's own look at the machine is.
        session.log().gap();
        LineTrial.Outcome outcome = new LineTrial(session, unit, sources, present, jobs).run(record, lines, relied);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (outcome.begun().isPresent()) {
            if (begun != null) {
                begun.close();
            }
            begun = outcome.begun().get();
        }
        if (!outcome.otherwise().isEmpty()) {
            return new Tries(Set.of(), outcome.otherwise(), seconds);
        }
        Set<Integer> steps = new TreeSet<>();
        for (Step step : record.steps()) {
            if (step.line() < lines) {
                steps.add(step.number());
            }
        }
        repeated = new Repeated(record, new Renewal.Shown(steps, outcome.uses(), false));
        return new Tries(steps, "", seconds);
    }

    /** Steps of a record that, run again as they were, make what they made. */
    private record Repeated(BuildRecord record, Renewal.Shown shown) {}

    private Tries run(Kind kind, BuildRecord record, Set<Integer> steps, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Tries tries = tryOut(kind, record, steps, present);
        return new Tries(tries.alike(), tries.obstacle(), (System.nanoTime() - start) / 1e9);
    }

    /** Of another record, what its build made is something else, and so may what a step gives be. */
    @SuppressWarnings("ReferenceEquality") // Which one it is; to be equal, all facts would have to be compared.
    private void turnTo(BuildRecord record) throws IOException {
        if (record == of) {
            return;
        }
        MadeSources before = made;
        of = record;
        made = new MadeSources(record);
        if (before.any() || made.any()) {
            leave();
            known.clear();
            isForgotten = false;
            hindered = "";
        }
    }

    private Tries tryOut(Kind kind, BuildRecord record, Set<Integer> steps, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        // What a compiler looks at is not observed.
        session.log().gap();
        turnTo(record);
        if (!hindered.isEmpty()) {
            return Tries.none(hindered);
        }
        Set<Integer> alike = new TreeSet<>();
        List<Integer> open = new ArrayList<>();
        for (int step : new TreeSet<>(steps)) {
            Boolean before = known.get(new Trial(kind, record.steps().get(step), record.needs()));
            if (before == null) {
                open.add(step);
            } else if (before) {
                alike.add(step);
            } else if (kind == Kind.CODE) {
                return new Tries(alike, "", 0);
            }
        }
        if (open.isEmpty()) {
            return new Tries(alike, "", 0);
        }
        Map<Integer, TrialRoom.Job> jobs = new HashMap<>();
        for (int step : open) {
            Optional<TrialRoom.Job> job = job(kind, record, record.steps().get(step));
            if (job.isEmpty()) {
                return new Tries(alike, "a step of it can't be run by itself", 0);
            }
            jobs.put(step, job.get());
        }
        try {
            String obstacle = enter(record, present);
            if (obstacle.isEmpty() && kind == Kind.CODE) {
                obstacle = meetsNone(record, open);
            }
            if (!obstacle.isEmpty()) {
                return new Tries(alike, obstacle, 0);
            }
            int next = 0;
            // The first few show whether it is worth while to go on.
            for (int size = 1; next < open.size(); size = Math.min(AT_ONCE, 2 * size)) {
                List<Integer> batch = open.subList(next, Math.min(open.size(), next + size));
                next += batch.size();
                int before = alike.size();
                boolean all = batch(kind, record, batch, jobs, alike);
                if (!hindered.isEmpty()) {
                    return Tries.none(hindered);
                }
                if (kind == Kind.CODE ? !all : alike.size() == before) {
                    return new Tries(alike, "", 0);
                }
            }
            return new Tries(alike, "", 0);
        } catch (Staging.SourcesChanged e) {
            return new Tries(alike, "its sources are just being changed", 0);
        }
    }

    /**
     * Which steps of a record gave the same, and what they relied on with what is there at present: those of whole lines, those that were
     * run again by themselves, and compile steps; each set shares what it relied on. Empty where not all was seen, or nothing was tried.
     */
    @SuppressWarnings("ReferenceEquality") // As in turnTo.
    Optional<List<Renewal.Shown>> shown(BuildRecord record) {
        List<Renewal.Shown> all = new ArrayList<>();
        for (Repeated again : new Repeated[] {repeated, ranAgain}) {
            if (again != null && again.record() == record) {
                all.add(again.shown());
            }
        }
        if (now != null || isForgotten) {
            Optional<Renewal.Shown> compiled = compiled(record);
            if (compiled.isEmpty()) {
                return Optional.empty();
            }
            all.add(compiled.get());
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private Optional<Renewal.Shown> compiled(BuildRecord record) {
        if (now == null || isForgotten || !hindered.isEmpty() || !needs.equals(record.needs())) {
            return Optional.empty();
        }
        Set<Integer> steps = new TreeSet<>();
        for (Step step : record.steps()) {
            for (Kind kind : Kind.values()) {
                if (Boolean.TRUE.equals(known.get(new Trial(kind, step, record.needs())))) {
                    steps.add(step.number());
                }
            }
        }
        return steps.isEmpty() ? Optional.empty() : now.uses().map(uses -> new Renewal.Shown(steps, uses, false));
    }

    /**
     * What changed in the types that the source of a step uses, by debug information that it is made to write: of the first of
     * these steps that was found to give another code, if that did not take long.
     */
    List<TypeChange> typeChanges(BuildRecord record, List<Integer> steps, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        turnTo(record);
        Optional<Step> other = steps.stream()
                .map(record.steps()::get)
                .filter(step -> Boolean.FALSE.equals(known.get(new Trial(Kind.CODE, step, record.needs()))))
                .findFirst()
                .filter(step -> step.seconds() <= WORTH_EXPLAINING);
        Optional<TrialRoom.Job> job = other.isEmpty() ? Optional.empty() : described(record, other.get());
        try {
            if (job.isEmpty() || !enter(record, present).isEmpty()) {
                return List.of();
            }
            Optional<Path> old = made(then, job.get());
            Optional<Path> later = made(now, job.get());
            return old.isEmpty() || later.isEmpty()
                    ? List.of()
                    : TypeChange.between(
                            MappedFile.read(old.get(), Fingerprinter::namedTypes),
                            MappedFile.read(later.get(), Fingerprinter::namedTypes));
        } catch (Staging.SourcesChanged | FormatException e) {
            return List.of();
        }
    }

    private static Optional<Path> made(@Nullable TrialRoom room, TrialRoom.Job job)
            throws IOException, InterruptedException {
        if (room == null) {
            return Optional.empty();
        }
        room.run(List.of(job), false);
        return room.made(job);
    }

    /** Whether all of some steps give the same. */
    private boolean batch(
            Kind kind, BuildRecord record, List<Integer> steps, Map<Integer, TrialRoom.Job> jobs, Set<Integer> alike)
            throws IOException, InterruptedException {
        List<TrialRoom.Job> batch = new ArrayList<>();
        steps.forEach(step -> batch.add(jobs.get(step)));
        TrialRoom old = Objects.requireNonNull(then);
        TrialRoom present = Objects.requireNonNull(now);
        old.run(batch, false);
        present.run(batch, observed);
        boolean all = true;
        for (int i = 0; i < steps.size(); i++) {
            TrialRoom.Job job = batch.get(i);
            if (kind == Kind.TEXT) {
                look(record.steps().get(steps.get(i)), present, present.made(job));
            }
            boolean same = isAlike(kind, old.made(job), present.made(job));
            old.clear(job);
            present.clear(job);
            known.put(new Trial(kind, record.steps().get(steps.get(i)), record.needs()), same);
            all &= same;
            // Those behind the first that differs do not follow from it.
            if (same && (all || kind == Kind.TEXT)) {
                alike.add(steps.get(i));
            }
        }
        return all;
    }

    /** Whether no step that is to be compiled meets what it can't have met in the build; its text tells. */
    private String meetsNone(BuildRecord record, List<Integer> steps) throws IOException, InterruptedException {
        if (!made.any()) {
            return "";
        }
        List<Integer> unread = steps.stream()
                .filter(step ->
                        !known.containsKey(new Trial(Kind.TEXT, record.steps().get(step), record.needs())))
                .toList();
        Map<Integer, TrialRoom.Job> jobs = new HashMap<>();
        for (int step : unread) {
            Optional<TrialRoom.Job> job = job(Kind.TEXT, record, record.steps().get(step));
            if (job.isEmpty()) {
                return "a step of it can't be run by itself";
            }
            jobs.put(step, job.get());
        }
        for (int next = 0; next < unread.size() && hindered.isEmpty(); next += AT_ONCE) {
            List<Integer> some = unread.subList(next, Math.min(unread.size(), next + AT_ONCE));
            batch(Kind.TEXT, record, some, jobs, new TreeSet<>());
        }
        return hindered;
    }

    /** Notes what a step's text, made with what is there today, has of names that the build made and the step had not read. */
    private void look(Step step, TrialRoom room, Optional<Path> text) throws IOException {
        Map<String, Set<String>> unread = made.unreadBy(step);
        left.unknown()
                .forEach(path -> unread.computeIfAbsent(Place.name(path), _ -> new TreeSet<>())
                        .add(Place.folder(path)));
        if (unread.isEmpty() || text.isEmpty()) {
            return;
        }
        List<String> paths = PreprocessedText.files(Files.readAllBytes(text.get())).stream()
                .map(file -> Place.absolute(file, step.folder()))
                .toList();
        Set<String> searched = searched(step, paths);
        for (String path : paths) {
            Optional<byte[]> content = room.read(path);
            boolean met = unread.getOrDefault(Place.name(path), Set.of()).stream()
                    .anyMatch(folder -> !left.isGone(folder)
                            || searched.contains(folder)
                            || Place.name(folder).equals(Place.name(Place.folder(path))));
            if (met || (content.isPresent() && IncludeConditions.mayAskFor(content.get(), unread.keySet()))) {
                hindered = Place.display(path) + " may lead to what the build makes";
            }
        }
    }

    /**
     * Folders in which a step may have looked for what directives name: its own, all that its command and variables may mean, and those
     * of the files with the directives. A file elsewhere, in a folder that is no more (a link could lead to one that is), is met by a
     * directive alone that names its folder, too.
     */
    private Set<String> searched(Step step, List<String> files) throws IOException {
        Set<String> folders = new HashSet<>(Set.of(step.folder()));
        files.forEach(file -> folders.add(Place.folder(file)));
        SortedMap<String, String> variables = environments.of(step).orElseGet(TreeMap::new);
        for (String name : SEARCHED) {
            for (String folder : variables.getOrDefault(name, "").split(":")) {
                folders.add(Place.absolute(folder, step.folder()));
            }
        }
        for (String word : step.command()) {
            for (String option : List.of("", "-I", "-iquote", "-isystem", "-idirafter")) {
                if (word.startsWith(option)) {
                    folders.add(Place.absolute(word.substring(option.length()), step.folder()));
                }
            }
        }
        return folders;
    }

    private static boolean isAlike(Kind kind, Optional<Path> old, Optional<Path> now) throws IOException {
        if (old.isEmpty() || now.isEmpty()) {
            return false;
        }
        return kind == Kind.CODE
                ? Files.mismatch(old.get(), now.get()) < 0
                : PreprocessedText.areAlike(Files.readAllBytes(old.get()), Files.readAllBytes(now.get()));
    }

    private Optional<TrialRoom.Job> job(Kind kind, BuildRecord record, Step step) throws IOException {
        return kind == Kind.TEXT
                ? job(step, step.number() + ".text", (command, path) -> Optional.of(List.of(command.preprocess(path))))
                : job(step, step.number() + ".o", (command, path) -> command.compile(path, assembler(record, step)));
    }

    private Optional<TrialRoom.Job> described(BuildRecord record, Step step) throws IOException {
        return job(step, "types.o", (command, path) -> command.describe(path, assembler(record, step)));
    }

    private Optional<TrialRoom.Job> job(
            Step step, String name, BiFunction<TrialCommand, String, Optional<List<List<String>>>> commands)
            throws IOException {
        Optional<SortedMap<String, String>> variables = environments.of(step);
        if (variables.isEmpty() || looksAtMade(variables.get())) {
            return Optional.empty();
        }
        return TrialCommand.of(step.command())
                .flatMap(command -> commands.apply(command, TrialRoom.path(name)))
                .map(lines -> new TrialRoom.Job(name, step.folder(), variables.get(), lines));
    }

    /**
     * The command of the only step that was given the assembly which a step wrote; nothing where there is no such one. Drivers give
     * it a name in /tmp, of which no step's uses tell.
     */
    private static List<String> assembler(BuildRecord record, Step step) {
        int output = step.command().indexOf("-o") + 1;
        if (output == 0 || output == step.command().size()) {
            return List.of();
        }
        String assembly = step.command().get(output);
        List<Step> readers = record.steps().stream()
                .filter(other ->
                        other.number() != step.number() && other.command().contains(assembly))
                .toList();
        return readers.size() == 1 ? readers.getFirst().command() : List.of();
    }

    /** Whether headers are looked for where the build may have left some. */
    private boolean looksAtMade(SortedMap<String, String> variables) {
        return SEARCHED.stream()
                .map(name -> variables.getOrDefault(name, ""))
                .anyMatch(folders -> folders.contains("deps/" + unit.name())
                        || folders.contains(Place.TMP)
                        || folders.contains(Place.HOME));
    }

    /** Makes the rooms ready; says why that can't be done, or nothing. */
    private String enter(BuildRecord record, SortedMap<String, Tree> present)
            throws IOException, Staging.SourcesChanged {
        Map<String, Digest> recorded = record.needs();
        if (then != null && now != null && needs.equals(recorded)) {
            return "";
        }
        leave();
        SortedMap<String, Tree> trees = new TreeMap<>();
        for (Map.Entry<String, Digest> need : new TreeMap<>(recorded).entrySet()) {
            Optional<Tree> tree = session.store().trees().load(need.getValue());
            if (tree.isEmpty() || session.artifacts().folder(tree.get()).isEmpty()) {
                return "the store has no longer what " + need.getKey() + " was at the last build";
            }
            trees.put(need.getKey(), tree.get());
        }
        if (new NewHeaders(session, unit.name()).mayAskForPrivate(trees, present)) {
            return "its headers may ask for what builds put into folders of their own";
        }
        Optional<BuildFolders.Stored> folder = Optional.empty();
        left = LeftByBuild.NONE;
        if (made.any() && record.tree().isPresent()) {
            folder = new BuildFolders(session.store()).load(record.tree().get());
            if (folder.isEmpty()) {
                return "the store has no longer what the build made";
            }
            left = LeftByBuild.of(folder.get(), sources, record);
            if (left.hasLinksToFolders()) {
                return "a link that the build made may lead to headers";
            }
        }
        Set<String> wanted = new HashSet<>();
        int prefix = Place.source(unit.name()).length() + 1;
        for (Step step : record.steps()) {
            made.readBy(step).stream()
                    .filter(path -> path.length() > prefix)
                    .forEach(path -> wanted.add(path.substring(prefix)));
        }
        then = TrialRoom.open(session, unit, sources, trees, folder, wanted::contains);
        now = TrialRoom.open(session, unit, sources, present, folder, wanted::contains);
        needs = recorded;
        return "";
    }
}
