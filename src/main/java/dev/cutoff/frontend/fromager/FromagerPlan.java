package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.build.Outcome;
import dev.cutoff.build.Request;
import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Decider;
import dev.cutoff.decide.Provisos;
import dev.cutoff.decide.Terms;
import dev.cutoff.frontend.python.Memory;
import dev.cutoff.frontend.python.Requirement;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plans a run of fromager: walks the graph in the order of builds and decides for each package, by the rules of {@code decide},
 * whether the wheel that lies there may stay.
 *
 * <p>Build requirements give an order, requirements of installs may form cycles. So a package is judged as if those it needs
 * installed stood, and judged again once one of them turns out not to; that happens at most once to each requirement.
 */
public final class FromagerPlan {

    /** So many packages are judged side by side: enough for all processors, and few are judged in vain. */
    private static final int AT_ONCE = 256;

    /**
     * What is asked.
     *
     * @param records the folder of records
     * @param request among others names to plan; all that the graph has for none. Others are decided too, since they are
     *     needed
     * @param inputs a {@code cutoff.inputs/1} document
     * @param process the environment that fromager is to run in
     */
    public record Question(
            Path graph,
            Optional<Path> previous,
            Places places,
            String variant,
            List<Path> wheels,
            List<Path> constraints,
            Path records,
            Target target,
            Optional<Path> inputs,
            Request request,
            boolean allowOldInline,
            Map<String, String> process) {}

    private final Question question;
    private final FromagerGraph graph;
    private final PackageInputs inputs;
    private final Told.OfAll told;
    private final WheelShelf shelf;
    private final WheelRecords records;
    private final Fingerprints fingerprints;
    private final Constraints constraints;
    private final FromagerWorld.Run run;
    private final Decider decider;
    private final Map<String, Planned> planned = new LinkedHashMap<>();
    private final Map<String, Optional<WheelShelf.Found>> found = new ConcurrentHashMap<>();
    private final Map<String, Standing> lying = new ConcurrentHashMap<>();
    private final Map<String, List<FromagerGraph.Node>> dependents = new HashMap<>();

    private FromagerPlan(Question question, Memory memory) {
        this.question = question;
        this.graph = GraphFile.read(question.graph());
        this.inputs = new PackageInputs(
                question.places(), question.variant(), question.target().platform(), question.process());
        this.told = question.inputs().map(Told.OfAll::read).orElseGet(Told.OfAll::nothing);
        this.shelf = new WheelShelf(question.wheels());
        Target target = target();
        this.records = new WheelRecords(question.records());
        this.fingerprints = new Fingerprints(memory, question.records());
        AbiJudgement abi =
                new HeaderAbi(fingerprints, new CompiledHeaders(question.records()), question.allowOldInline());
        this.constraints = new Constraints(question.constraints(), target);
        this.run = new FromagerWorld.Run(
                target,
                this::standing,
                this::lying,
                fingerprints,
                abi,
                extras(),
                new ConcurrentHashMap<>(),
                path(question.process()),
                new SystemFiles(memory));
        this.decider =
                new Decider(new Terms(question.request().policy().orElse(Policy.IDENTICAL), Trust.INCREMENTAL, false));
    }

    /**
     * Plans.
     *
     * @throws Failure of kind INPUT for a bad graph, settings file or folder
     */
    public static FleetPlan of(Question question, Memory memory) {
        return new FromagerPlan(question, memory).plan();
    }

    private static List<Path> path(Map<String, String> process) {
        List<Path> folders = new ArrayList<>();
        for (String folder : process.getOrDefault("PATH", "").split(":")) {
            if (folder.startsWith("/")) {
                folders.add(Path.of(folder));
            }
        }
        return folders;
    }

    /** Where nobody said which Python it is, the wheels that are there say so, if all say the same. */
    private Target target() {
        if (question.target().python().isPresent()) {
            return question.target();
        }
        Set<String> versions = new TreeSet<>();
        for (FromagerGraph.Node node : graph.nodes().values()) {
            for (WheelShelf.Found wheel : shelf.all(node.name(), node.version())) {
                Target.pythonOf(wheel.name()).ifPresent(version -> versions.add(version.toString()));
            }
        }
        Optional<Version> only =
                versions.size() == 1 ? Version.parse(versions.iterator().next()) : Optional.empty();
        return only.map(question.target()::with).orElse(question.target());
    }

    /** Which extras of a package somebody asks for. */
    private Map<String, Set<String>> extras() {
        Map<String, Set<String>> extras = new HashMap<>();
        List<FromagerGraph.Edge> edges = new ArrayList<>(graph.roots());
        graph.nodes().values().forEach(node -> edges.addAll(node.edges()));
        for (FromagerGraph.Edge edge : edges) {
            if (edge.requirement().indexOf('[') > 0) {
                Requirement.parse(edge.requirement())
                        .ifPresent(requirement -> extras.computeIfAbsent(edge.to(), k -> new HashSet<>())
                                .addAll(requirement.extras()));
            }
        }
        return extras;
    }

