package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.wheel.ModuleNeeds;
import dev.cutoff.abi.wheel.Serving;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.decide.World;
import dev.cutoff.frontend.python.Marker;
import dev.cutoff.frontend.python.Requirement;
import dev.cutoff.frontend.python.Specifiers;
import dev.cutoff.frontend.python.WheelName;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The present for one wheel that may stay: the graph says which packages are in sight of it, the wheels that stand say what
 * they are.
 */
final class FromagerWorld implements World {

    /**
     * What is the same for all wheels of a run.
     *
     * @param standing what becomes of a package
     * @param lying the wheel that lies there of a package, be it kept or not; empty where there is none, or it can't be read
     * @param extras which extras of a package somebody asks for, by its key
     * @param requirements those that were parsed already, by their text
     * @param path folders of the machine in which a compiler is looked for
     */
    record Run(
            Target target,
            Function<FromagerGraph.Node, Standing> standing,
            Function<FromagerGraph.Node, Optional<Wheel>> lying,
            Fingerprints fingerprints,
            AbiJudgement abi,
            Map<String, Set<String>> extras,
            Map<String, Optional<Requirement>> requirements,
            List<Path> path,
            SystemFiles files) {}

    private final Run run;
    private final FromagerGraph graph;
    private final FromagerGraph.Node node;
    private final WheelRecord record;
    private final WheelName name;
    private final Fingerprints.Seen seen;
    private final Map<String, List<FromagerGraph.Sight>> environment;
    private final List<String> allowed = new ArrayList<>();
    private final Set<String> passed = new LinkedHashSet<>();
    private @Nullable Wheel consumer;
    private @Nullable List<LooseUse> uses;
    private @Nullable Map<String, List<FromagerGraph.Sight>> inSight;
    private final Map<String, Optional<String>> words = new HashMap<>();
    private final Map<String, Optional<String>> states = new HashMap<>();

    FromagerWorld(
            Run run,
            FromagerGraph graph,
            FromagerGraph.Node node,
            WheelRecord record,
            WheelName name,
            Fingerprints.Seen seen) {
        this.run = run;
        this.graph = graph;
        this.node = node;
        this.record = record;
        this.name = name;
        this.seen = seen;
        this.environment = byName(graph.buildEnvironment(node));
    }

    private static Map<String, List<FromagerGraph.Sight>> byName(List<FromagerGraph.Sight> sights) {
        Map<String, List<FromagerGraph.Sight>> byName = new LinkedHashMap<>();
        sights.forEach(sight -> byName.computeIfAbsent(sight.node().name(), n -> new ArrayList<>())
                .add(sight));
        return byName;
    }

    /** The fingerprint of the wheel that may stay, read when it is asked for. */
    private Wheel consumer() throws FormatException, IOException {
        Wheel known = consumer == null ? run.fingerprints().wheel(seen) : consumer;
        consumer = known;
        return known;
    }

    private List<LooseUse> uses() {
        List<LooseUse> known = uses;
        if (known == null) {
            try {
                known = seen.uses() ? LooseUse.of(consumer()) : List.of();
            } catch (FormatException | IOException e) {
                throw Failure.input(seen.file() + ": can't be read any more: " + e.getMessage());
            }
            uses = known;
        }
        return known;
    }

    /** Names of packages that the wheel's binaries may use. */
    Set<String> providers() {
        if (!seen.uses()) {
            return Set.of();
        }
        return inSight().keySet();
    }

    @Override
    public Digest source() {
        return Digest.EMPTY;
    }

    @Override
    public Optional<Digest> artifact(String need) {
        // Facts of wheels are asked for one by one.
        return Optional.empty();
    }

    private static String key(Fact fact) {
        return fact.kind() + " " + fact.entity();
    }

    /** Dependencies that are others now, in nothing that counts for the wheel: {@code numpy 2.2.6 -> 2.3.4}. */
    List<String> passed() {
        return List.copyOf(passed);
    }

    /** What speaks against keeping the wheel and was allowed. */
    List<String> allowed() {
        return List.copyOf(allowed);
    }

    /** Asked twice it says the same: what was found is kept. */
    @Override
    public Optional<String> now(Fact fact) {
        Optional<String> known = states.get(key(fact));
        if (known == null) {
            known = find(fact);
            states.put(key(fact), known);
        }
        return known;
    }

