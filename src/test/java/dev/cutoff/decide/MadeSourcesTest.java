package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What compile steps may be given of what a build had made, when they are tried by themselves. */
class MadeSourcesTest {

    private static final String CONFIG = "/cutoff/build/app/config.h";
    private static final String LATE = "/cutoff/build/app/gen/late.h";

    private static Step step(int number, List<String> writes, String... reads) {
        return new Step(
                number, -1, 0, List.of("/bin/sh"), "/cutoff/build/app", Digest.EMPTY, writes, List.of(reads), 0, "");
    }

    private static MadeSources made(boolean kept, Step... steps) {
        Digest digest = Digest.ofText("x");
        return new MadeSources(new BuildRecord(
                "app",
                new Inputs(new TreeMap<>()),
                digest,
                new TreeMap<>(),
                List.of(steps),
                List.of(),
                new Observation("strace", List.of(), List.of(), ""),
                digest,
                Trust.CLEAN,
                1,
                1,
                0,
                kept ? Optional.of(new BuildTree(digest, digest)) : Optional.empty(),
                Optional.empty(),
                "",
                List.of()));
    }

    @Test
    void whatOneStepBeforeHadMadeIsKept() {
        Step compile = step(1, List.of("/tmp/a.s"), CONFIG);
        MadeSources made = made(true, step(0, List.of(CONFIG)), compile, step(2, List.of(LATE)));
        assertThat(made.any()).isTrue();
        assertThat(made.isKept(compile)).isTrue();
        assertThat(made.readBy(compile)).containsExactly(CONFIG);
        assertThat(made.unreadBy(compile).keySet()).containsExactly("late.h");
    }

    @Test
    void withoutATreeNothingIs() {
        Step compile = step(1, List.of(), CONFIG);
        assertThat(made(false, step(0, List.of(CONFIG)), compile).isKept(compile))
                .isFalse();
    }

    @Test
    void whatWasWrittenAgainIsNot() {
        Step compile = step(1, List.of(), CONFIG);
        assertThat(made(true, step(0, List.of(CONFIG)), compile, step(2, List.of(CONFIG)))
                        .isKept(compile))
                .isFalse();
    }

    @Test
    void whatWasMadeBesideOrLaterIsNot() {
        Step compile = step(0, List.of(), CONFIG);
        assertThat(made(true, compile, step(1, List.of(CONFIG))).isKept(compile))
                .isFalse();
    }

    @Test
    void whatLiesElsewhereIsNot() {
        Step compile = step(1, List.of(), "/tmp/config.h");
        assertThat(made(true, step(0, List.of("/tmp/config.h")), compile).isKept(compile))
                .isFalse();
    }

    @Test
    void whatNobodyIsKnownToHaveMadeIsNot() {
        Step compile = step(1, List.of(), CONFIG);
        assertThat(made(true, step(0, List.of()), compile).isKept(compile)).isFalse();
    }

    @Test
    void objectsAndLinkedFilesAreNoSources() {
        Step link = new Step(
                0,
                -1,
                0,
                List.of("/usr/bin/ld"),
                "/cutoff/build/app",
                Digest.EMPTY,
                List.of("/cutoff/build/app/app"),
                List.of(),
                0,
                "");
        assertThat(made(false, link, step(1, List.of("/cutoff/build/app/a.o", "/cutoff/deps/app/include/a.h")))
                        .any())
                .isFalse();
    }
}
