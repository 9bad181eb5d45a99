package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.model.Decision;

/** For runs whose result is told in another way. */
public final class SilentProgress implements Progress {

    @Override
    public void begins(int units) {}

    @Override
    public void waitsFor(String holder) {}

    @Override
    public void builds(Decision decision, double lastSeconds) {}

    @Override
    public void checks(String unit) {}

    @Override
    public void done(Outcome outcome) {}

    @Override
    public void note(String text) {}

    @Override
    public void ends() {}
}
