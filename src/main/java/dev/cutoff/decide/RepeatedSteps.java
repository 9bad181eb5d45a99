package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Step;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The repeatable steps of a record ({@link Step#repeatable}) that relied, by themselves or by what they started, on something of a
 * need that is so no more: links that saw another library, mostly. They are run again by themselves; where they make what they made,
 * whoever used that would do what he did (docs/decisions/0029).
 */
final class RepeatedSteps {

    private final BuildRecord record;
    private final boolean allowed;
    private final SortedSet<Integer> taken = new TreeSet<>();

    RepeatedSteps(BuildRecord record, Terms terms) {
        this.record = record;
        // What the steps had found in the build folder is there no more without its tree.
        this.allowed = terms.allowProbes() && record.tree().isPresent();
    }

    /** The repeatable step that a step is part of, itself or the one that started it; -1 for none. */
    private int around(int step) {
        int at = step;
        while (at >= 0 && record.steps().get(at).repeatable().isEmpty()) {
            at = record.steps().get(at).parent();
        }
        return at;
    }

    /** Whether a step is, or is part of, one that may be run again. */
    boolean mayTake(int step) {
        return allowed && around(step) >= 0;
    }

    /** Takes in that a step relied on something that is so no more. */
    void take(int step) {
        taken.add(around(step));
    }

    /** Whether a step is, or is part of, one that is run again. */
    boolean has(int step) {
        return !taken.isEmpty() && taken.contains(around(step));
    }

    /** How many are to be run again, beside those that a whole line runs. */
    SortedSet<Integer> besides(FirstLines lines) {
        SortedSet<Integer> left = new TreeSet<>(taken);
        left.removeIf(lines::has);
        return left;
    }

    /** How long some of them took, in seconds. */
    double seconds(Set<Integer> steps) {
        return steps.stream()
                .mapToDouble(step -> record.steps().get(step).seconds())
                .sum();
    }
}
