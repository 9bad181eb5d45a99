package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;

/** A plan of many units for people: the units that were asked for, else the first that are not kept; and the summary. */
public final class PlanReport implements Consumer<Outcome> {

    /** Lines for units that nobody asked for by name. */
    private static final int SHOWN = 20;

    private final PrintStream out;
    private final Set<String> asked;
    private final Summary.Tally tally = new Summary.Tally();
    private int lines;
    private int more;

    /** @param asked names of units; empty for none in particular */
    public PlanReport(PrintStream out, Collection<String> asked) {
        this.out = out;
        this.asked = Set.copyOf(asked);
    }

    @Override
    public void accept(Outcome outcome) {
        tally.add(outcome);
        Action action = outcome.decision().action();
        if (asked.isEmpty() ? action == Action.KEEP : !asked.contains(outcome.unit())) {
            return;
        }
        if (asked.isEmpty() && lines == SHOWN) {
            more++;
            return;
        }
        lines++;
        out.println(Words.line(outcome, Words.planned(action), 1));
    }

    /** The last lines. */
    public void end() {
        if (more > 0) {
            out.println("and " + more + " more; name units to see theirs, or see --json FILE for all");
        }
        out.println(Words.summary(tally.summary(), true));
    }

    /** Whether there is anything to do. */
    public boolean hasWork() {
        Summary summary = tally.summary();
        return summary.count(Action.KEEP) < summary.units();
    }
}
