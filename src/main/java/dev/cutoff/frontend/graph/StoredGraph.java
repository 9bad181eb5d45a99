package dev.cutoff.frontend.graph;

import dev.cutoff.decide.DueCheck;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What lines of a graph file name by number. A reader adds to it, in a thread of its own; whoever takes its statements finds
 * here what they name.
 *
 * @param names of units, by which the rest names them in numbers
 */
record StoredGraph(Names names, FactTable facts, ArtifactTable artifacts, UnitTable units) {

    static StoredGraph empty() {
        Names names = new Names();
        FactTable facts = new FactTable(names);
        return new StoredGraph(names, facts, new ArtifactTable(names, facts), new UnitTable());
    }

    /** What a file states, in its order. */
    sealed interface Statement {}

    /** A fact holds at present. */
    record Now(int fact) implements Statement {}

    /** What a fact is about, without the state. */
    record Key(FactKind kind, String entity, String scope) {
        static Key of(Fact fact) {
            return new Key(fact.kind(), fact.entity(), fact.scope());
        }
    }

    /**
     * What one unit sees of a fact's entity.
     *
     * @param state null where it can't be told until a need is built
     * @param difference what has changed of it in words, or ""
     */
    record Sight(@Nullable String state, String difference) {}

    /**
     * A unit and its present.
     *
     * @param id number of its name
     * @param needs numbers of the names of what it needs
     * @param source root digest of its sources
     * @param closed whether no link leads out of its sources
     * @param check that is due before it may be kept
     * @param told number of the record by whose failures a rebuild is explained; negative: of the nearest
     * @param elsewhere whether that one is not of what the user has
     * @param sees present states as this unit alone sees them
     */
    record Entry(
            int id,
            String name,
            Numbers needs,
            Inputs inputs,
            Digest source,
            boolean closed,
            Policy policy,
            Trust trust,
            boolean forced,
            Optional<DueCheck> check,
            int told,
            boolean elsewhere,
            Map<Key, Sight> sees,
            List<Stored> records)
            implements Statement {}

    /**
     * A record of the unit.
     *
     * @param artifact number in the table of artifacts
     * @param needs numbers of the artifacts that it was built with
     * @param asToday whether these are just the unit's needs of today, in their order: the common case
     * @param uses numbers of facts; for all of an artifact, the complement of its number
     * @param beyond positions of those that sources and artifacts do not determine
     */
    record Stored(
            int number,
            int artifact,
            Numbers needs,
            boolean asToday,
            Numbers uses,
            Numbers beyond,
            Inputs inputs,
            Digest source,
            Extras more) {}

    /**
     * What few records have.
     *
     * @param known how each use is known and by which steps; empty where all are observed by steps unknown
     * @param lost whether its artifact can't be used any more
     */
    record Extras(
            List<Known> known,
            List<Step> steps,
            List<String> gaps,
            List<String> declared,
            Trust trust,
            double cpuSeconds,
            boolean lost) {
        static final Extras NONE = new Extras(List.of(), List.of(), List.of(), List.of(), Trust.CLEAN, 0, false);
    }

    /** How a use is known, and the steps that relied on it. */
    record Known(Evidence evidence, List<Integer> steps) {
        static final Known OBSERVED = new Known(Evidence.OBSERVED, List.of());
        static final Known ASSUMED = new Known(Evidence.ASSUMED, List.of());
    }
}
