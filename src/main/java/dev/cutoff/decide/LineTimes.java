package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Step;

/** How long the lines of a recorded build took. */
public final class LineTimes {

    private LineTimes() {}

    /** Seconds of all of them. */
    public static double seconds(BuildRecord record) {
        return seconds(record, Integer.MAX_VALUE);
    }

    /** Seconds of the first ones. */
    public static double seconds(BuildRecord record, int lines) {
        return record.steps().stream()
                .filter(step -> step.parent() < 0 && step.line() < lines)
                .mapToDouble(Step::seconds)
                .sum();
    }
}
