package dev.cutoff.decide;

import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Reason;
import java.util.ArrayList;
import java.util.List;

/** What a keep needs beside its facts. */
public final class Provisos {

    private Provisos() {}

    /** A keep needs its artifact, whole: where the store has lost it, it is built again. */
    public static Decision lost(Decision keep, Digest artifact) {
        String text = "its stored artifact is missing or damaged (" + artifact.brief() + ")";
        return new Decision(
                keep.unit(), Action.REBUILD, List.of(Reason.of(Reason.Kind.STORE, text)), keep.record(), "");
    }

    /** A plan can't run a check; it says that one is to run and may yet turn the keep into a rebuild. */
    public static Decision checkDue(Decision keep) {
        Reason check = Reason.of(
                Reason.Kind.CHECK,
                "kept if its check passes, which has not passed yet as it is now, with its present needs");
        return new Decision(keep.unit(), keep.action(), List.of(check), keep.record(), keep.compared());
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
