package dev.cutoff.decide;

import dev.cutoff.model.Reason;
import java.util.List;
import java.util.SortedSet;

/**
 * What comparing one record with the present gave.
 *
 * @param failures reasons why it does not license a keep; empty if none was found
 * @param changedInputs how many of the failures are inputs
 * @param denied whether the record could license nothing from the start
 * @param pending dependencies that must be built before the rest can be judged
 * @param compared number of facts that were found to hold
 * @param tried the compile steps that give the same code with the headers that changed; where it is triable, that would have to
 * @param triable whether nothing is in the way of a keep but steps that may be tried and were not
 * @param bound number of libraries that changed and that what is linked with them is bound to alike
 */
record Judgement(
        Candidate candidate,
        List<Reason> failures,
        int changedInputs,
        boolean denied,
        SortedSet<String> pending,
        int compared,
        Tried tried,
        boolean triable,
        int bound) {

    boolean holds() {
        return failures.isEmpty() && pending.isEmpty();
    }

    boolean waits() {
        return failures.isEmpty() && !pending.isEmpty();
    }
}
