package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A plan over a fleet of packages for people: each package with its reasons, then what stands beside the decisions. */
public final class FleetReport implements Consumer<Outcome> {

    /** As many reasons of one package are printed; JSON has all. */
    private static final int REASONS = 4;

    private final PrintStream out;
    private final int width;
    private final Summary.Tally tally = new Summary.Tally();

    /** @param width of the column of names */
    public FleetReport(PrintStream out, int width) {
        this.out = out;
        this.width = width;
    }

    @Override
    public void accept(Outcome outcome) {
        tally.add(outcome);
        Action action = outcome.decision().action();
        var reasons = outcome.decision().reasons();
        StringBuilder line = new StringBuilder(Words.planned(action));
        pad(line, 8).append(' ').append(outcome.unit());
        pad(line, 9 + width).append("  ").append(outcome.decision().because());
        out.println(line.toString().stripTrailing());
        for (int i = 1; i < Math.min(REASONS, reasons.size()); i++) {
            out.println(pad(new StringBuilder(), 11 + width) + reasons.get(i).text());
        }
        if (reasons.size() > REASONS) {
            out.println(pad(new StringBuilder(), 11 + width) + "and " + (reasons.size() - REASONS) + " more");
        }
    }

    private static StringBuilder pad(StringBuilder text, int width) {
        while (text.length() < width) {
            text.append(' ');
        }
        return text;
    }

    /** Sentences beneath a heading, if there are any; all of them, since each is somebody's wheel. */
    public void section(String heading, List<String> sentences) {
        if (!sentences.isEmpty()) {
            out.println();
            out.println(heading);
            sentences.forEach(sentence -> out.println("  " + sentence));
        }
    }

    /**
     * Prints the summary.
     *
     * @param seconds wall time of the builds of what is kept, where it is known
     * @param timed of how many of the kept ones a time is known
     */
    public void end(double seconds, int timed) {
        Summary summary = tally.summary();
        out.println();
        StringBuilder text = new StringBuilder(Words.unitCounts(summary, true));
        if (timed > 0) {
            text.append("; to be saved: ");
            if (summary.cpuSecondsSaved() > 0) {
                text.append(hours(summary.cpuSecondsSaved())).append(" CPU hours");
            }
            if (seconds > 0) {
                text.append(summary.cpuSecondsSaved() > 0 ? ", " : "")
                        .append(hours(seconds))
                        .append(" hours of building");
            }
            text.append(" (the times of ")
                    .append(timed)
                    .append(timed == 1 ? " build are known)" : " builds are known)");
        }
        out.println(text);
    }

    private static String hours(double seconds) {
        return String.format(Locale.ROOT, seconds < 36 ? "%.4f" : "%.2f", seconds / 3600);
    }

    /** Whether there is anything to do. */
    public boolean hasWork() {
        Summary summary = tally.summary();
        return summary.count(Action.KEEP) < summary.units();
    }
}
