package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Step;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The lines of a record's recipe up to the last one whose steps relied on what is so no more. They are run again, with what is there at
 * present; where they leave what they had left, as far as the lines behind them can tell, those would do what they did
 * (docs/decisions/0028).
 *
 * <p>That is for configure scripts, CMake and Meson, which compile what they find, look into headers and ask about versions, and
 * mostly end with the same makefiles.
 */
final class FirstLines {

    /** They ask of files whether they are there, and how old they are, but not for their sizes. */
    private static final Set<String> SCHEDULERS = Set.of("make", "gmake", "ninja", "samu");

    private static final Pattern COMPILER = Pattern.compile("/usr/.*/(cc1|cc1plus|collect2)");

    private final BuildRecord record;
    private final MachinePrograms programs;
    private final boolean allowed;

    /** See {@link #repeatable()}; not known yet where negative, since the steps are read for it. */
    private int repeatable = -1;

    private int count;

    FirstLines(BuildRecord record, Terms terms, MachinePrograms programs) {
        this.record = record;
        this.programs = programs;
        this.allowed = terms.allowProbes();
    }

    /**
     * How many lines may be run again: it is known what the folder was after them, and none of them is make's or ninja's, which
     * would rather go on from what they had made.
     */
    private int repeatable() {
        int lines = allowed ? record.lines().size() : 0;
        if (lines > 0) {
            Schedulers schedulers = new Schedulers(record);
            for (Step step : record.steps()) {
                boolean outer =
                        step.parent() < 0 || record.steps().get(step.parent()).parent() < 0;
                if (step.line() < lines && outer && schedulers.isOne(step.number())) {
                    lines = step.line();
                }
            }
        }
        return lines;
    }

    /** Whether a step is in a line that may be run again. */
    boolean mayTake(int step) {
        if (repeatable < 0) {
            repeatable = repeatable();
        }
        return record.steps().get(step).line() < repeatable;
    }

    /** Takes in that a step relied on something that is so no more. */
    void take(int step) {
        count = Math.max(count, record.steps().get(step).line() + 1);
    }

    /** How many lines are to be run again. */
    int count() {
        return count;
    }

    /** Whether a step is in one of these lines. */
    boolean has(int step) {
        return record.steps().get(step).line() < count;
    }

    /** How long they took. */
    double seconds() {
        return LineTimes.seconds(record, count);
    }

    /**
     * Runs them. Where they leave something else, a rebuild may go on from there, so that it is not for nothing.
     *
     * @return alike are all of their steps, or none
     */
    Tries carryOut(World world) {
        return world.repeat(record, count, relied());
    }

    /**
     * What the steps of later lines had read of what these had made, or asked about in ways that show more of it than that it is
     * there.
     */
    private Set<String> relied() {
        Set<String> paths = new TreeSet<>();
        for (Step step : record.steps()) {
            if (step.line() >= count) {
                paths.addAll(step.outputsRead());
                if (!isBlind(step)) {
                    paths.addAll(step.outputsSeen());
                }
            }
        }
        return paths;
    }

    private boolean isBlind(Step step) {
        String program = step.command().isEmpty() ? "" : step.command().getFirst();
        return COMPILER.matcher(program).matches() || programs.isOneOf(step, SCHEDULERS);
    }
}
