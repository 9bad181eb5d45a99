package dev.cutoff.observe;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Use;
import dev.cutoff.tool.Tool;
import dev.cutoff.tool.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes uses of a trace's accesses.
 *
 * <p>Any path that a step touched is a use of what the build found there at its start: of the file if the sources or an
 * artifact have it, of its absence if they have not, and then the build made it itself. So no order of reads and writes
 * has to be reconstructed, and a file that appears later where a build looked in vain, or wrote, is noticed.
 */
public final class UseCollector {

    /**
     * What came of a trace.
     *
     * @param found for each step, what it saw of that which an earlier build had made ({@link Trace#finds})
     * @param taken steps that put down what a step of an earlier build had made, and that one's number
     * @param traceable whether the writes and reads of the steps tell all that went from one to another: nothing did by
     *     files in folders that are empty at the start of each build, and no folder was moved
     */
    public record Uses(
            List<Step> steps,
            List<Use> uses,
            Map<Digest, String> environments,
            Findings findings,
            List<Set<String>> found,
            SortedMap<Integer, Integer> taken,
            boolean traceable) {}

    /**
     * What is to be said to the user.
     *
     * @param trespasses reads of what is not the build's, in words, each with the step
     * @param refused writes outside of the build's folders that the sandbox refused
     * @param strayWrites writes outside that nothing refused
     * @param missingNeeds units whose artifacts were looked for without being needs
     */
    public record Findings(
            List<String> trespasses, Set<String> refused, Set<String> strayWrites, Set<String> missingNeeds) {}

    private final Trace trace;
    private final Present present;
    private final SystemRules rules;
    private final Territory territory;
    private final boolean sandboxed;
    private final Function<String, @Nullable Path> places;
    /** The same of files alone. */
    private final Function<String, @Nullable Path> physical;

    private final Tools programs;
    private final Interviewer interviewer;
    private final Meanwhile meanwhile;

    private final PathWalk walk;
    private final Staged staged;
    private final Meanings meanings;
    private final Map<List<String>, Digest> digests = new HashMap<>();
    private final Map<Entity, StepSet> found = new LinkedHashMap<>();
    private final Set<String> made = new HashSet<>();
    private final Map<String, StepSet> writers = new HashMap<>();
    private final List<String> trespasses = new ArrayList<>();
    private final Set<String> refused = new TreeSet<>();
    private final Set<String> stray = new TreeSet<>();
    private final Set<String> missing = new TreeSet<>();

    /**
     * A collector for one build.
     *
     * @param physical where a path of the build stands on the machine; null if nowhere
     * @param interviewer asks queries in a place like the build's
     * @param programs recognises the programs that ran
     * @param startedMillis when the build began
     */
    public UseCollector(
            Trace trace,
            Present present,
            Unit.Options options,
            Territory territory,
            boolean sandboxed,
            Function<String, @Nullable Path> physical,
            Tools programs,
            Interviewer interviewer,
            long startedMillis) {
        this.trace = trace;
        this.present = present;
        this.rules = new SystemRules(sandboxed, options, present.host());
        this.walk = new PathWalk(present.namespace(), present.host(), sandboxed);
        this.territory = territory;
        this.staged = new Staged(present.namespace(), territory, sandboxed, missing);
        this.meanings = new Meanings(rules, walk, territory, staged, trace.accesses(), this::users);
        this.sandboxed = sandboxed;
        this.places = physical;
        this.physical = path -> {
            Path at = physical.apply(path);
            return at != null && Files.isRegularFile(at) ? at : null;
        };
        this.programs = programs;
        this.interviewer = interviewer;
        this.meanwhile = new Meanwhile(present.host(), startedMillis);
    }

