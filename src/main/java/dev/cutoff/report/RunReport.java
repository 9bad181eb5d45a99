package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import java.io.PrintStream;
import java.util.List;

/** The end of a run in words. */
public final class RunReport {

    private RunReport() {}

    public static void print(PrintStream out, List<Outcome> outcomes, boolean plan) {
        out.println(Words.summary(Summary.of(outcomes), plan));
    }
}