    private Optional<String> find(Fact fact) {
        return switch (fact.kind()) {
            case ENVIRONMENT -> Optional.of(environment(fact));
            case VERSION -> Optional.of(version(fact));
            case WHEEL_CONTENT -> of(fact, environment, this::content);
            case WHEEL_ABI -> of(fact, environment, this::abi);
            case SERVES -> of(fact, inSight(), this::serves);
            case REQUIREMENT -> Optional.of(requirement(fact));
            case SOURCE -> Optional.of(source(fact));
            case TOOLCHAIN -> Optional.of(compiler(fact));
            case BYTES -> Optional.of(run.files().digest(fact.entity()));
            default -> Optional.of(Fact.UNKNOWN);
        };
    }

    private Map<String, List<FromagerGraph.Sight>> inSight() {
        Map<String, List<FromagerGraph.Sight>> known = inSight == null ? both() : inSight;
        inSight = known;
        return known;
    }

    private Map<String, List<FromagerGraph.Sight>> both() {
        Map<String, List<FromagerGraph.Sight>> all = new LinkedHashMap<>(environment);
        byName(graph.installed(node))
                .forEach((key, sights) -> all.merge(key, sights, (a, b) -> {
                    List<FromagerGraph.Sight> both = new ArrayList<>(a);
                    both.addAll(b);
                    return both;
                }));
        return all;
    }

    @Override
    public Optional<String> difference(Fact fact) {
        now(fact);
        return words.getOrDefault(key(fact), Optional.empty());
    }

    @Override
    public Optional<Origin> origin(Fact fact) {
        List<FromagerGraph.Sight> sights = switch (fact.kind()) {
            case VERSION, WHEEL_CONTENT, WHEEL_ABI -> environment.getOrDefault(fact.entity(), List.of());
            case SERVES -> inSight().getOrDefault(fact.entity(), List.of());
            default -> List.of();
        };
        // A package that is still to be built is what a decision waits for, whichever of them is in the way.
        return sights.stream()
                .filter(sight -> sights.size() == 1 || run.standing().apply(sight.node()) instanceof Standing.Pending)
                .findFirst()
                .or(() -> sights.stream().findFirst())
                .map(sight -> new Origin(sight.node().key(), sight.words()));
    }

    private String say(Fact fact, String state, String text) {
        words.put(key(fact), Optional.of(text));
        return state;
    }

    /** {@code numpy 2.3.4 -> 2.2.6}, of what is recorded and what is in sight now. */
    private String versions(Fact fact, FromagerGraph.Node now) {
        String was = record.environment().stream()
                .filter(distribution -> distribution.name().equals(fact.entity()))
                .map(WheelRecord.Distribution::version)
                .findFirst()
                .orElse("");
        String is = now.version().toString();
        return fact.entity() + " " + (was.isEmpty() || was.equals(is) ? is : was + " -> " + is);
    }

    private interface Question {
        String ask(Fact fact, FromagerGraph.Sight sight, Fingerprints.Seen wheel) throws FormatException, IOException;
    }

    /** The state of a fact about distributions of a name: where several are in sight, of all of them alike. */
    private Optional<String> of(Fact fact, Map<String, List<FromagerGraph.Sight>> from, Question question) {
        List<FromagerGraph.Sight> sights = from.getOrDefault(fact.entity(), List.of());
        if (sights.isEmpty()) {
            return Optional.of(say(fact, Fact.ABSENT, fact.entity() + " is no longer in its build environment"));
        }
        Set<String> states = new LinkedHashSet<>();
        boolean pending = false;
        for (FromagerGraph.Sight sight : sights) {
            switch (run.standing().apply(sight.node())) {
                case Standing.Pending _ -> pending |= !isWithout(fact, sight);
                case Standing.Unknown unknown -> {
                    if (!isWithout(fact, sight)) {
                        states.add(say(fact, Fact.UNKNOWN, versions(fact, sight.node()) + ": " + unknown.why()));
                    }
                }
                case Standing.Present present -> states.add(ask(fact, sight, present.wheel(), question));
            }
        }
        if (states.isEmpty() && !pending) {
            return Optional.of(fact.state());
        }
        Optional<String> failed =
                states.stream().filter(state -> !state.equals(fact.state())).findFirst();
        return failed.isPresent() ? failed : pending ? Optional.empty() : Optional.of(fact.state());
    }

    /**
     * Whether a package of which nothing can be told at present matters not for a fact: as it was when the wheel was recorded,
     * or in the wheel that lies there, it offers nothing that the binaries use. Where no wheel of it is known, all that they use
     * must be offered by others.
     */
    private boolean isWithout(Fact fact, FromagerGraph.Sight sight) {
        if (fact.kind() != FactKind.SERVES) {
            return false;
        }
        List<Wheel> known = new ArrayList<>();
        recordedWheel(fact.entity()).ifPresent(known::add);
        run.lying().apply(sight.node()).ifPresent(known::add);
        return known.isEmpty()
                ? uses().stream().allMatch(use -> offeredByOthers(use, fact.entity()))
                : known.stream().noneMatch(wheel -> uses().stream().anyMatch(use -> use.isOf(wheel)));
    }