    public Uses collect() {
        boolean[] writes = new boolean[trace.accesses().size()];
        for (int i = 0; i < writes.length; i++) {
            writes[i] = trace.accesses().get(i).kind() == Access.Kind.WRITE;
        }
        for (ObservedStep step : trace.steps()) {
            for (int i = 0; i < step.accesses.size(); i++) {
                if (writes[step.accesses.number(i)]) {
                    String path = trace.accesses().get(step.accesses.number(i)).path();
                    made.add(path);
                    writers.computeIfAbsent(path, p -> new StepSet()).add(step.number);
                }
            }
        }
        made.addAll(trace.found().keySet());
        made.addAll(trace.given());
        walk.learn(trace.renamings());
        trace.renamings().forEach(this::moved);
        List<Step> steps = new ArrayList<>();
        Map<Digest, String> environments = new LinkedHashMap<>();
        Checks checks = Checks.of(trace, physical);
        for (ObservedStep step : trace.steps()) {
            steps.add(step(step, checks, environments));
        }
        if (walk.isLost()) {
            trace.gap(
                    "a path's meaning could not be followed: the build renamed too much, or left a folder of the kernel upwards");
        }
        List<Use> uses = new ArrayList<>();
        StepTools tools = tools();
        if (trace.steps().stream().anyMatch(step -> StaticPrograms.isSilent(step, tools.tool(step.number)))
                && StaticPrograms.mayBeLedAway(trace.renamings(), Place.artifact(territory.unit()))) {
            trace.gap("ldconfig looked at installed links that may lead elsewhere");
        }
        MadeFiles files = new MadeFiles(trace, physical);
        Listings listings = new Listings(trace, tools, present, files, present.contents(), found);
        Narrowing narrowing = new Narrowing(trace, tools, present, files, listings);
        narrowing.narrow(found).forEach((entity, by) -> uses.add(use(withTimes(entity), by)));
        uses.addAll(new Questions(trace, tools, territory.unit()).uses(steps, environments, interviewer));
        uses.sort(Comparator.comparing((Use u) -> u.fact().kind())
                .thenComparing(u -> u.fact().entity()));
        OutputsSeen seen = new OutputsSeen(trace, path -> walk.walk(path, true).places(), listings);
        steps.replaceAll(step -> seen.in(step));
        new RepeatableSteps(trace, tools, walk, staged, present.namespace(), places, territory.unit())
                .programs()
                .forEach((step, program) -> steps.set(step, steps.get(step).repeatableBy(program)));
        return new Uses(
                steps,
                uses,
                environments,
                new Findings(trespasses, refused, stray, missing),
                trace.steps().stream().map(seen::found).toList(),
                taken(),
                new HiddenFlows(trace, staged::isPrivate).areNone());
    }

    private SortedMap<Integer, Integer> taken() {
        SortedMap<Integer, Integer> taken = new TreeMap<>();
        for (ObservedStep step : trace.steps()) {
            if (step.taken >= 0) {
                taken.put(step.number, step.taken);
            }
        }
        return taken;
    }

    /** Which tool each step is: by the file that was started, links followed. */
    private StepTools tools() {
        List<Tool> known = new ArrayList<>();
        for (ObservedStep step : trace.steps()) {
            known.add(step.executed()
                    .flatMap(path -> Optional.ofNullable(physical.apply(path)))
                    .map(programs::recognise)
                    .orElse(Tool.UNKNOWN));
        }
        return new StepTools(trace, known);
    }

    private Step step(ObservedStep step, Checks checks, Map<Digest, String> environments) {
        Set<String> writes = new LinkedHashSet<>();
        Set<String> outputsRead = new LinkedHashSet<>();
        boolean loads = false;
        for (Access.Kind kind : Access.Kind.values()) {
            loads |= step.accesses.contains(new Access(kind, "/etc/ld.so.cache"));
        }
        for (int i = 0; i < step.accesses.size(); i++) {
            int number = step.accesses.number(i);
            if (!sandboxed || !meanings.add(step, number, loads, outputsRead)) {
                accessed(step, trace.accesses().get(number), loads, writes, outputsRead);
            }
        }
        if (step.askedKernel) {
            add(step, FactKind.KERNEL, "kernel");
        }
        if (SystemRules.isNative(step.command)) {
            add(step, FactKind.CPU, "cpu");
        }
        Digest digest = digests.computeIfAbsent(step.environment, variables -> {
            String environment = canonical(variables);
            Digest of = Digest.ofText(environment);
            environments.put(of, environment);
            return of;
        });
        return new Step(
                step.number,
                step.parent,
                step.line,
                step.command,
                step.folder,
                digest,
                List.copyOf(writes),
                List.copyOf(outputsRead),
                List.of(),
                Math.max(0, step.ended - step.started),
                checks.of(step),
                !trace.isUnheard(step.output) || !trace.isUnheard(step.messages),
                "");
    }

