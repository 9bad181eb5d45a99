package dev.cutoff.build;

import dev.cutoff.model.Decision;
import dev.cutoff.model.Trust;
import java.util.Optional;

/**
 * What became of a unit.
 *
 * @param trust of the artifact that stands now; empty where there is none
 * @param seconds wall time spent on it in this run
 * @param cpuSeconds of its build in this run; 0 where it was not built
 * @param cpuSecondsSaved what the build that a keep rests on had cost; 0 for other actions
 * @param failure what went wrong, for people; "" if nothing did
 */
public record Outcome(
        Decision decision,
        Optional<Trust> trust,
        double seconds,
        double cpuSeconds,
        double cpuSecondsSaved,
        String failure) {

    public String unit() {
        return decision.unit();
    }
}