    private boolean offeredByOthers(LooseUse use, String than) {
        for (WheelRecord.Distribution had : record.environment()) {
            if (!had.name().equals(than)
                    && recordedWheel(had.name()).filter(use::isOf).isPresent()) {
                return true;
            }
        }
        return inSight().values().stream()
                .flatMap(List::stream)
                .filter(sight -> !sight.node().name().equals(than))
                .anyMatch(sight -> run.standing().apply(sight.node()) instanceof Standing.Present present
                        && offers(present.wheel(), use));
    }

    private boolean offers(Fingerprints.Seen wheel, LooseUse use) {
        try {
            return wheel.offers() && use.isOf(run.fingerprints().wheel(wheel));
        } catch (FormatException | IOException | Failure e) {
            return false;
        }
    }

    /** A distribution as it was when the wheel was built; empty where that is not known. */
    private Optional<Wheel> recordedWheel(String distribution) {
        return recorded(distribution)
                .filter(had -> !had.fingerprint().isEmpty())
                .flatMap(had -> {
                    try {
                        return Optional.of(run.fingerprints().kept(new Digest(had.fingerprint())));
                    } catch (Failure e) {
                        return Optional.empty();
                    }
                });
    }

    private String ask(Fact fact, FromagerGraph.Sight sight, Fingerprints.Seen wheel, Question question) {
        try {
            return question.ask(fact, sight, wheel);
        } catch (FormatException | Failure e) {
            return say(fact, Fact.UNKNOWN, versions(fact, sight.node()) + ": " + e.getMessage());
        } catch (IOException e) {
            return say(
                    fact,
                    Fact.UNKNOWN,
                    Failure.io(versions(fact, sight.node()), e).getMessage());
        }
    }

    private String environment(Fact fact) {
        SortedSet<String> now = new TreeSet<>(environment.keySet());
        String state = String.join(" ", now);
        if (!state.equals(fact.state())) {
            SortedSet<String> was = new TreeSet<>(List.of(fact.state().split(" ")));
            was.remove("");
            SortedSet<String> more = new TreeSet<>(now);
            more.removeAll(was);
            was.removeAll(now);
            say(
                    fact,
                    state,
                    "its build environment has"
                            + (more.isEmpty() ? "" : " " + String.join(", ", more) + " now")
                            + (more.isEmpty() || was.isEmpty() ? "" : ", and")
                            + (was.isEmpty() ? "" : " no " + String.join(", ", was) + " any more"));
        }
        return state;
    }

    private String version(Fact fact) {
        List<FromagerGraph.Sight> sights = environment.getOrDefault(fact.entity(), List.of());
        if (sights.isEmpty()) {
            return say(fact, Fact.ABSENT, fact.entity() + " is no longer in its build environment");
        }
        Set<String> versions = new LinkedHashSet<>();
        sights.forEach(sight -> versions.add(sight.node().version().toString()));
        if (versions.size() > 1) {
            return say(
                    fact,
                    Fact.UNKNOWN,
                    "the graph has " + fact.entity() + " " + String.join(" and ", versions)
                            + " for its build environment");
        }
        String now = versions.iterator().next();
        return now.equals(fact.state())
                ? now
                : say(fact, now, versions(fact, sights.getFirst().node()));
    }

    private String content(Fact fact, FromagerGraph.Sight sight, Fingerprints.Seen wheel)
            throws FormatException, IOException {
        String now = wheel.content().hex();
        if (!wheel.contentKnown()) {
            return say(fact, Fact.UNKNOWN, versions(fact, sight.node()) + ": not all of it can be read: " + gap(wheel));
        }
        if (fact.state().equals(RecordFacts.NOT_KNOWN)) {
            return say(
                    fact,
                    Fact.UNKNOWN,
                    versions(fact, sight.node()) + ": what it was when the wheel was built is not known");
        }
        if (!now.equals(fact.state())) {
            say(fact, now, versions(fact, sight.node()) + ": " + changes(fact, wheel));
        }
        return now;
    }

    private String gap(Fingerprints.Seen wheel) throws FormatException, IOException {
        return run.fingerprints().wheel(wheel).gaps().stream()
                .findFirst()
                .map(gap -> gap.file() + ": " + gap.why())
                .orElse("");
    }

