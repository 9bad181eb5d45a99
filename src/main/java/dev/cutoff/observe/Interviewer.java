package dev.cutoff.observe;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.tool.Query;
import java.util.Collection;
import java.util.Map;

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

    /** See {@link dev.cutoff.decide.World#compilesAlike}. */
    default boolean compilesAlike(BuildRecord record, int step) {
        return false;
    }
}
