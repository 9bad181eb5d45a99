package dev.cutoff.decide;

import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a keep needs beside its facts. */
public final class Provisos {

    private Provisos() {}

    /** A keep needs its artifact, whole: where the store has lost it, it is built again. */
    public static Decision lost(Decision keep, Digest artifact) {
        String text = "its stored artifact is missing or damaged (" + artifact.brief() + ")";
        return new Decision(
                keep.unit(), Action.REBUILD, List.of(Reason.of(Reason.Kind.STORE, text)), keep.record(), "");
    }

    /**
     * A plan can't run a check; it says what is to be expected of one. One that never ran may yet turn the keep into a
     * rebuild. One that failed is taken to fail again: that ends in a rebuild, or in a failure where a rebuild would give
     * the same.
     *
     * @param asBuilt whether all needs are, as a whole, what the build of the record was given; with facts that hold, a
     *     rebuild gives the same then
     */
    public static Decision checkDue(Decision keep, DueCheck due, boolean asBuilt) {
        if (!due.hasFailed()) {
            Reason check = Reason.of(
                    Reason.Kind.CHECK,
                    "kept if its check passes, which has not run yet as it is now, with its present needs");
            return new Decision(keep.unit(), keep.action(), List.of(check), keep.record(), keep.compared());
        }
        if (!asBuilt) {
            return checkFailed(keep, due.failure());
        }
        Reason check = Reason.of(
                Reason.Kind.CHECK,
                "its check failed last time, and nothing that counts has changed since: " + due.failure());
        return new Decision(keep.unit(), Action.FAIL, List.of(check), keep.record(), "");
    }

    /** A keep whose check failed, and which a rebuild may mend. */
    public static Decision checkFailed(Decision keep, String failure) {
        Reason check = Reason.of(Reason.Kind.CHECK, "kept by its facts, but a check failed: " + failure);
        return new Decision(keep.unit(), Action.REBUILD, List.of(check), keep.record(), "");
    }

    /** A rebuild whose reasons are not what the user has changed: the record is of another place, or of long ago. */
    public static Decision elsewhere(Decision rebuild) {
        Decision.RecordId record = rebuild.record();
        if (rebuild.action() != Action.REBUILD
                || record == null
                || rebuild.reasons().isEmpty()) {
            return rebuild;
        }
        List<Reason> reasons = new ArrayList<>(rebuild.reasons());
        Reason first = reasons.getFirst();
        reasons.set(
                0,
                new Reason(
                        first.kind(),
                        first.dependency(),
                        first.entity(),
                        first.was(),
                        first.now(),
                        first.step(),
                        first.text() + " (compared with record " + record.number() + ", the nearest)"));
        return new Decision(rebuild.unit(), rebuild.action(), reasons, record, rebuild.compared());
    }

    /** Of a unit that waits, when some of its needs may turn out to be kept. */
    public static Decision waitingFor(Decision wait, Set<String> maybe) {
        return new Decision(
                wait.unit(),
                wait.action(),
                wait.reasons().stream()
                        .map(reason -> maybe.contains(reason.dependency())
                                ? reason.with(reason.dependency() + " may have to be built first")
                                : reason)
                        .toList(),
                wait.record(),
                wait.compared());
    }

    /** What a plan expects of a unit whose need is expected to fail. */
    public static Decision skipped(String unit, String need) {
        Reason reason = new Reason(
                Reason.Kind.DEPENDENCY, need, null, null, null, null, "its need " + need + " would fail or be skipped");
        return new Decision(unit, Action.SKIPPED, List.of(reason), null, "");
    }

    /** A keep although dependencies changed, which says so; another decision stays as it is. */
    public static Decision despite(Decision keep, List<String> changed) {
        if (keep.action() != Action.KEEP || changed.isEmpty()) {
            return keep;
        }
        Reason reason = Reason.of(
                Reason.Kind.HOLDS,
                String.join(", ", changed) + ": nothing that it uses or holds code of is another; all else holds");
        return new Decision(keep.unit(), keep.action(), List.of(reason), keep.record(), keep.compared());
    }

    /** A unit that is declared not to be built: what stands is taken as it is. */
    public static Decision prebuilt(String unit, String declaredAt) {
        Reason reason = Reason.of(Reason.Kind.PREBUILT, "prebuilt: declared in " + declaredAt);
        return new Decision(unit, Action.KEEP, List.of(reason), null, "");
    }

    /** The user asked for a rebuild, whatever is so. */
    public static Decision forced(String unit) {
        return new Decision(
                unit, Action.REBUILD, List.of(Reason.of(Reason.Kind.FORCED, "asked for (--force)")), null, "");
    }

    /** No evidence, no keep: a unit without a record that could be compared. */
    public static Decision unrecorded(String unit, String why) {
        return new Decision(unit, Action.REBUILD, List.of(Reason.of(Reason.Kind.NO_RECORD, why)), null, "");
    }

    /** A keep beside whose reason more is to be said. */
    public static Decision with(Decision decision, List<Reason> more) {
        List<Reason> reasons = new ArrayList<>(decision.reasons());
        reasons.addAll(more);
        return new Decision(decision.unit(), decision.action(), reasons, decision.record(), decision.compared());
    }
}
