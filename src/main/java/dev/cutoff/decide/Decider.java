package dev.cutoff.decide;

import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Probing;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Totals;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides about one unit: the steps of "How one unit is decided".
 *
 * <ol>
 *   <li>forced, or no record: rebuild;
 *   <li>a record whose inputs are the present ones and whose uses all hold, any of them: keep (that whole trees are
 *       compared before single facts makes an exact hit the cheap case of this);
 *   <li>a record that fails in nothing, but has uses in a dependency that is still to be built: wait;
 *   <li>otherwise rebuild, for the reasons by which one record failed: the one whose artifact the user has, else the nearest.
 * </ol>
 */
public final class Decider {

    /** How many records are judged to the end to find the nearest; deciding itself looks at all. */
    private static final int EXPLAINED = 20;

    /** Of how many records whose facts do not hold it is asked whether probes or queries speak for them. */
    private static final int ASKED = 8;

    private final Terms terms;

    public Decider(Terms terms) {
        this.terms = terms;
    }

    /** Says which record is that of the artifact that the user has now, where one is. */
    public interface Standing {

        /** Where nothing is known of it. */
        Standing UNKNOWN = candidates -> Optional.empty();

        Optional<Candidate> of(List<Candidate> candidates);
    }

    /**
     * Decides.
     *
     * @param unit its name
     * @param candidates the unit's records, in the order in which they are to be preferred
     * @param forced whether the user asked for a rebuild
     * @param standing asked where reasons for a rebuild are to be told: people know what they changed since that record
     */
    public Decision decide(
            String unit, Inputs inputs, List<Candidate> candidates, World world, boolean forced, Standing standing) {
        if (forced) {
            return Provisos.forced(unit);
        }
        if (candidates.isEmpty()) {
            return rebuild(unit, List.of(Reason.of(Reason.Kind.NO_RECORD, "no record of a build")), null);
        }
        Comparison comparison = new Comparison(inputs, world, terms);
        @Nullable Judgement waiting = null;
        List<Candidate> open = new ArrayList<>();
        for (Candidate candidate : worthALook(comparison, candidates)) {
            Judgement judgement = comparison.untried(candidate);
            if (judgement.holds()) {
                return keep(unit, judgement);
            }
            if (waiting == null && judgement.waits()) {
                waiting = judgement;
            }
            if (judgement.triable() && terms.probing() == Probing.LATER) {
                return maybe(unit, comparison.toBeTried(candidate), world);
            }
            if (judgement.triable()) {
                open.add(candidate);
            }
        }
        // Trying steps takes long, so it is for records that nothing else can settle.
        for (Candidate candidate : open) {
            Judgement judgement = comparison.judge(candidate, false);
            if (judgement.holds()) {
                return keep(unit, judgement);
            }
        }
        if (waiting != null) {
            return waitFor(unit, waiting);
        }
        Judgement nearest = standing.of(candidates)
                .map(candidate -> comparison.judge(candidate, true))
                .orElseGet(() -> nearest(comparison, candidates));
        List<Reason> reasons =
                MovedTypes.beside(nearest.failures(), nearest.candidate().record(), world);
        return rebuild(unit, reasons, nearest.candidate().id());
    }

    /**
     * The candidates without those that facts settle against: of such as only a probe or a query could speak for, the few nearest are
     * left, last. Each costs the reading of all its steps, and a unit that is worked on has hundreds.
     */
    private static List<Candidate> worthALook(Comparison comparison, List<Candidate> candidates) {
        Deque<Candidate> clear = new ArrayDeque<>();
        List<Doubted> doubted = new ArrayList<>();
        // Of equals the newest.
        for (Candidate candidate : candidates.reversed()) {
            int most = doubted.size() < ASKED
                    ? Integer.MAX_VALUE
                    : doubted.getLast().doubts() - 1;
            int doubts = comparison.doubts(candidate, most);
            if (doubts == 0) {
                clear.addFirst(candidate);
            } else if (doubts != Comparison.HOPELESS && doubts <= most) {
                doubted.add(new Doubted(candidate, doubts));
                doubted.sort(Comparator.comparingInt(Doubted::doubts));
                doubted.subList(Math.min(ASKED, doubted.size()), doubted.size()).clear();
            }
        }
        doubted.forEach(doubt -> clear.add(doubt.candidate()));
        return List.copyOf(clear);
    }

    private record Doubted(Candidate candidate, int doubts) {}

    private static Judgement nearest(Comparison comparison, List<Candidate> candidates) {
        List<Judgement> judged = new ArrayList<>();
        for (Candidate candidate : candidates.subList(Math.max(0, candidates.size() - EXPLAINED), candidates.size())) {
            judged.add(comparison.judge(candidate, true));
        }
        return judged.stream()
                .min(Comparator.comparing((Judgement j) -> j.denied())
                        .thenComparingInt(Judgement::changedInputs)
                        .thenComparingInt(j -> j.failures().size())
                        .thenComparingLong(j -> -j.candidate().id().number()))
                .orElseThrow();
    }

    private Decision keep(String unit, Judgement judgement) {
        StringBuilder compared = new StringBuilder();
        compared.append(judgement.compared()).append(" facts hold (");
        String separator = "";
        for (var kind : Totals.of(judgement.candidate().record().uses()).kinds().entrySet()) {
            if (!Licence.counts(kind.getKey(), terms.policy())) {
                continue;
            }
            compared.append(separator)
                    .append(kind.getValue())
                    .append(' ')
                    .append(kind.getKey().word());
            separator = ", ";
        }
        compared.append("), of record ").append(judgement.candidate().id().number());
        List<String> declared = judgement.candidate().record().observation().declared();
        if (!declared.isEmpty()) {
            compared.append("; declared, not observed: ").append(String.join("; ", declared));
        }
        Reason reason = Reason.of(Reason.Kind.HOLDS, whyKept(judgement));
        return new Decision(
                unit, Action.KEEP, List.of(reason), judgement.candidate().id(), compared.toString());
    }

    private static String whyKept(Judgement judgement) {
        List<String> changed = new ArrayList<>();
        if (judgement.tried().any()) {
            changed.add(judgement.tried().words());
        }
        if (judgement.bound() > 0) {
            changed.add("libraries changed in what their links saw, and what was linked is bound to them alike"
                    + " (policy compatible)");
        }
        return changed.isEmpty()
                ? stillHolds(judgement.candidate().record())
                : String.join("; ", changed) + "; all else holds";
    }

    private static String stillHolds(BuildRecord record) {
        return record.tried().isEmpty()
                ? "everything that its build relied on still holds"
                : "all holds that its build or a probe since relied on: " + record.tried();
    }

    private static Decision maybe(String unit, Judgement judgement, World world) {
        List<Reason> reasons = new ArrayList<>();
        reasons.add(Reason.of(Reason.Kind.PROBE, judgement.tried().outlook()));
        reasons.addAll(
                MovedTypes.beside(judgement.failures(), judgement.candidate().record(), world));
        return new Decision(unit, Action.MAYBE, reasons, judgement.candidate().id(), "");
    }

    private static Decision waitFor(String unit, Judgement judgement) {
        List<Reason> reasons = new ArrayList<>();
        for (String need : judgement.pending()) {
            reasons.add(
                    new Reason(Reason.Kind.DEPENDENCY, need, null, null, null, null, need + " must be built first"));
        }
        return new Decision(unit, Action.WAIT, reasons, judgement.candidate().id(), "");
    }

    private static Decision rebuild(String unit, List<Reason> reasons, Decision.@Nullable RecordId record) {
        return new Decision(unit, Action.REBUILD, reasons, record, "");
    }
}