    /** Sorted; without what differs from run to run and is no input. */
    private static String canonical(List<String> environment) {
        return environment.stream()
                .filter(v -> !v.startsWith("JOBS=") && !v.startsWith("MAKEFLAGS=") && !v.startsWith("_="))
                .sorted()
                .reduce("", (a, b) -> a + b + "\n");
    }

    /** An access is one of every place that its path may have led to, and of each link on the way there. */
    private void accessed(
            ObservedStep step, Access access, boolean loads, Set<String> writes, Set<String> outputsRead) {
        if (isTrespass(step, access.path())) {
            return;
        }
        if (access.kind() == Access.Kind.REPLACED) {
            // What was put there is known by this name, too: what stood there itself counts.
            walk.entry(access.path()).stream()
                    .filter(this::isFolder)
                    .forEach(place -> facts(step, new Access(access.kind(), place), outputsRead));
            return;
        }
        boolean follow = kind(access.kind()) != FactKind.LINK;
        PathWalk.Way way = walk.walk(access.path(), follow);
        for (String link : way.links()) {
            if (!staged.isPrivate(link) && !isMade(link)) {
                add(step, FactKind.LINK, link);
            }
        }
        way.made().stream().filter(staged::isLeft).forEach(outputsRead::add);
        for (String folder : way.passed()) {
            at(step, new Access(Access.Kind.LOOK, folder), writes, outputsRead);
        }
        for (String place : way.places()) {
            at(step, new Access(access.kind(), place), writes, outputsRead);
        }
        if (access.kind() == Access.Kind.WRITE || access.kind() == Access.Kind.WRITE_REFUSED) {
            writtenThrough(step, access, way, outputsRead);
        }
        if (access.kind() == Access.Kind.READ) {
            // A file that was opened through a link the build made is known by two names: both are what was read.
            if (!isOwn(step, access.path()) && way.places().stream().anyMatch(staged::isPrivate)) {
                step.readsPrivately = true;
                step.privateReads.add(access.path());
            }
            if (way.places().stream().anyMatch(place -> !Place.name(place).equals(Place.name(access.path())))) {
                step.readsByOtherNames.add(access.path());
            }
        }
        if (loads && access.kind() != Access.Kind.WRITE) {
            SystemRules.loaderFact(access, (kind, entity) -> add(step, kind, entity));
        }
    }

    /** What is written may be a link, and then what it leads to is. */
    private void writtenThrough(ObservedStep step, Access access, PathWalk.Way name, Set<String> outputsRead) {
        PathWalk.Way followed = walk.walk(access.path(), true);
        for (String link : followed.links()) {
            if (!name.links().contains(link) && !staged.isPrivate(link) && !isMade(link)) {
                add(step, FactKind.LINK, link);
            }
        }
        for (String place : followed.places()) {
            if (!name.places().contains(place) && !isTrespass(step, place) && !staged.isPrivate(place)) {
                facts(step, new Access(Access.Kind.LOOK, place), outputsRead);
                facts(step, new Access(Access.Kind.LOOK, Place.folder(place)), outputsRead);
            }
        }
    }

    private void at(ObservedStep step, Access access, Set<String> writes, Set<String> outputsRead) {
        String path = access.path();
        if (Deeds.isThroughProcess(path)) {
            trace.gap(step.program() + " went through a link to " + path + ", whose meaning is not known");
        }
        boolean looks = access.kind() == Access.Kind.LOOK || access.kind() == Access.Kind.LOOK_AT_LINK;
        if (looks && Place.within(path, Place.ROOT)) {
            step.looked.add(path);
        }
        switch (access.kind()) {
            case WRITE -> {
                step.madeWrites.add(path);
                written(step, path, writes);
            }
            case WRITE_REFUSED -> refused.add(path + " (" + step.program() + ")");
            case EXECUTE, EXECUTE_FAILED -> executed(step, path, access.kind() == Access.Kind.EXECUTE);
            default -> {}
        }
        if (isTrespass(step, path) || staged.isPrivate(path)) {
            return;
        }
        step.emptiesFolders |= access.kind() == Access.Kind.EMPTY;
        facts(step, access, outputsRead);
        boolean tries = access.kind() == Access.Kind.WRITE || access.kind() == Access.Kind.WRITE_FAILED;
        if (!staged.isOfArtifact(path) && tries) {
            // Whether the folder was there decided whether it could be written.
            facts(step, new Access(Access.Kind.LOOK, Place.folder(path)), outputsRead);
        }
    }

