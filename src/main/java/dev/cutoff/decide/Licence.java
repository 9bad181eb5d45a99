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
    static Optional<String> denial(BuildRecord record, Terms terms) {
        if (!record.observation().isComplete()) {
            return Optional.of("its last build was not fully observed: "
                    + String.join("; ", record.observation().gaps()));
        }
        if (terms.trust() == Trust.CLEAN && record.trust() != Trust.CLEAN) {
            return Optional.of("its last result came from a build tree, and --trust clean asks for a clean build");
        }
        if (!record.tried().isEmpty() && !terms.allowProbes()) {
            return Optional.of("part of its evidence is a probe, which does not count now: " + record.tried());
        }
        return Optional.empty();
    }

    /** Whether all uses count under a policy when their facts hold. */
    static boolean admits(Totals totals, Policy policy) {
        for (Evidence evidence : totals.evidence()) {
            for (FactKind kind : totals.kinds().keySet()) {
                if (counts(kind, policy) && !admits(kind, evidence, policy)) {
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
            // Linked facts say that a binary works, not that a rebuild would give the same one. Those that are asked
            // beside
            // all others, since no wheel may stay that does not work, license nothing by themselves.
            case LINKED -> policy == Policy.COMPATIBLE || isAskedBeside(kind);
            // The very same artifact leaves nothing out that could have been used of it.
            case ASSUMED -> kind == FactKind.ARTIFACT;
        };
    }

    private static boolean isAskedBeside(FactKind kind) {
        return kind == FactKind.SERVES || kind == FactKind.REQUIREMENT;
    }

    /**
     * Whether a fact that does not hold is a reason under a policy. Most are under each. Those of a whole distribution are
     * there beside each other, for each policy its own: its version, all that a build can see of it, what binaries rest on.
     */
    static boolean counts(FactKind kind, Policy policy) {
        return switch (kind) {
            case VERSION -> policy == Policy.STRICT;
            case WHEEL_CONTENT, ENVIRONMENT, TOOLCHAIN -> policy != Policy.COMPATIBLE;
            case WHEEL_ABI -> policy == Policy.COMPATIBLE;
            default -> true;
        };
    }
}
