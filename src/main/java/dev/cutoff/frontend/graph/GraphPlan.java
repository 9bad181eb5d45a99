package dev.cutoff.frontend.graph;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Request;
import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Decider;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

    GraphPlan(StoredGraph graph) {
        this.graph = graph;
    }

    /**
     * Reads a graph file.
     *
     * @throws Failure of kind INPUT with file and line where it is none
     */
    public static GraphPlan read(Path file) {
        return new GraphPlan(GraphReader.read(file));
    }

    /**
     * Checks a request's names.
     *
     * @throws Failure of kind INPUT where one is no unit here
     */
    public void check(Request request) {
        request.forced().stream().filter(name -> !name.equals(Request.ALL)).forEach(this::check);
        request.units().forEach(this::check);
    }

    private void check(String name) {
        if (!graph.units().containsKey(name)) {
            throw Failure.input(
                    "no unit '" + name + "' among the " + graph.units().size() + " of the graph");
        }
    }

    /**
     * Plans.
     *
     * @param outcomes told the outcome of each unit that the request reaches, each after its needs
     */
    public void run(Request request, Consumer<Outcome> outcomes) {
        check(request);
        Standing standing = new Standing(graph.units().size());
        for (Unit unit : graph.graph().reaching(request.units())) {
            outcomes.accept(decide(unit, request, standing));
        }
    }

    private Outcome decide(Unit unit, Request request, Standing standing) {
        StoredGraph.Entry entry = graph.entry(unit.name());
        GraphWorld world = new GraphWorld(graph, unit, standing);
        Terms terms = new Terms(
                request.policy().orElse(entry.policy()),
                request.trust().orElse(entry.trust()),
                request.debugInfoCounts());
        List<Candidate> candidates = new ArrayList<>(entry.records().size());
        boolean forced = entry.forced() || request.isForced(unit.name());
        Map<Integer, String> others = forced ? Map.of() : otherwiseStaged(unit, entry, world);
        Inputs inputs = entry.inputs();
        if (others.isEmpty()) {
            entry.records().forEach(stored -> candidates.add(candidate(unit, stored, stored.inputs())));
        } else {
            String staged = String.join(" ", unit.needs());
            inputs = with(inputs, staged);
            for (StoredGraph.Stored stored : entry.records()) {
                String then = others.getOrDefault(stored.number(), staged);
                candidates.add(candidate(unit, stored, with(stored.inputs(), then)));
            }
        }
        Decision decision = new Decider(terms).decide(unit, inputs, candidates, world, forced);
        return outcome(unit, candidates, decision, standing);
    }

    private static Inputs with(Inputs inputs, String staged) {
        SortedMap<String, String> values = new TreeMap<>(inputs.values());
        values.put(STAGED, staged);
        return new Inputs(values);
    }

    /** The records that were made without a need of today, or with what none of today's needs leads to. */
    private Map<Integer, String> otherwiseStaged(Unit unit, StoredGraph.Entry entry, GraphWorld world) {
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
            if (!same || !had.containsAll(unit.needs())) {
                others.put(stored.number(), String.join(" ", new TreeSet<>(had)));
            }
        }
        return others;
    }

    private Candidate candidate(Unit unit, StoredGraph.Stored stored, Inputs inputs) {
        StoredGraph.Extras more = stored.more();
        BuildRecord record = new BuildRecord(
                unit.name(),
                inputs,
                stored.source(),
                new StoredNeeds(graph, stored.needs()),
                more.steps(),
                new StoredUses(graph, stored, graph.names().find(unit.name())),
                new Observation("graph", more.gaps(), more.declared()),
                graph.artifacts().digest(stored.artifact()),
                more.trust(),
                more.cpuSeconds(),
                0,
                0);
        return new Candidate(new Decision.RecordId(stored.number(), Digest.EMPTY), record);
    }

    private Outcome outcome(Unit unit, List<Candidate> candidates, Decision decided, Standing standing) {
        StoredGraph.Entry entry = graph.entry(unit.name());
        Decision.RecordId id = decided.record();
        if (decided.action() != Action.KEEP || id == null) {
            return new Outcome(decided, Optional.empty(), 0, 0, 0, "");
        }
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).id().equals(id)) {
                StoredGraph.Stored stored = entry.records().get(i);
                if (stored.more().lost()) {
                    Digest artifact = graph.artifacts().digest(stored.artifact());
                    return new Outcome(Provisos.lost(decided, artifact), Optional.empty(), 0, 0, 0, "");
                }
                standing.keep(unit.name(), stored.artifact());
                Trust trust = stored.more().trust();
                Decision decision = entry.check() ? Provisos.checkDue(decided) : decided;
                return new Outcome(
                        decision, Optional.of(trust), 0, 0, stored.more().cpuSeconds(), "");
            }
        }
        throw Failure.bug("a keep without its record: " + unit.name());
    }
}
