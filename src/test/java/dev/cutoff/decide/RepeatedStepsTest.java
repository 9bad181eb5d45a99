package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Probing;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Links that saw another library are run again where nothing else is in the way of a keep, and nowhere else. */
class RepeatedStepsTest {

    private static final String LIBRARY = "/cutoff/deps/z/lib/libz.so";
    private static final String SCRIPT = "/cutoff/build/app/names.map";
    private static final Digest SOURCES = Digest.ofText("sources");

    private final List<Set<Integer>> ranAgain = new ArrayList<>();
    private boolean alike = true;
    private Optional<BuildTree> tree = Optional.of(new BuildTree(Digest.EMPTY, Digest.EMPTY));
    private Probing probing = Probing.AUTO;

    private final World now = new World() {
        @Override
        public Digest source() {
            return SOURCES;
        }

        @Override
        public Optional<Digest> artifact(String need) {
            return Optional.of(Digest.ofText("another"));
        }

        @Override
        public Optional<String> now(Fact fact) {
            return Optional.of(fact.entity().equals(SCRIPT) || fact.entity().equals(LIBRARY) ? "new" : fact.state());
        }

        @Override
        public Optional<String> difference(Fact fact) {
            return Optional.empty();
        }

        @Override
        public Tries runAgain(BuildRecord record, Set<Integer> steps) {
            ranAgain.add(new TreeSet<>(steps));
            return alike ? new Tries(steps, "", 1) : Tries.none("run again, it makes another app");
        }
    };

    private static Step step(int number, int parent, String repeatable, String... command) {
        return new Step(
                        number,
                        parent,
                        0,
                        List.of(command),
                        "/cutoff/build/app",
                        Digest.EMPTY,
                        List.of(),
                        List.of(),
                        1,
                        "")
                .repeatableBy(repeatable);
    }

    private Decision decide(Use... uses) {
        BuildRecord record = new BuildRecord(
                "app",
                new Inputs(new TreeMap<>(Map.of("build", "make"))),
                SOURCES,
                new TreeMap<>(Map.of("z", Digest.ofText("one"))),
                List.of(
                        step(0, -1, "", "make"),
                        step(1, 0, "/usr/bin/gcc", "gcc", "app.o", "-o", "app", "-lz"),
                        step(2, 1, "", "/usr/bin/ld", "-o", "app"),
                        step(3, 0, "", "nm", LIBRARY)),
                List.of(uses),
                new Observation("preload", List.of(), List.of(), ""),
                Digest.ofText("artifact"),
                Trust.CLEAN,
                1,
                1,
                1,
                tree,
                Optional.empty(),
                "",
                List.of());
        return new Decider(new Terms(Policy.IDENTICAL, Trust.INCREMENTAL, false, probing))
                .decide(
                        "app",
                        record.inputs(),
                        List.of(new Candidate(new Decision.RecordId(1, Digest.ofText("r")), record)),
                        now,
                        false,
                        all -> Optional.empty());
    }

    private static Use library(Integer... steps) {
        return new Use(new Fact(FactKind.BYTES, LIBRARY, "old"), Evidence.OBSERVED, List.of(steps));
    }

    @Test
    void aLinkIsRunAgainWithAllThatItStarts() {
        Decision decision = decide(library(2));
        assertThat(decision.action()).isEqualTo(Action.KEEP);
        assertThat(decision.because())
                .startsWith("z/lib/libz.so changed; 1 command that read it, run again, makes the same (probe, 1.0 s)");
        assertThat(ranAgain).containsExactly(Set.of(1));
    }

    @Test
    void whatMakesSomethingElseIsRebuilt() {
        alike = false;
        Decision decision = decide(library(1, 2));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
        assertThat(decision.because()).contains("run again, it makes another app");
    }

    @Test
    void whoElseReliedOnItRulesItOut() {
        assertThat(decide(library(2, 3)).action()).isEqualTo(Action.REBUILD);
        assertThat(decide(library(3)).action()).isEqualTo(Action.REBUILD);
        assertThat(decide(library()).action()).isEqualTo(Action.REBUILD);
        assertThat(ranAgain).isEmpty();
    }

    @Test
    void whatChangedMustBeOfANeed() {
        Use script = new Use(new Fact(FactKind.BYTES, SCRIPT, "old"), Evidence.OBSERVED, List.of(2));
        assertThat(decide(library(2), script).action()).isEqualTo(Action.REBUILD);
        assertThat(ranAgain).isEmpty();
    }

    @Test
    void notWithoutTheTreeOrLeave() {
        probing = Probing.NEVER;
        assertThat(decide(library(2)).action()).isEqualTo(Action.REBUILD);
        probing = Probing.AUTO;
        tree = Optional.empty();
        assertThat(decide(library(2)).action()).isEqualTo(Action.REBUILD);
        assertThat(ranAgain).isEmpty();
    }

    @Test
    void aPlanSaysThatItWouldBe() {
        probing = Probing.AUTO.planned();
        Decision decision = decide(library(2));
        assertThat(decision.reasons().getFirst().text())
                .contains("probe of 1 command, about 1 s: z/lib/libz.so changed");
        assertThat(ranAgain).isEmpty();
    }
}
