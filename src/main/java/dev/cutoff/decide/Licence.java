package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Trust;
import java.util.Optional;

/**
 * Which kind of knowledge may license a keep under which policy (the table of docs/evidence.md).
 *
 * <p>No evidence, no keep: whatever is not named here as sufficient is not.
 */
final class Licence {

    private Licence() {}

    /** Why a record may license no keep at all, whatever its facts say; empty if it may. */
    static Optional<String> denial(BuildRecord record, Trust demanded) {
        if (!record.observation().isComplete()) {
            return Optional.of("its last build was not fully observed: "
                    + String.join("; ", record.observation().gaps()));
        }
        if (demanded == Trust.CLEAN && record.trust() != Trust.CLEAN) {
            return Optional.of("its last result came from a build tree, and --trust clean asks for a clean build");
        }
        return Optional.empty();
    }

    /** Whether all uses count under a policy when their facts hold. */
    static boolean admits(Totals totals, Policy policy) {
        for (Evidence evidence : totals.evidence()) {
            for (FactKind kind : totals.kinds().keySet()) {
                if (!admits(kind, evidence, policy)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a use known in this way counts under a policy when its fact holds. */
    static boolean admits(FactKind kind, Evidence evidence, Policy policy) {
        return switch (evidence) {
            case OBSERVED, DECLARED -> true;
            // Linked facts say that a binary works, not that a rebuild would give the same one.
            case LINKED -> policy == Policy.COMPATIBLE;
            // The very same artifact leaves nothing out that could have been used of it.
            case ASSUMED -> kind == FactKind.ARTIFACT;
        };
    }
}
