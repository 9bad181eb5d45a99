package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Progress on a terminal: below the finished units, a line for each that is being built, with how long it has run and
 * how long it took last time, and what is left. Redrawn five times a second; kept units are only counted.
 */
public final class LiveProgress implements Progress {

    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";
    private static final int MOST_LINES = 12;

    private record Running(long since, double lastSeconds, String what) {}

    private final PrintStream out;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private int units;
    private int finished;
    private int kept;
    private int drawn;
    private @Nullable Thread painter;

    public LiveProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void begins(int count) {
        units = count;
        painter = Thread.ofPlatform().daemon().name("cutoff-painter").start(this::paint);
    }

    private void paint() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(200);
                synchronized (this) {
                    erase();
                    draw();
                }
            }
        } catch (InterruptedException e) {
            // The run is over.
        }
    }

    private void erase() {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A\r" + CLEAR_BELOW);
            drawn = 0;
        }
    }

    private void draw() {
        if (running.isEmpty()) {
            out.flush();
            return;
        }
        int shown = 0;
        for (var item : running.entrySet()) {
            if (shown++ == MOST_LINES) {
                break;
            }
            Running unit = item.getValue();
            double seconds = (System.nanoTime() - unit.since()) / 1e9;
            String last =
                    unit.lastSeconds() > 0 ? String.format(Locale.ROOT, " of about %.0f s", unit.lastSeconds()) : " s";
            out.println(cut(String.format(Locale.ROOT, "  %s %s  %.0f%s", unit.what(), item.getKey(), seconds, last)));
            drawn++;
        }
        out.println(cut(String.format(
                Locale.ROOT, "  %d of %d done, %d kept, %d running", finished, units, kept, running.size())));
        drawn++;
        out.flush();
    }

    private static String cut(String line) {
        int width = 100;
        try {
            width = Integer.parseInt(System.getenv().getOrDefault("COLUMNS", "100"));
        } catch (NumberFormatException e) {
            // A terminal that does not say its width gets a hundred columns.
        }
        return line.length() < width ? line : line.substring(0, Math.max(1, width - 1));
    }

    private void say(String line) {
        erase();
        out.println(line);
        draw();
    }

    @Override
    public synchronized void waitsFor(String holder) {
        say("waiting: " + holder + " works in this workspace");
    }

    @Override
    public synchronized void builds(Decision decision, double lastSeconds) {
        running.put(decision.unit(), new Running(System.nanoTime(), lastSeconds, "building"));
    }

    @Override
    public synchronized void checks(String unit) {
        running.put(unit, new Running(System.nanoTime(), 0, "checking"));
    }

    @Override
    public synchronized void done(Outcome outcome) {
        finished++;
        running.remove(outcome.unit());
        Action action = outcome.decision().action();
        if (action == Action.KEEP) {
            kept++;
            return;
        }
        String colour = action == Action.FAIL ? RED : GREEN;
        String line = outcome.failure().isEmpty() ? Words.line(outcome, Words.done(action), 1) : Words.failed(outcome);
        say(colour + line.substring(0, 8) + PLAIN + line.substring(8));
    }

    @Override
    public synchronized void note(String text) {
        say("note: " + text);
    }

    @Override
    public void ends() {
        Thread thread = painter;
        if (thread != null) {
            thread.interrupt();
        }
        synchronized (this) {
            erase();
            out.flush();
        }
    }
}