    private String changes(Fact fact, Fingerprints.Seen now) throws FormatException, IOException {
        Optional<WheelRecord.Distribution> old = recorded(fact.entity());
        try {
            return old.isEmpty() || old.get().fingerprint().isEmpty()
                    ? "other content"
                    : WheelChanges.words(
                            run.fingerprints().kept(new Digest(old.get().fingerprint())),
                            run.fingerprints().wheel(now));
        } catch (Failure e) {
            // Only words would come of it.
            return "other content";
        }
    }

    private Optional<WheelRecord.Distribution> recorded(String distribution) {
        return record.environment().stream()
                .filter(had -> had.name().equals(distribution))
                .findFirst();
    }

    private String abi(Fact fact, FromagerGraph.Sight sight, Fingerprints.Seen wheel)
            throws FormatException, IOException {
        Optional<WheelRecord.Distribution> old = recorded(fact.entity());
        if (old.isPresent()
                && old.get().sha256().equals(wheel.sha256().hex())
                && !fact.state().equals(RecordFacts.NOT_KNOWN)) {
            // The very same file.
            return fact.state();
        }
        if (fact.state().equals(RecordFacts.NOT_KNOWN) || fact.scope().isEmpty()) {
            return say(
                    fact,
                    Fact.UNKNOWN,
                    versions(fact, sight.node()) + ": what it offered when the wheel was built is not known");
        }
        Wheel was = run.fingerprints().kept(new Digest(fact.scope()));
        AbiJudgement.Verdict verdict = run.abi()
                .judge(
                        consumer(),
                        was,
                        wheel,
                        old.map(WheelRecord.Distribution::copied).orElse(true));
        List<String> against = verdict.against();
        if (against.isEmpty()) {
            verdict.allowed().forEach(text -> allowed.add(versions(fact, sight.node()) + ": " + text));
            passed.add(versions(fact, sight.node()));
            return fact.state();
        }
        String state = Digest.ofText(wheel.abi().hex() + against).hex();
        return say(fact, state, versions(fact, sight.node()) + ": " + brief(against));
    }