    /** Whether a folder of sources or of an artifact stood there at the start. */
    private boolean isFolder(String path) {
        return present.namespace().at(path, false) instanceof Namespace.Spot.InTree spot
                && spot.entry() instanceof Tree.Folder;
    }

    /** Whether only the step itself wrote to a path: what it reads there tells it nothing. */
    private boolean isOwn(ObservedStep step, String path) {
        StepSet all = writers.get(path);
        return all != null && all.size() == 1 && all.get(0) == step.number;
    }

    private static void madeRead(ObservedStep step, Access access, String path) {
        step.madeReads.add(path);
        if (access.kind() == Access.Kind.READ) {
            step.madeOpened.add(path);
        }
    }

    private void facts(ObservedStep step, Access access, Set<String> outputsRead) {
        if (Place.within(access.path(), Place.ROOT)) {
            if (staged.isMadeRead(access)) {
                outputsRead.add(access.path());
                madeRead(step, access, access.path());
            }
            staged.entity(access).ifPresent(entity -> add(step, entity.kind(), entity.name()));
        } else {
            ofHost(step, access);
        }
    }

    private boolean isTrespass(ObservedStep step, String path) {
        if (Place.within(path, Place.ROOT) || isMade(path)) {
            return false;
        }
        Optional<String> objection = territory.objection(path);
        objection.ifPresent(why -> trespasses.add(why + " (" + shortened(step) + ")"));
        return objection.isPresent();
    }

    /** A folder of sources that was moved into the artifact is in it with all that it holds, though nobody read that. */
    private void moved(Trace.Renaming renaming) {
        if (!(renaming instanceof Trace.Renaming.Moved move)
                || walk.walk(move.to(), false).places().stream()
                        .noneMatch(to -> Place.within(to, Place.artifact(territory.unit())))) {
            return;
        }
        ObservedStep step = trace.steps().get(move.step());
        for (String from : walk.walk(move.from(), false).places()) {
            if (present.namespace().at(from, false) instanceof Namespace.Spot.InTree spot
                    && spot.entry() instanceof Tree.Folder) {
                step.emptiesFolders = true;
                add(step, FactKind.LISTING, from);
                spot.tree().entries().forEach((path, entry) -> {
                    if (spot.path().isEmpty() || Place.within(path, spot.path())) {
                        String whole = from + path.substring(spot.path().length());
                        add(step, entry instanceof Tree.Folder ? FactKind.LISTING : FactKind.BYTES, whole);
                        add(step, FactKind.LINK, whole);
                    }
                });
            }
        }
    }

    private void ofHost(ObservedStep step, Access access) {
        String path = access.path();
        if (isMade(path)) {
            return;
        }
        rules.facts(step, access, kind(access.kind()), (kind, entity) -> add(step, kind, entity));
    }

    /** Whether the build made this path, or a folder above it, outside of its folders (only possible unsandboxed). */
    private boolean isMade(String path) {
        if (sandboxed) {
            return false;
        }
        for (String at = path; at.length() > 1; at = Place.folder(at)) {
            if (made.contains(at)) {
                return true;
            }
        }
        return false;
    }

    private void written(ObservedStep step, String path, Set<String> writes) {
        if (staged.isPrivate(path)) {
            return;
        }
        if (Place.within(path, Place.source(territory.unit()))
                || Place.within(path, Place.artifact(territory.unit()))) {
            writes.add(path);
        } else if (!path.startsWith("/dev/")
                && !path.startsWith("/proc/")
                && !Place.within(path, Place.TMP)
                && !Place.within(path, "/var/tmp")) {
            stray.add(path + " (" + shortened(step) + ")");
        }
    }

