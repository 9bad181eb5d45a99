package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.Workspace;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;

/** Passes progress on, and keeps each decision in the workspace for {@code explain}. */
public final class Recorder implements Progress {

    private final Progress view;
    private final Workspace workspace;

    public Recorder(Progress view, Workspace workspace) {
        this.view = view;
        this.workspace = workspace;
    }

    @Override
    public void begins(int units) {
        view.begins(units);
    }

    @Override
    public void waitsFor(String holder) {
        view.waitsFor(holder);
    }

    @Override
    public void builds(Decision decision, double lastSeconds) {
        view.builds(decision, lastSeconds);
    }

    @Override
    public void checks(String unit) {
        view.checks(unit);
    }

    @Override
    public void done(Outcome outcome) {
        workspace.saveDecision(outcome.unit(), JsonReport.decision(withoutTheLook(outcome)));
        view.done(outcome);
    }

    /** How long it took to find a unit as it was differs each time: without it a run that keeps all writes nothing. */
    private static Outcome withoutTheLook(Outcome outcome) {
        return outcome.decision().action() != Action.KEEP
                ? outcome
                : new Outcome(
                        outcome.decision(),
                        outcome.trust(),
                        0,
                        outcome.cpuSeconds(),
                        outcome.cpuSecondsSaved(),
                        outcome.failure());
    }

    @Override
    public void note(String text) {
        view.note(text);
    }

    @Override
    public void ends() {
        view.ends();
    }
}
