package dev.cutoff.frontend.graph;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Request;
import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Decider;
import dev.cutoff.decide.Graph;
import dev.cutoff.decide.Provisos;
import dev.cutoff.decide.Terms;
import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A plan from a graph file alone. */
public final class GraphPlan {

    /**
     * The input that holds the names of the artifacts that a build is given, where a record was made with others than the
     * unit needs at present.
     */
    private static final String STAGED = "artifacts";

    /** The input by which a workspace's units say the same themselves. */
    private static final String OWN = "needs";

    private final StoredGraph graph;
    private final Request request;
    private final Consumer<Outcome> outcomes;
    private final Standing standing;
    private final BitSet lost = new BitSet();
    private final Map<Integer, List<Waiting>> waiting = new HashMap<>();

    /** A unit in the file before some of its needs. */
    private static final class Waiting {
        private final StoredGraph.Entry entry;
        private int missing;

        Waiting(StoredGraph.Entry entry, int missing) {
            this.entry = entry;
            this.missing = missing;
        }
    }

    private GraphPlan(StoredGraph graph, Request request, Consumer<Outcome> outcomes) {
        this.graph = graph;
        this.request = request;
        this.outcomes = outcomes;
        this.standing = new Standing(graph);
    }

    /**
     * Plans while it reads: a unit is decided, told and forgotten once its needs are.
     *
     * @param outcomes told the outcome of each unit that the request reaches, each after its needs; a failure can come after
     *     some were told
     * @throws Failure of kind INPUT where the file is no graph, with file and line, or the request names what is no unit of it
     */
    public static void run(Path file, Request request, Consumer<Outcome> outcomes) {
        run(request, outcomes, plan -> ReadAhead.read(file, plan.graph, plan::accept));
    }

    /** Plans with what {@code read} reads. */
    static void run(Request request, Consumer<Outcome> outcomes, Consumer<GraphPlan> read) {
        Map<String, Outcome> held = new LinkedHashMap<>();
        Consumer<Outcome> taker = request.units().isEmpty() ? outcomes : outcome -> held.put(outcome.unit(), outcome);
        GraphPlan plan = new GraphPlan(StoredGraph.empty(), request, taker);
        read.accept(plan);
        plan.finish();
        plan.reached(held).forEach(outcomes);
    }

    StoredGraph graph() {
        return graph;
    }

    /** Takes the next statement of the file. */
    void accept(StoredGraph.Statement statement) {
        switch (statement) {
            case StoredGraph.Now now -> standing.now(graph.facts().fact(now.fact()));
            case StoredGraph.Entry entry -> accept(entry);
        }
    }

    private void accept(StoredGraph.Entry entry) {
        Numbers needs = entry.needs();
        int missing = 0;
        for (int i = 0; i < needs.size(); i++) {
            missing += standing.isDecided(needs.get(i)) ? 0 : 1;
        }
        if (missing == 0) {
            decideWith(entry);
            return;
        }
        Waiting unit = new Waiting(entry, missing);
        for (int i = 0; i < needs.size(); i++) {
            if (!standing.isDecided(needs.get(i))) {
                waiting.computeIfAbsent(needs.get(i), n -> new ArrayList<>()).add(unit);
            }
        }
    }

    /** Decides about a unit, and about those that waited for it alone. */
    private void decideWith(StoredGraph.Entry first) {
        Deque<StoredGraph.Entry> ready = new ArrayDeque<>();
        ready.add(first);
        while (!ready.isEmpty()) {
            StoredGraph.Entry entry = ready.remove();
            outcomes.accept(decided(entry));
            standing.decided(entry);
            if (!waiting.isEmpty()) {
                for (Waiting unit : Objects.requireNonNullElse(waiting.remove(entry.id()), List.<Waiting>of())) {
                    if (--unit.missing == 0) {
                        ready.add(unit.entry);
                    }
                }
            }
        }
    }

    private void finish() {
        if (!waiting.isEmpty()) {
            throw withoutOrder();
        }
        request.forced().stream().filter(name -> !name.equals(Request.ALL)).forEach(this::check);
        request.units().forEach(this::check);
    }

    private void check(String name) {
        if (!graph.units().isDeclared(graph.names().find(name))) {
            throw Failure.input(
                    "no unit '" + name + "' among the " + graph.units().size() + " of the graph");
        }
    }

    /** What is wrong with units that still wait at the end: a need that is none, or a cycle. */
    private Failure withoutOrder() {
        Map<String, Unit> left = new LinkedHashMap<>();
        for (int i = 0; i < graph.units().size(); i++) {
            int id = graph.units().at(i);
            Numbers needs = graph.units().needs(id);
            List<String> undecided = new ArrayList<>();
            String name = graph.names().name(id);
            String origin = graph.units().origin(id);
            for (int n = 0; n < needs.size() && !standing.isDecided(id); n++) {
                String need = graph.names().name(needs.get(n));
                if (!graph.units().isDeclared(needs.get(n))) {
                    return Failure.input(origin + ": unit " + name + " needs '" + need + "', which is no unit here");
                }
                if (!standing.isDecided(needs.get(n))) {
                    undecided.add(need);
                }
            }
            if (!standing.isDecided(id)) {
                left.put(
                        name,
                        new Unit(
                                name,
                                "",
                                origin,
                                undecided,
                                List.of(),
                                List.of(),
                                new TreeMap<>(),
                                Unit.Options.DEFAULT));
            }
        }
        try {
            Graph.of(left.values());
        } catch (Failure cycle) {
            return cycle;
        }
        return Failure.bug("units wait, and nothing is wrong with their needs");
    }

