package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.Workspace;
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
        workspace.saveDecision(outcome.unit(), JsonReport.decision(outcome));
        view.done(outcome);
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