    private static String brief(List<String> sentences) {
        int more = sentences.size() - 3;
        return String.join("; ", sentences.subList(0, Math.min(3, sentences.size())))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private String serves(Fact fact, FromagerGraph.Sight sight, Fingerprints.Seen wheel)
            throws FormatException, IOException {
        Optional<WheelRecord.Distribution> had = recorded(fact.entity());
        boolean same =
                had.filter(was -> was.sha256().equals(wheel.sha256().hex())).isPresent();
        if (same
                || (!wheel.offers()
                        && had.filter(WheelRecord.Distribution::offers).isEmpty())) {
            // It is what the wheel was built with, or offers nothing, and did not then.
            return RecordFacts.WORKS;
        }
        Wheel provider = run.fingerprints().wheel(wheel);
        @Nullable
        Wheel old = had.isPresent() && !had.get().fingerprint().isEmpty()
                ? run.fingerprints().kept(new Digest(had.get().fingerprint()))
                : null;
        List<String> lacks = new ArrayList<>();
        for (Wheel.Gap gap : consumer().gaps()) {
            if (gap.facet() == Wheel.Facet.MODULES) {
                lacks.add(gap.file() + ": " + Serving.UNKNOWN + "what it asks for, since it " + gap.why());
            }
        }
        for (Map.Entry<String, ModuleNeeds> module : consumer().modules().entrySet()) {
            for (String lack : Serving.check(module.getValue(), old, provider)) {
                lacks.add(module.getKey().substring(module.getKey().lastIndexOf('/') + 1) + ": " + lack);
            }
        }
        if (lacks.isEmpty()) {
            return RecordFacts.WORKS;
        }
        // What is lacking says more than what can't be told.
        List<String> sure =
                lacks.stream().filter(lack -> !lack.contains(Serving.UNKNOWN)).toList();
        String shown = brief(sure.isEmpty() ? lacks : sure);
        return say(
                fact,
                sure.isEmpty() ? Fact.UNKNOWN : shown,
                versions(fact, sight.node()) + " does not serve it: " + shown);
    }

    private String requirement(Fact fact) {
        Optional<String> why = switch (fact.entity()) {
            case RecordFacts.TAGS -> run.target().unfit(name);
            case RecordFacts.PYTHON -> python(fact.scope());
            default -> unsatisfied(fact.entity());
        };
        return why.map(text -> say(fact, text, text)).orElse(RecordFacts.SATISFIED);
    }

    private Optional<String> python(String required) {
        if (required.isBlank() || run.target().python().isEmpty()) {
            // A wheel without tags of a version of Python, among others without: nothing says which it is.
            return Optional.empty();
        }
        boolean admitted = Specifiers.parse(required)
                .filter(specifiers -> specifiers.admit(run.target().python().get()))
                .isPresent();
        return admitted
                ? Optional.empty()
                : Optional.of("it requires Python " + required + ", and Python is "
                        + run.target().python().get());
    }

    private Optional<String> unsatisfied(String text) {
        Optional<Requirement> parsed = run.requirements().computeIfAbsent(text, Requirement::parse);
        if (parsed.isEmpty()) {
            return Optional.of("its requirement '" + text + "' can't be read");
        }
        Requirement requirement = parsed.get();
        Marker.Truth applies = applies(requirement);
        if (applies == Marker.Truth.FALSE) {
            return Optional.empty();
        }
        List<FromagerGraph.Node> chosen = new ArrayList<>();
        for (FromagerGraph.Edge edge : node.edges()) {
            FromagerGraph.Node to = graph.node(edge.to());
            if (!edge.type().isOfBuild() && to.name().equals(requirement.name()) && !chosen.contains(to)) {
                chosen.add(to);
            }
        }
        if (chosen.isEmpty()) {
            return applies == Marker.Truth.TRUE
                    ? Optional.of("it requires " + text + ", and the graph has no such requirement of it")
                    : Optional.empty();
        }
        for (FromagerGraph.Node to : chosen) {
            if (!requirement.specifiers().admit(to.version())) {
                return Optional.of("it requires " + text + ", and the graph has " + to.name() + " " + to.version());
            }
        }
        return requirement.direct()
                ? Optional.of("it requires " + text + ", an address, which no version can be told to satisfy")
                : Optional.empty();
    }

    /** Whether a requirement applies, without an extra or with one that somebody asks for. */
    private Marker.Truth applies(Requirement requirement) {
        if (requirement.marker().isEmpty()) {
            return Marker.Truth.TRUE;
        }
        Marker.Truth truth = Marker.Truth.FALSE;
        Set<String> extras = new TreeSet<>(run.extras().getOrDefault(node.key(), Set.of()));
        extras.add("");
        for (String extra : extras) {
            Map<String, String> markers = run.target().markers();
            markers.put("extra", extra);
            Marker.Truth one = requirement.marker().get().evaluate(markers);
            truth = truth == Marker.Truth.TRUE || one == Marker.Truth.TRUE
                    ? Marker.Truth.TRUE
                    : truth == Marker.Truth.FALSE && one == Marker.Truth.FALSE
                            ? Marker.Truth.FALSE
                            : Marker.Truth.UNKNOWN;
        }
        return truth;
    }

    /** The source by its digest where the graph has one, else by the name of its file. */
    private String source(Fact fact) {
        String file = node.fileName();
        String digest = node.digest();
        if (fact.state().equals(RecordFacts.NOT_KNOWN)) {
            return say(fact, Fact.UNKNOWN, "what source it was built from is not known");
        }
        if (!file.equals(fact.entity())) {
            return say(fact, file, "source " + fact.entity() + " -> " + (file.isEmpty() ? "(none)" : file));
        }
        if (fact.scope().isEmpty() || digest.isEmpty()) {
            return fact.state();
        }
        return digest.equals(fact.state())
                ? digest
                : say(fact, digest, "source " + file + " has other content than it was built from");
    }

    private String compiler(Fact fact) {
        if (fact.state().equals(Fact.ABSENT)) {
            Optional<Path> found = run.path().stream()
                    .map(folder -> folder.resolve(fact.entity()))
                    .filter(Files::isExecutable)
                    .findFirst();
            return found.isEmpty()
                    ? Fact.ABSENT
                    : say(fact, "present", "it was built without a compiler, and " + found.get() + " is one");
        }
        if (fact.state().equals(RecordFacts.NOT_KNOWN)) {
            return say(fact, Fact.UNKNOWN, "what compiler it was built with is not known");
        }
        String now = run.files().digest(fact.entity());
        if (now.equals(Fact.ABSENT)) {
            return say(fact, now, "the compiler " + fact.entity() + " is not there, or can't be read");
        }
        return now.equals(fact.state())
                ? now
                : say(
                        fact,
                        now,
                        "the compiler " + fact.entity() + " is another one than "
                                + (record.compiler().version().isEmpty()
                                        ? "it was built with"
                                        : record.compiler().version()));
    }
}
