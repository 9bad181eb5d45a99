package dev.cutoff.build;

import dev.cutoff.model.Decision;

/** What a run tells while it goes on. Calls come from several threads, one at a time. */
public interface Progress {

    /** The run begins. */
    void begins(int units);

    /** Somebody else works in this workspace; the run waits for them. */
    void waitsFor(String holder);

    /**
     * A unit's build begins.
     *
     * @param lastSeconds how long it took last time; 0 where that is not known
     */
    void builds(Decision decision, double lastSeconds);

    /** A unit's check lines run. */
    void checks(String unit);

    /** A unit is done with. */
    void done(Outcome outcome);

    /** Something that the user should know, and that is no failure. */
    void note(String text);

    /** The run is over. */
    void ends();
}