    private FleetPlan plan() {
        for (String name : question.request().forced()) {
            check(name);
        }
        question.request().units().forEach(this::check);
        List<FromagerGraph.Node> nodes = List.copyOf(graph.nodes().values());
        Deque<FromagerGraph.Node> again = new ArrayDeque<>();
        for (int from = 0; from < nodes.size(); from += AT_ONCE) {
            plan(nodes.subList(from, Math.min(from + AT_ONCE, nodes.size())), again);
        }
        while (!again.isEmpty()) {
            FromagerGraph.Node node = again.remove();
            if (stays(node)) {
                settle(node, decide(node), again);
            }
        }
        List<Planned> ordered = new ArrayList<>();
        graph.nodes().keySet().forEach(key -> ordered.add(planned.get(key)));
        return new FleetReview(question, graph, inputs.settings(), fingerprints, constraints, run, ordered).plan();
    }

    /**
     * Decides for some packages side by side, as if all of them stood; who sees one of them that turns out not to is judged
     * once more. So the decisions are those of one after another.
     *
     * @param again takes those that were judged earlier as if one of these stood
     */
    private void plan(List<FromagerGraph.Node> nodes, Deque<FromagerGraph.Node> again) {
        List<Judged> all = nodes.parallelStream().map(this::judged).toList();
        Set<String> gone = new HashSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            FromagerGraph.Node node = nodes.get(i);
            settle(node, seesAny(node, gone) ? decide(node) : all.get(i).planned(), again);
            if (!stays(node)) {
                gone.add(node.key());
            }
        }
    }

    /** What came of judging a package; a failure counts when its turn comes. */
    private record Judged(
            @Nullable Planned result, @Nullable Failure failure) {
        Planned planned() {
            if (result == null) {
                throw failure == null ? Failure.bug("a package was not judged") : failure;
            }
            return result;
        }
    }

    private Judged judged(FromagerGraph.Node node) {
        try {
            return new Judged(decide(node), null);
        } catch (Failure e) {
            return new Judged(null, e);
        }
    }

    private boolean seesAny(FromagerGraph.Node node, Set<String> keys) {
        return !keys.isEmpty()
                && sights(node).anyMatch(sight -> keys.contains(sight.node().key()));
    }

    /** All that a package's judgement looks at. */
    private Stream<FromagerGraph.Sight> sights(FromagerGraph.Node node) {
        return Stream.concat(graph.buildEnvironment(node).stream(), graph.installed(node).stream());
    }

    private void settle(FromagerGraph.Node node, Planned now, Deque<FromagerGraph.Node> again) {
        planned.put(node.key(), now);
        if (!stays(node)) {
            // Those that were judged as if it stood.
            for (FromagerGraph.Node dependent : dependents().getOrDefault(node.key(), List.of())) {
                if (planned.containsKey(dependent.key())) {
                    again.add(dependent);
                }
            }
        }
    }

    private boolean stays(FromagerGraph.Node node) {
        Planned known = planned.get(node.key());
        return known != null && known.outcome().decision().action() == Action.KEEP;
    }

    private void check(String name) {
        if (!name.equals(Request.ALL) && !graph.nodes().containsKey(name)) {
            throw Failure.input("no unit '" + name + "' among the "
                    + graph.nodes().size() + " of " + question.graph() + "; units are named name==version");
        }
    }

    /** By key: the packages whose judgement looks at one. */
    private Map<String, List<FromagerGraph.Node>> dependents() {
        if (dependents.isEmpty()) {
            for (FromagerGraph.Node node : graph.nodes().values()) {
                Set<String> seen = new HashSet<>();
                sights(node)
                        .filter(sight -> seen.add(sight.node().key()))
                        .forEach(sight -> dependents
                                .computeIfAbsent(sight.node().key(), k -> new ArrayList<>())
                                .add(node));
            }
        }
        return dependents;
    }

    private Optional<WheelShelf.Found> found(FromagerGraph.Node node) {
        return found.computeIfAbsent(node.key(), key -> shelf.best(node.name(), node.version(), run.target()));
    }

    /** What others find of a package: its wheel, if that stays. */
    private Standing standing(FromagerGraph.Node node) {
        Planned known = planned.get(node.key());
        return known != null
                        && known.outcome().decision().action() != Action.KEEP
                        && constraints.broken(node).isEmpty()
                ? new Standing.Pending()
                : lying.computeIfAbsent(node.key(), key -> whatLies(node));
    }

    private Standing whatLies(FromagerGraph.Node node) {
        Optional<String> broken = constraints.broken(node);
        if (broken.isPresent()) {
            return new Standing.Unknown("what a rebuild would have of it is not known: " + broken.get());
        }
        Optional<WheelShelf.Found> wheel = found(node);
        if (wheel.isEmpty()) {
            return new Standing.Unknown("no wheel of it lies in the folders of --wheels");
        }
        boolean preBuilt = inputs.settings().preBuilt(node.name()).isPresent();
        if (preBuilt && !node.fileName().equals(wheel.get().fileName())) {
            return new Standing.Unknown("it is pre-built, from " + node.fileName() + ", and what lies there is "
                    + wheel.get().fileName());
        }
        try {
            return new Standing.Present(fingerprints.see(wheel.get().file()));
        } catch (FormatException e) {
            return new Standing.Unknown("its wheel can't be relied on: " + e.getMessage());
        } catch (IOException e) {
            return new Standing.Unknown(Failure.io("its wheel can't be read", e).getMessage());
        }
    }

    private Optional<Wheel> lying(FromagerGraph.Node node) {
        return found(node).flatMap(wheel -> {
            try {
                return Optional.of(fingerprints.wheel(fingerprints.see(wheel.file())));
            } catch (FormatException | IOException | Failure e) {
                return Optional.empty();
            }
        });
    }

    private Planned decide(FromagerGraph.Node node) {
        Optional<String> declared = inputs.settings().preBuilt(node.name());
        if (declared.isPresent()) {
            return new Planned(
                    node,
                    outcome(Provisos.prebuilt(node.key(), declared.get())),
                    found(node),
                    Optional.empty(),
                    List.of());
        }
        if (question.request().isForced(node.key())) {
            return new Planned(node, outcome(Provisos.forced(node.key())), found(node), Optional.empty(), List.of());
        }
        Optional<WheelShelf.Found> wheel = found(node);
        if (wheel.isEmpty()) {
            return unrecorded(node, List.of("no wheel of it lies in the folders of --wheels"));
        }
        try {
            return decide(node, wheel.get(), fingerprints.see(wheel.get().file()));
        } catch (FormatException e) {
            return unrecorded(node, List.of(wheel.get().fileName() + " can't be relied on: " + e.getMessage()));
        } catch (IOException e) {
            return unrecorded(
                    node, List.of(Failure.io("reading " + wheel.get().file(), e).getMessage()));
        }
    }

    private Planned unrecorded(FromagerGraph.Node node, List<String> why) {
        Decision decision = Provisos.unrecorded(node.key(), why.getFirst());
        List<Reason> more = new ArrayList<>();
        why.stream().skip(1).forEach(text -> more.add(Reason.of(Reason.Kind.NO_RECORD, text)));
        if (node.preBuilt()) {
            more.add(Reason.of(
                    Reason.Kind.NO_EVIDENCE,
                    "the graph has it as pre-built, the settings for variant " + question.variant()
                            + " do not, and these count"));
        }
        return new Planned(node, outcome(Provisos.with(decision, more)), found(node), Optional.empty(), List.of());
    }

    private Planned decide(FromagerGraph.Node node, WheelShelf.Found wheel, Fingerprints.Seen seen) {
        WheelRecords.Found stored = records.find(node.name(), node.version().toString(), seen.sha256());
        if (stored.usable().isEmpty()) {
            List<String> why = new ArrayList<>(stored.refused());
            if (why.isEmpty()) {
                why.add("no record of how " + wheel.fileName() + " was built"
                        + (stored.ofOthers() == 0 ? "" : "; there is one of another wheel of this version"));
            }
            return unrecorded(node, why);
        }
        Inputs present = inputs.of(
                node.name(),
                node.version(),
                inputs.settings().changelogs(node.name(), node.version()).buildNumber(),
                told.of(node.key()));
        Planned best = null;
        for (int i = stored.usable().size() - 1; i >= 0; i--) {
            WheelRecord record = stored.usable().get(i);
            FromagerWorld world = new FromagerWorld(run, graph, node, record, wheel.name(), seen);
            BuildRecord facts = RecordFacts.of(record, seen, world.providers());
            Candidate candidate = new Candidate(new Decision.RecordId(i + 1, new Digest(record.sha256())), facts);
            Decision decision =
                    decider.decide(node.key(), present, List.of(candidate), world, false, Decider.Standing.UNKNOWN);
            if (best == null || isBetter(decision, best.outcome().decision())) {
                best = new Planned(
                        node,
                        outcome(Provisos.despite(decision, world.passed()), facts),
                        Optional.of(wheel),
                        Optional.of(record),
                        world.allowed());
            }
        }
        if (best == null) {
            throw Failure.bug("no record of " + node.key() + " was judged");
        }
        return best;
    }

    /** One record that holds is enough; else one that may hold once something is built. */
    private static boolean isBetter(Decision decision, Decision than) {
        return than.action() != Action.KEEP
                && (decision.action() == Action.KEEP
                        || (decision.action() == Action.WAIT && than.action() != Action.WAIT));
    }

    private static Outcome outcome(Decision decision) {
        return new Outcome(decision, Optional.empty(), 0, 0, 0, "");
    }

    private static Outcome outcome(Decision decision, BuildRecord record) {
        return decision.action() == Action.KEEP
                ? new Outcome(decision, Optional.of(record.trust()), 0, 0, record.cpuSeconds(), "")
                : outcome(decision);
    }
}
