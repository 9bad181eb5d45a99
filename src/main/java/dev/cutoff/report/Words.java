package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decisions in words. */
final class Words {

    private Words() {}

    static String done(Action action) {
        return switch (action) {
            case KEEP -> "kept";
            case RELINK -> "relinked";
            case REBUILD -> "rebuilt";
            case MAYBE -> "maybe";
            case WAIT -> "waits";
            case SKIPPED -> "skipped";
            case FAIL -> "FAILED";
        };
    }

    static String planned(Action action) {
        return action == Action.SKIPPED ? "skip" : action.word();
    }

    /** The first reason, and how many more there are; behind a failure stand the reasons of the build, not of it. */
    static String because(Decision decision) {
        int more = decision.action() == Action.FAIL ? 0 : decision.reasons().size() - 1;
        return decision.because() + (more > 0 ? " (and " + more + " more)" : "");
    }

    /** A line such as {@code rebuilt  app   zlib/include/zlib.h changed (bytes); read by: cc -c inflate.c   0.8 s}. */
    static String line(Outcome outcome, String action, int width) {
        return line(outcome, action, width, true);
    }

    /** @param withReasons whether they are yet to be told */
    static String line(Outcome outcome, String action, int width, boolean withReasons) {
        StringBuilder text = new StringBuilder();
        pad(text.append(action), 8).append(' ').append(outcome.unit());
        pad(text, 9 + width);
        Decision decision = outcome.decision();
        boolean due = decision.action() == Action.KEEP
                && decision.reasons().stream().anyMatch(reason -> reason.kind() == Reason.Kind.CHECK);
        if (withReasons && (decision.action() != Action.KEEP || due)) {
            text.append("  ").append(because(decision));
        }
        boolean built = decision.action() == Action.REBUILD || decision.action() == Action.RELINK;
        if (built && outcome.trust().isPresent()) {
            String how = outcome.trust().equals(Optional.of(Trust.INCREMENTAL)) ? ", incremental" : "";
            text.append(String.format(Locale.ROOT, "  [%.1f s%s]", outcome.seconds(), how));
        }
        return text.toString().stripTrailing();
    }

    // No format is parsed: it would take most of the time of a run that keeps everything.
    private static StringBuilder pad(StringBuilder text, int width) {
        while (text.length() < width) {
            text.append(' ');
        }
        return text;
    }

    /** A failed unit with all that is known of why. */
    static String failed(Outcome outcome) {
        return String.format(Locale.ROOT, "%-8s %s  ", done(Action.FAIL), outcome.unit()) + outcome.failure();
    }

    private static String counted(Action action) {
        return switch (action) {
            case MAYBE -> "maybe";
            case WAIT -> "waiting";
            case FAIL -> "expected to fail";
            default -> "to " + planned(action);
        };
    }

    /** How many units came to what: {@code 2 kept, 1 rebuilt}. */
    static String counts(Summary summary, boolean plan) {
        List<String> parts = new ArrayList<>();
        for (Action action : Action.values()) {
            int count = summary.count(action);
            if (count > 0) {
                parts.add(count + " " + (plan ? counted(action) : done(action).toLowerCase(Locale.ROOT)));
            }
        }
        return String.join(", ", parts);
    }

    /** One line over a run. */
    static String summary(Summary summary, boolean plan) {
        String saved = summary.cpuSecondsSaved() > 0
                ? String.format(
                        Locale.ROOT, "; %.1f s of CPU time %ssaved", summary.cpuSecondsSaved(), plan ? "to be " : "")
                : "";
        return unitCounts(summary, plan) + saved;
    }

    /** How many units there are, and of how many what is done. */
    static String unitCounts(Summary summary, boolean plan) {
        int units = summary.units();
        return units + (units == 1 ? " unit: " : " units: ") + counts(summary, plan);
    }
}
