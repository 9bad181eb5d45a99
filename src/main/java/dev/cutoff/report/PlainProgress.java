package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Progress as lines of text, for logs and pipes. */
public final class PlainProgress implements Progress {

    private final PrintStream out;
    private final boolean plan;
    private final Set<String> announced = new HashSet<>();
    private int units;
    private int finished;

    public PlainProgress(PrintStream out, boolean plan) {
        this.out = out;
        this.plan = plan;
    }

    @Override
    public void begins(int count) {
        units = finished + count;
    }

    @Override
    public void waitsFor(String holder) {
        out.println("waiting: " + holder + " works in this workspace");
    }

    @Override
    public void builds(Decision decision, double lastSeconds) {
        String last = lastSeconds > 0 ? String.format(Locale.ROOT, " (took %.1f s last time)", lastSeconds) : "";
        announced.add(decision.unit());
        out.println("building " + decision.unit() + last + ": " + Words.because(decision));
    }

    @Override
    public void checks(String unit) {
        out.println("checking " + unit);
    }

    @Override
    public void done(Outcome outcome) {
        finished++;
        Action action = outcome.decision().action();
        String word = plan ? Words.planned(action) : Words.done(action);
        String failure = outcome.failure();
        String line = failure.isEmpty()
                ? Words.line(outcome, word, 1, !announced.remove(outcome.unit()))
                : Words.failed(outcome);
        // As one text, which goes out as one.
        out.print("[" + finished + "/" + units + "] " + line + System.lineSeparator());
    }

    @Override
    public void note(String text) {
        out.println("note: " + text);
    }

    @Override
    public void ends() {}
}
