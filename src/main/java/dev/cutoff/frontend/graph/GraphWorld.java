package dev.cutoff.frontend.graph;

import dev.cutoff.decide.World;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Place;
import dev.cutoff.model.Unit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The present as a graph file has it, for one unit. What the file says of this unit's view comes first, then what the
 * needs' artifacts offer, then what is so for all; of the rest nothing is known.
 */
final class GraphWorld implements World {

    private final StoredGraph graph;
    private final Unit unit;
    private final StoredGraph.Entry entry;
    private final Standing standing;
    private @Nullable Set<String> staged;

    GraphWorld(StoredGraph graph, Unit unit, Standing standing) {
        this.graph = graph;
        this.unit = unit;
        this.entry = graph.entry(unit.name());
        this.standing = standing;
    }

    @Override
    public Digest source() {
        return entry.source();
    }

    @Override
    public Optional<Digest> artifact(String need) {
        int artifact = standing.of(need);
        return artifact < 0 ? Optional.empty() : Optional.of(graph.artifacts().digest(artifact));
    }

    @Override
    public boolean isClosed(String need) {
        if (need.isEmpty()) {
            return entry.closed();
        }
        int artifact = standing.of(need);
        return artifact >= 0 && graph.artifacts().isClosed(artifact);
    }

    @Override
    public Optional<String> now(Fact fact) {
        StoredGraph.Key key = StoredGraph.Key.of(fact);
        StoredGraph.Sight sight = entry.sees().get(key);
        if (sight != null) {
            return Optional.ofNullable(sight.state());
        }
        String need = fact.kind().isPath() ? Place.dependencyOf(fact.entity()) : "";
        if (need.isEmpty()) {
            return Optional.of(graph.present().getOrDefault(key, Fact.UNKNOWN));
        }
        if (!isStaged(need)) {
            // As in a build: its own artifact is empty at the start, others are not there.
            return Optional.of(Fact.ABSENT);
        }
        int artifact = standing.of(need);
        return artifact < 0
                ? Optional.empty()
                : Optional.of(graph.artifacts().offers(artifact).getOrDefault(key, Fact.UNKNOWN));
    }

    /** Whether a unit is among the needs, or theirs. */
    boolean isStaged(String need) {
        if (unit.needs().contains(need)) {
            return true;
        }
        Set<String> all = staged;
        if (all == null) {
            all = new HashSet<>(graph.graph().closure(unit.name()));
            staged = all;
        }
        return all.contains(need);
    }

    @Override
    public Optional<String> difference(Fact fact) {
        StoredGraph.Sight sight = entry.sees().get(StoredGraph.Key.of(fact));
        return sight == null || sight.difference().isEmpty() ? Optional.empty() : Optional.of(sight.difference());
    }
}
