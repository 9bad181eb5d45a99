package dev.cutoff.frontend.graph;

import dev.cutoff.decide.World;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Place;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The present as a graph file has it, for one unit. What the file says of this unit's view comes first, then what the
 * needs' artifacts offer, then what is so for all; of the rest nothing is known.
 */
final class GraphWorld implements World {

    private final StoredGraph graph;
    private final StoredGraph.Entry entry;
    private final Standing standing;
    private @Nullable BitSet staged;

    GraphWorld(StoredGraph graph, StoredGraph.Entry entry, Standing standing) {
        this.graph = graph;
        this.entry = entry;
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

    /** The same by numbers: it is asked of every need of every unit. */
    @Override
    public boolean areStanding(Map<String, Digest> needs) {
        return needs instanceof StoredNeeds stored ? standing.are(stored.artifacts()) : World.super.areStanding(needs);
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
            return Optional.of(standing.present().getOrDefault(key, Fact.UNKNOWN));
        }
        if (!isStaged(need)) {
            // As in a build: its own artifact is empty at the start, others are not there.
            return Optional.of(Fact.ABSENT);
        }
        int artifact = standing.of(need);
        return artifact < 0
                ? Optional.empty()
                : Optional.of(standing.offers(artifact).getOrDefault(key, Fact.UNKNOWN));
    }

    /** Whether a unit is among the needs, or theirs. */
    boolean isStaged(String need) {
        int id = standing.id(need);
        if (id < 0 || entry.needs().contains(id)) {
            return id >= 0;
        }
        BitSet all = staged;
        if (all == null) {
            all = standing.closure(entry.needs());
            staged = all;
        }
        return all.get(id);
    }

    @Override
    public Optional<String> absence(Fact fact) {
        return difference(fact);
    }

    @Override
    public Optional<String> difference(Fact fact) {
        StoredGraph.Sight sight = entry.sees().get(StoredGraph.Key.of(fact));
        return sight == null || sight.difference().isEmpty() ? Optional.empty() : Optional.of(sight.difference());
    }
}
