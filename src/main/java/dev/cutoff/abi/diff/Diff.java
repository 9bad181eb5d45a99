package dev.cutoff.abi.diff;

import java.util.List;

/**
 * What changed, and what follows from it.
 *
 * @param changes all of them, also those that do not count for the consumer that was named
 * @param same whether a rebuild of a consumer would see the same
 * @param works whether what was built against the old one works with the new one
 * @param compared what was compared, in words
 * @param typesCompared whether types were among it
 */
public record Diff(
        List<Change> changes, Judgement same, Judgement works, List<String> compared, boolean typesCompared) {

    /** Whether anything changed that counts. */
    public boolean isChanged() {
        return changes.stream().anyMatch(Change::used);
    }
}
