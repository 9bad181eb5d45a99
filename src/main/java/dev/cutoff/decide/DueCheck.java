package dev.cutoff.decide;

/**
 * A check that must pass before a unit may be kept: it has not passed yet with this artifact and these needs.
 *
 * @param failure what it said when it ran with them before, in one line; "" where it never did
 */
public record DueCheck(String failure) {

    /** Whether it ran before, and failed. */
    public boolean hasFailed() {
        return !failure.isEmpty();
    }
}
