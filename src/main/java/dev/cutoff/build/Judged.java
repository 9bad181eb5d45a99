package dev.cutoff.build;

import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Terms;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A decision with what it was taken on.
 *
 * @param candidates the unit's records, in the order in which they are preferred
 * @param candidate the record that a keep rests on, or the nearest that failed; null where there is none
 * @param elsewhere whether a rebuild is explained by a record that is not of what stands in the workspace
 * @param artifact the artifact that a keep keeps
 * @param renewed a record that licenses the same keep without trying anything; empty where none is needed or known
 * @param begun a build from which a rebuild may go on, to be closed; empty for none
 */
public record Judged(
        Unit unit,
        Decision decision,
        Inputs inputs,
        Tree sources,
        Terms terms,
        boolean forced,
        List<Candidate> candidates,
        @Nullable Candidate candidate,
        boolean elsewhere,
        Optional<Tree> artifact,
        Optional<BuildRecord> renewed,
        Optional<Begun> begun) {

    /** What of the unit's last build only strace could have seen; empty for nothing. */
    String escaped() {
        return candidates.stream()
                .map(Candidate::record)
                .max(Comparator.comparingLong(BuildRecord::created))
                .map(record -> record.observation().escaped())
                .orElse("");
    }

    Judged with(Decision other, Optional<Tree> kept) {
        return new Judged(
                unit, other, inputs, sources, terms, forced, candidates, candidate, elsewhere, kept, renewed, begun);
    }

    /** The same with what came of trying steps. */
    Judged tried(Optional<BuildRecord> record, Optional<Begun> build) {
        return new Judged(
                unit,
                decision,
                inputs,
                sources,
                terms,
                forced,
                candidates,
                candidate,
                elsewhere,
                artifact,
                record,
                build);
    }
}