    /**
     * The interpreter or loader that the kernel started the program with, and that one's in turn.
     *
     * @param worked whether it started; where it did not, a missing interpreter may be why
     */
    private void executed(ObservedStep step, String program, boolean worked) {
        if (Place.within(program, "/proc") || Place.within(program, "/dev")) {
            trace.gap(step.program() + " was started by its descriptor: its file is not known");
            return;
        }
        String at = program;
        for (int depth = 0; depth < 5; depth++) {
            Optional<Programs.Start> start = Programs.start(physical.apply(at));
            if (start.isEmpty()) {
                if (worked) {
                    // Gone since: any loader of the machine may have started it, and one that is not here did not.
                    for (String loader : Programs.LOADERS) {
                        add(step, FactKind.EXISTS, loader);
                        if (!present.host().state(FactKind.EXISTS, loader).equals(Fact.ABSENT)) {
                            add(step, FactKind.BYTES, loader);
                        }
                    }
                }
                return;
            }
            if (!worked) {
                facts(step, new Access(Access.Kind.READ, at), new HashSet<>());
            }
            switch (start.get()) {
                case Programs.Start.Alone alone -> {
                    return;
                }
                case Programs.Start.Unknown unknown -> {
                    trace.gap(at + " is neither a script nor an ELF program: what ran it can't be known");
                    return;
                }
                case Programs.Start.By by -> {
                    String next =
                            by.interpreter().startsWith("/") ? by.interpreter() : step.folder + "/" + by.interpreter();
                    PathWalk.Way way = walk.walk(next, true);
                    way.links().forEach(link -> add(step, FactKind.LINK, link));
                    String place = way.places().iterator().next();
                    Access.Kind kind = worked ? Access.Kind.EXECUTE : Access.Kind.LOOK;
                    facts(step, new Access(kind, place), new HashSet<>());
                    at = place;
                }
            }
        }
    }

    static FactKind kind(Access.Kind access) {
        return switch (access) {
            case READ, EXECUTE, PASSED -> FactKind.BYTES;
            case LIST, EMPTY, REPLACED -> FactKind.LISTING;
            case LOOK, EXECUTE_FAILED, WRITE_FAILED -> FactKind.EXISTS;
            // What was overwritten keeps its mode and may keep part of its content.
            case WRITE, LOOK_AT_LINK, WRITE_REFUSED -> FactKind.LINK;
        };
    }

    private void add(ObservedStep step, FactKind kind, String entity) {
        users(kind, entity).add(step.number);
    }

    private StepSet users(FactKind kind, String entity) {
        return found.computeIfAbsent(new Entity(kind, entity), e -> new StepSet());
    }

    /**
     * Of a file of the machine that was only looked at, and never read, the time may be what counted: a compiled copy
     * beside it is used while the time is the same. Staged files all have one time.
     */
    private Entity withTimes(Entity entity) {
        boolean lookedAt = entity.kind() == FactKind.EXISTS && !Place.within(entity.name(), Place.ROOT);
        return lookedAt && !found.containsKey(new Entity(FactKind.BYTES, entity.name()))
                ? new Entity(FactKind.STAMP, entity.name())
                : entity;
    }

    private Use use(Entity entity, Set<Integer> steps) {
        String state = state(entity);
        if (entity.kind().isPath() && !Place.within(entity.name(), Place.ROOT)) {
            meanwhile.changes(entity, state).forEach(trace::gap);
        }
        boolean narrow = entity.kind().isOfContent() && entity.kind() != FactKind.BYTES;
        String content = narrow ? state(new Entity(FactKind.BYTES, entity.name())) : "";
        Fact fact = new Fact(entity.kind(), entity.name(), entity.scope(), content, state);
        return new Use(fact, Evidence.OBSERVED, List.copyOf(steps));
    }

    private String state(Entity entity) {
        return present.now(entity.question())
                .orElseThrow(() -> Failure.bug("a staged artifact has no tree: " + entity.name()));
    }

    private static String shortened(ObservedStep step) {
        String text = String.join(" ", step.command).replace('\n', ' ');
        return text.length() > 100 ? text.substring(0, 97) + "..." : text;
    }
}
