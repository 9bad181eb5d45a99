package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A library of a need has changed in what a link saw of it: which links may be judged by how their product is bound. */
class BindingsTest {

    private static final String LIBRARY = "/cutoff/deps/zlib/lib/libz.so.1";
    private static final String PRODUCT = "/cutoff/build/app/app";
    private static final String INSTALLED = "/cutoff/deps/app/bin/app";
    private static final Fact SEEN =
            new Fact(FactKind.LINKED, LIBRARY, "scope", Digest.ofText("old").hex(), "old state");
    private static final Step LINK = step(0, "/usr/bin/ld", List.of(PRODUCT), List.of());
    private static final Step INSTALL = step(1, "install", List.of(INSTALLED), List.of(PRODUCT), "app");

    private Policy policy = Policy.COMPATIBLE;
    private boolean debugInfoCounts;
    private Optional<String> otherwise = Optional.empty();
    private int asked;

    private final World now = new World() {
        @Override
        public Digest source() {
            return Digest.EMPTY;
        }

        @Override
        public Optional<Digest> artifact(String need) {
            return Optional.of(Digest.ofText("another " + need));
        }

        @Override
        public Optional<String> now(Fact fact) {
            return Optional.of(fact.entity().endsWith("/libz.so.1") ? "new" : fact.state());
        }

        @Override
        public Optional<String> bindsOtherwise(Fact fact) {
            asked++;
            return otherwise;
        }

        @Override
        public Optional<String> difference(Fact fact) {
            return Optional.of("data size 4 -> 8");
        }
    };

