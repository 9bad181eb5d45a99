package dev.cutoff.frontend.cargo;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Trust;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What became of the units of a run, as calls end. */
final class Tally {

    private static final double MICROS = 1e6;

    private final List<Outcome> outcomes = new ArrayList<>();
    private boolean relinkFailed;
    private final Set<String> notes = new LinkedHashSet<>();

    /**
     * @param nanos wall time
     * @param micros CPU time of the compile
     * @param saved CPU time of the compile that was not needed, in microseconds
     */
    synchronized void add(
            RustcCall call, Action action, Reason.Kind kind, String why, long nanos, long micros, long saved) {
        outcomes.add(outcome(call.unit(), action, kind, why, nanos, micros, saved));
    }

    static Outcome outcome(
            String unit, Action action, Reason.Kind kind, String why, long nanos, long micros, long saved) {
        return new Outcome(
                new Decision(unit, action, List.of(Reason.of(kind, why)), null, ""),
                action == Action.FAIL ? Optional.empty() : Optional.of(Trust.CLEAN),
                nanos / 1e9,
                micros / MICROS,
                Math.max(0, saved) / MICROS,
                action == Action.FAIL ? "the compiler failed" : "");
    }

    synchronized void note(String text) {
        notes.add(text);
    }

    synchronized void relinkFailed() {
        relinkFailed = true;
    }

    /** Whether a link with kept dependencies failed. */
    synchronized boolean hasFailedRelink() {
        return relinkFailed;
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    synchronized List<String> notes() {
        return List.copyOf(notes);
    }
}
