package dev.cutoff.build;

import dev.cutoff.model.Policy;
import dev.cutoff.model.Probing;
import dev.cutoff.model.Trust;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the user asked for in one run.
 *
 * @param units names; empty for all
 * @param forced names of units to rebuild regardless; {@link #ALL} for all that the run reaches
 * @param policy overrides each unit's own; likewise trust
 * @param debugInfoCounts whether what would change debug info alone is rebuilt
 * @param probing when steps are tried in place of a rebuild
 * @param watch how builds are to be observed, whatever is there for it; empty for the way that is known to see all
 * @param trees whether builds go on from earlier ones, and are stored for later ones
 * @param jobs how many processes the builds of this run may run at once, all together
 */
public record Request(
        List<String> units,
        Set<String> forced,
        Optional<Policy> policy,
        Optional<Trust> trust,
        boolean debugInfoCounts,
        Probing probing,
        Optional<Watch> watch,
        int jobs,
        boolean keepGoing,
        boolean trees) {

    /** The same, with build trees, and probes where they are worth while. */
    public Request(
            List<String> units,
            Set<String> forced,
            Optional<Policy> policy,
            Optional<Trust> trust,
            boolean debugInfoCounts,
            Optional<Watch> watch,
            int jobs,
            boolean keepGoing) {
        this(units, forced, policy, trust, debugInfoCounts, Probing.AUTO, watch, jobs, keepGoing, true);
    }

    public static final String ALL = "*";

    /** The same, with builds observed in another way, where there is one. */
    public Request watched(Optional<Watch> other) {
        return new Request(
                units,
                forced,
                policy,
                trust,
                debugInfoCounts,
                probing,
                other.isPresent() ? other : watch,
                jobs,
                keepGoing,
                trees);
    }

    /** Whether a unit is to be rebuilt regardless. */
    public boolean isForced(String unit) {
        return forced.contains(ALL) || forced.contains(unit);
    }
}