    private static Step step(int number, String program, List<String> writes, List<String> read, String... words) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(words));
        return new Step(number, -1, 0, command, "/cutoff/build/app", Digest.EMPTY, writes, read, 0, "");
    }

    private static Use ran(String program, int step) {
        Fact fact = new Fact(FactKind.BYTES, program, Digest.ofText(program).hex());
        return new Use(fact, Evidence.OBSERVED, List.of(step));
    }

    private Decision decide(List<Step> steps, Use... uses) {
        Map<String, Digest> needs = Map.of("zlib", Digest.ofText("zlib"));
        BuildRecord record = new BuildRecord(
                "app",
                new Inputs(new TreeMap<>()),
                Digest.EMPTY,
                needs,
                steps,
                List.of(uses),
                new Observation("strace", List.of(), List.of(), ""),
                Digest.ofText("artifact"),
                Trust.CLEAN,
                1,
                1,
                0);
        asked = 0;
        Candidate candidate = new Candidate(new Decision.RecordId(1, Digest.EMPTY), record);
        return new Decider(new Terms(policy, Trust.CLEAN, debugInfoCounts))
                .decide("app", record.inputs(), List.of(candidate), now, false, Decider.Standing.UNKNOWN);
    }

    private Decision linked(Step... others) {
        List<Step> steps = new ArrayList<>(List.of(LINK));
        steps.addAll(List.of(others));
        return decide(
                steps, new Use(SEEN, Evidence.OBSERVED, List.of(0)), ran("/usr/bin/install", 1), ran("/usr/bin/cp", 2));
    }

    @Test
    void whatIsBoundAlikeIsKeptUnderCompatibleAlone() {
        Decision decision = linked(INSTALL);
        assertThat(decision.action()).isEqualTo(Action.KEEP);
        assertThat(decision.because()).contains("bound to them alike").contains("policy compatible");
        for (Policy other : List.of(Policy.IDENTICAL, Policy.STRICT)) {
            policy = other;
            assertThat(linked(INSTALL).action()).isEqualTo(Action.REBUILD);
            assertThat(asked).isZero();
        }
    }

    @Test
    void whatIsBoundOtherwiseIsRebuiltAndNamed() {
        otherwise = Optional.of("no longer defines deflate");
        assertThat(linked(INSTALL).because())
                .isEqualTo("link interface zlib/lib/libz.so.1: no longer defines deflate; seen by ld");
        otherwise = Optional.of("");
        Decision unknown = linked(INSTALL);
        assertThat(unknown.action()).isEqualTo(Action.REBUILD);
        assertThat(unknown.because()).contains("data size 4 -> 8");
    }

    /** The order of its symbols shows to who looks into a product. */
    @Test
    void aProductThatSomebodyLookedIntoCounts() {
        List<String> none = List.of();
        List<String> product = List.of(PRODUCT);
        List<String> copy = List.of("/cutoff/build/app/copy");
        Step copies = step(2, "cp", copy, product, "app", "copy");
        assertThat(linked(INSTALL, copies).action()).isEqualTo(Action.KEEP);
        assertThat(linked(INSTALL, step(2, "/usr/bin/ld", copy, product)).action())
                .isEqualTo(Action.KEEP);
        for (List<Step> others : List.of(
                List.of(INSTALL, step(2, "nm", none, product)),
                List.of(INSTALL, step(2, "nm", none, List.of(INSTALLED))),
                List.of(INSTALL, copies, step(3, "sha256sum", none, copy)),
                // What it writes is not told where it is private.
                List.of(INSTALL, step(2, "cp", none, product, "app", "/tmp/app")),
                List.of(INSTALL, step(2, "cp", copy, product, "app", "copy", "/tmp/app")),
                // A program of that name that is not the machine's.
                List.of(INSTALL, step(3, "cp", copy, product, "app", "copy")),
                List.of(moves(), step(2, "cat", none, List.of("/cutoff/deps/app/app"))))) {
            Decision decision = linked(others.toArray(Step[]::new));
            assertThat(decision.action()).as(others.toString()).isEqualTo(Action.REBUILD);
            assertThat(asked).as(others.toString()).isZero();
        }
    }

    /** Moves the folder that the product is in. */
    private static Step moves() {
        return step(1, "install", List.of("/cutoff/build/app", "/cutoff/deps/app"), List.of(), "app");
    }

    @Test
    void aProductThatTookThePlaceOfASourceCounts() {
        Fact before = new Fact(FactKind.BYTES, PRODUCT, Digest.ofText("before").hex());
        Use seen = new Use(SEEN, Evidence.OBSERVED, List.of(0));
        List<Step> steps = List.of(LINK, INSTALL);
        assertThat(decide(steps, seen, ran("/usr/bin/install", 1), new Use(before, Evidence.OBSERVED, List.of(0)))
                        .action())
                .isEqualTo(Action.KEEP);
        assertThat(decide(steps, seen, ran("/usr/bin/install", 1), new Use(before, Evidence.OBSERVED, List.of(1)))
                        .action())
                .isEqualTo(Action.REBUILD);
    }

    @Test
    void onlyObservedLinksOfLibrariesOfNeedsAreJudgedSo() {
        Use install = ran("/usr/bin/install", 1);
        List<Step> steps = List.of(LINK, INSTALL);
        Fact elsewhere = new Fact(FactKind.LINKED, "/cutoff/build/app/libz.so.1", "scope", SEEN.content(), "old state");
        for (Use use : List.of(
                new Use(SEEN, Evidence.LINKED, List.of(0)),
                new Use(SEEN, Evidence.OBSERVED, List.of()),
                new Use(new Fact(FactKind.BYTES, LIBRARY, "old"), Evidence.OBSERVED, List.of(0)))) {
            assertThat(use.fact().entity()).isEqualTo(LIBRARY);
            decide(steps, use, install);
            assertThat(asked).as(use.toString()).isZero();
        }
        decide(steps, new Use(elsewhere, Evidence.OBSERVED, List.of(0)), install);
        assertThat(asked).isZero();
        // A link whose product was made where nobody tells.
        Decision hidden = decide(
                List.of(step(0, "/usr/bin/ld", List.of(), List.of()), INSTALL),
                new Use(SEEN, Evidence.OBSERVED, List.of(0)),
                install);
        assertThat(hidden.action()).isEqualTo(Action.REBUILD);
    }
}
