package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RerunTest {

    private static Step step(int number, int parent, String program, String repeatable) {
        return new Step(
                        number,
                        parent,
                        0,
                        List.of(program, "-c"),
                        "/cutoff/build/app",
                        Digest.EMPTY,
                        List.of("/cutoff/build/app/" + number + ".o"),
                        List.of(),
                        1,
                        "")
                .repeatableBy(repeatable);
    }

    private static Step link(Step step) {
        return new Step(
                        step.number(),
                        step.parent(),
                        step.line(),
                        List.of("gcc", "-o", "app", "1.o"),
                        step.folder(),
                        step.environment(),
                        step.writes(),
                        step.outputsRead(),
                        step.seconds(),
                        "")
                .repeatableBy(step.repeatable());
    }

    /** A script that starts three compilers, each of which starts another, and a link; the last compiler may not be taken over. */
    private static BuildRecord script() {
        return new BuildRecord(
                "app",
                new Inputs(new TreeMap<>(Map.of("build", "sh build.sh"))),
                Digest.EMPTY,
                Map.of(),
                List.of(
                        step(0, -1, "sh", ""),
                        step(1, 0, "gcc", "/usr/bin/gcc"),
                        step(2, 1, "cc1", ""),
                        step(3, 0, "gcc", "/usr/bin/gcc"),
                        step(4, 3, "cc1", ""),
                        step(5, 0, "gcc", ""),
                        step(6, 5, "cc1", ""),
                        link(step(7, 0, "gcc", "/usr/bin/gcc"))),
                List.of(),
                new Observation("preload", List.of(), List.of(), ""),
                Digest.EMPTY,
                Trust.CLEAN,
                1,
                1,
                1,
                Optional.empty(),
                Optional.empty(),
                "",
                List.of());
    }

    private static Rerun after(Integer... changed) {
        return Rerun.of(script(), Set.of(changed), Set.of());
    }

    @Test
    void whatAnOutdatedScriptStartsIsOutdatedAndMayBeTakenOver() {
        assertThat(after(0).steps()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(after(0).repeatable()).containsExactly(1, 3);
    }

    @Test
    void notWhatReliedOnSomethingThatChangedOrStartedWhatDid() {
        assertThat(after(4).repeatable()).containsExactly(1);
        assertThat(after(3).repeatable()).containsExactly(1);
        assertThat(after(2, 4).repeatable()).isEmpty();
    }

    @Test
    void aLinkIsRun() {
        assertThat(after(0).repeatable()).doesNotContain(7);
    }

    @Test
    void aStepHasAllThatItStarted() {
        assertThat(after(0).processes().with(3)).containsExactly(3, 4);
        assertThat(after(0).processes().with(0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void whatIsNotOutdatedIsNotAskedFor() {
        Rerun rerun = Rerun.of(script(), Set.of(), Set.of());
        assertThat(rerun.steps()).isEmpty();
        assertThat(rerun.repeatable()).isEmpty();
    }
}