    /** Of the outcomes that were held back, those that the named units lead to. */
    private List<Outcome> reached(Map<String, Outcome> held) {
        BitSet wanted = new BitSet();
        for (String name : request.units()) {
            int id = graph.names().find(name);
            wanted.set(id);
            wanted.or(standing.closure(graph.units().needs(id)));
        }
        return held.values().stream()
                .filter(outcome -> wanted.get(graph.names().find(outcome.unit())))
                .toList();
    }

    /** A decision, where none of the needs is expected to fail. */
    private Outcome decided(StoredGraph.Entry entry) {
        Outcome outcome = decide(entry);
        for (int i = 0; i < entry.needs().size() && !lost.isEmpty(); i++) {
            int need = entry.needs().get(i);
            if (lost.get(need)) {
                lost.set(entry.id());
                return new Outcome(
                        Provisos.skipped(entry.name(), graph.names().name(need)), Optional.empty(), 0, 0, 0, "");
            }
        }
        if (outcome.decision().action() == Action.FAIL) {
            lost.set(entry.id());
        }
        return outcome;
    }

    private Outcome decide(StoredGraph.Entry entry) {
        GraphWorld world = new GraphWorld(graph, entry, standing);
        Terms terms = new Terms(
                request.policy().orElse(entry.policy()),
                request.trust().orElse(entry.trust()),
                request.debugInfoCounts());
        List<Candidate> candidates = new ArrayList<>(entry.records().size());
        boolean forced = entry.forced() || request.isForced(entry.name());
        Map<Integer, String> others = forced ? Map.of() : otherwiseStaged(entry, world);
        Inputs inputs = entry.inputs();
        if (others.isEmpty()) {
            entry.records().forEach(stored -> candidates.add(candidate(entry, stored, stored.inputs())));
        } else {
            String staged = String.join(" ", names(entry.needs()));
            inputs = with(inputs, staged);
            for (StoredGraph.Stored stored : entry.records()) {
                String then = others.getOrDefault(stored.number(), staged);
                candidates.add(candidate(entry, stored, with(stored.inputs(), then)));
            }
        }
        Decider.Standing told = entry.told() < 0
                ? Decider.Standing.UNKNOWN
                : all -> all.stream()
                        .filter(candidate -> candidate.id().number() == entry.told())
                        .findFirst();
        Decision choice = new Decider(terms).decide(entry.name(), inputs, candidates, world, forced, told);
        Decision decision = entry.elsewhere() ? Provisos.elsewhere(choice) : choice;
        return outcome(entry, candidates, decision, world);
    }

    private static Inputs with(Inputs inputs, String staged) {
        SortedMap<String, String> values = new TreeMap<>(inputs.values());
        values.put(STAGED, staged);
        return new Inputs(values);
    }

    /** The records that were made without a need of today, or with what none of today's needs leads to. */
    private Map<Integer, String> otherwiseStaged(StoredGraph.Entry entry, GraphWorld world) {
        if (entry.records().stream().allMatch(StoredGraph.Stored::asToday)
                || entry.inputs().values().containsKey(OWN)) {
            return Map.of();
        }
        Map<Integer, String> others = new HashMap<>();
        for (StoredGraph.Stored stored : entry.records()) {
            Set<String> had = new HashSet<>();
            boolean same = true;
            for (int i = 0; i < stored.needs().size(); i++) {
                String name = graph.artifacts().name(stored.needs().get(i));
                had.add(name);
                same &= world.isStaged(name);
            }
            if (!same || !had.containsAll(names(entry.needs()))) {
                others.put(stored.number(), String.join(" ", new TreeSet<>(had)));
            }
        }
        return others;
    }

    private List<String> names(Numbers units) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            names.add(graph.names().name(units.get(i)));
        }
        return names;
    }

    private Candidate candidate(StoredGraph.Entry entry, StoredGraph.Stored stored, Inputs inputs) {
        StoredGraph.Extras more = stored.more();
        BuildRecord record = new BuildRecord(
                entry.name(),
                inputs,
                stored.source(),
                new StoredNeeds(graph, stored.needs()),
                more.steps(),
                new StoredUses(graph, stored, entry.id()),
                new Observation("graph", more.gaps(), more.declared(), ""),
                graph.artifacts().digest(stored.artifact()),
                more.trust(),
                more.cpuSeconds(),
                0,
                0);
        return new Candidate(new Decision.RecordId(stored.number(), Digest.EMPTY), record);
    }

    private Outcome outcome(StoredGraph.Entry entry, List<Candidate> candidates, Decision choice, GraphWorld world) {
        Decision.RecordId id = choice.record();
        if (choice.action() != Action.KEEP || id == null) {
            return new Outcome(choice, Optional.empty(), 0, 0, 0, "");
        }
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).id().equals(id)) {
                StoredGraph.Stored stored = entry.records().get(i);
                if (stored.more().lost()) {
                    Digest artifact = graph.artifacts().digest(stored.artifact());
                    return new Outcome(Provisos.lost(choice, artifact), Optional.empty(), 0, 0, 0, "");
                }
                Trust trust = stored.more().trust();
                BuildRecord record = candidates.get(i).record();
                Decision decision = entry.check()
                        .map(due -> Provisos.checkDue(choice, due, world.areStanding(record.needs())))
                        .orElse(choice);
                if (decision.action() != Action.KEEP) {
                    return new Outcome(decision, Optional.empty(), 0, 0, 0, "");
                }
                standing.keep(stored.artifact());
                return new Outcome(
                        decision, Optional.of(trust), 0, 0, stored.more().cpuSeconds(), "");
            }
        }
        throw Failure.bug("a keep without its record: " + entry.name());
    }
}
