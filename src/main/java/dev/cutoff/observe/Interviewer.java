package dev.cutoff.observe;

import dev.cutoff.decide.Tries;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.tool.Query;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Asks queries, in a place where they see what a build of the unit sees at present. */
@FunctionalInterface
public interface Interviewer {

    /** Where nothing can be asked. */
    Interviewer NONE = (queries, environments) -> Map.of();

    /**
     * The answers, each with its exit code; those of queries that could not be asked are missing.
     *
     * @param environments texts of environments by digest, of those that are not in the store yet
     */
    Map<Query, String> ask(Collection<Query> queries, Map<Digest, String> environments);

    /** See {@link dev.cutoff.decide.World#preprocess}. */
    default Tries preprocess(BuildRecord record, Set<Integer> steps) {
        return Tries.none("");
    }

    /** See {@link dev.cutoff.decide.World#compile}. */
    default Tries compile(BuildRecord record, Set<Integer> steps) {
        return Tries.none("");
    }

    /** See {@link dev.cutoff.decide.World#runAgain}. */
    default Tries runAgain(BuildRecord record, Set<Integer> steps) {
        return Tries.none("");
    }

    /** See {@link dev.cutoff.decide.World#repeat}. */
    default Tries repeat(BuildRecord record, int lines, Set<String> relied) {
        return Tries.none("");
    }

    /**
     * What has changed in the types that a need offers, each in words, the gravest first.
     *
     * @param steps that relied on what declares them
     * @param named whether a type or function of this name is of interest
     */
    default List<String> typeChanges(BuildRecord record, List<Integer> steps, String need, Predicate<String> named) {
        return List.of();
    }
}
