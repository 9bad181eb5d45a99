package dev.cutoff.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a unit and why.
 *
 * @param record the record that a keep rests on, or the nearest one that failed; null where there is none
 * @param compared how many facts of which kinds a keep rests on, or which build a rebuild went on from, in words; "" for none
 */
public record Decision(
        String unit,
        Action action,
        List<Reason> reasons,
        @Nullable RecordId record,
        String compared) {

    /**
     * Names a stored record.
     *
     * @param number its place in the store's order of arrival
     */
    public record RecordId(long number, Digest blob) {}

    public Decision {
        reasons = List.copyOf(reasons);
    }

    /** The first reason's text. */
    public String because() {
        return reasons.isEmpty() ? "" : reasons.get(0).text();
    }
}
