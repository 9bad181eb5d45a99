package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.RunMark;
import dev.cutoff.model.Decision;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Passes progress on, up to where the run is interrupted: then says what was done and what is left, in a line, and notes it
 * in the workspace. What becomes of units after that, whose builds are killed, is nobody's failure and is not told.
 */
public final class Interruption implements Progress, AutoCloseable {

    private static final int NAMED = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Progress view;
    private final PrintStream out;
    private final RunMark mark;
    private final List<Outcome> done = new ArrayList<>();
    private final Set<String> building = new LinkedHashSet<>();
    private final Set<String> left;
    private final Thread hook = new Thread(this::tell, "cutoff-interrupted");
    private boolean over;

    /**
     * Begins a run.
     *
     * @param units that are to be done
     * @param out where the line for people goes
     */
    public Interruption(Progress view, RunMark mark, Collection<String> units, PrintStream out) {
        this.view = view;
        this.out = out;
        this.mark = mark;
        this.left = new LinkedHashSet<>(units);
        mark.begin();
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Who reads what is printed may have stopped reading; the program ends all the same. */
    private void tell() {
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("cutoff-tell")
                    .start(this::interrupt)
                    .join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void interrupt() {
        if (over) {
            return;
        }
        over = true;
        view.ends();
        out.print(line() + System.lineSeparator());
        out.flush();
        left.removeAll(building);
        mark.stop("was interrupted", building, left);
    }

    private String line() {
        int units = done.size() + left.size();
        StringBuilder text = new StringBuilder("interrupted: ");
        text.append(done.size()).append(" of ").append(units).append(units == 1 ? " unit done" : " units done");
        if (!done.isEmpty()) {
            text.append(" (").append(Words.counts(Summary.of(done), false)).append(')');
        }
        if (!building.isEmpty()) {
            text.append("; ").append(names(building)).append(building.size() == 1 ? " was" : " were");
            text.append(" being built, and will be anew");
        }
        return text.append("; ")
                .append(left.size() - building.size())
                .append(" not begun")
                .toString();
    }

    private static String names(Collection<String> units) {
        String some = String.join(", ", units.stream().limit(NAMED).toList());
        return units.size() > NAMED ? some + " and " + (units.size() - NAMED) + " more" : some;
    }

    /** The run is over; where units are left, it has failed before its end. */
    @Override
    public synchronized void close() {
        if (over) {
            return;
        }
        over = true;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is being ended; the hook will find that there is nothing to tell.
        }
        if (left.isEmpty()) {
            mark.end();
        } else {
            left.removeAll(building);
            mark.stop("ended early", building, left);
        }
    }

    @Override
    public synchronized void begins(int count) {
        view.begins(count);
    }

    @Override
    public synchronized void waitsFor(String holder) {
        view.waitsFor(holder);
    }

    @Override
    public synchronized void builds(Decision decision, double lastSeconds) {
        if (!over) {
            building.add(decision.unit());
            view.builds(decision, lastSeconds);
        }
    }

    @Override
    public synchronized void checks(String unit) {
        if (!over) {
            view.checks(unit);
        }
    }

    @Override
    public synchronized void done(Outcome outcome) {
        if (!over) {
            building.remove(outcome.unit());
            left.remove(outcome.unit());
            done.add(outcome);
            view.done(outcome);
        }
    }

    @Override
    public synchronized void note(String text) {
        if (!over) {
            view.note(text);
        }
    }

    @Override
    public synchronized void ends() {
        if (!over) {
            view.ends();
        }
    }
}
