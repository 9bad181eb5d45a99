package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RenewalTest {

    private static final String HEADER = "/cutoff/deps/zlib/include/zlib.h";
    private static final String OTHER = "/cutoff/deps/zlib/include/zconf.h";
    private static final int COMPILE = 1;
    private static final int COPY = 2;

    private final Map<String, String> present = new HashMap<>();

    private final World world = new World() {
        @Override
        public Digest source() {
            return Digest.ofText("sources now");
        }

        @Override
        public Optional<Digest> artifact(String need) {
            return Optional.of(Digest.ofText(need + " now"));
        }

        @Override
        public Optional<String> now(Fact fact) {
            return Optional.of(present.getOrDefault(fact.entity(), Fact.ABSENT));
        }

        @Override
        public Optional<String> difference(Fact fact) {
            return Optional.empty();
        }
    };

    private static Use use(String entity, String state, Integer... steps) {
        return new Use(new Fact(FactKind.TOKENS, entity, state), Evidence.OBSERVED, List.of(steps));
    }

    private static BuildRecord record(Use... uses) {
        return new BuildRecord(
                "app",
                new Inputs(new TreeMap<>()),
                Digest.ofText("sources"),
                Map.of("zlib", Digest.ofText("zlib")),
                List.of(),
                List.of(uses),
                new Observation("preload", List.of(), List.of(), ""),
                Digest.ofText("artifact"),
                Trust.CLEAN,
                1,
                1,
                0);
    }

    private Optional<BuildRecord> renewed(BuildRecord base, Use... seen) {
        return Renewal.of(base, List.of(new Renewal.Shown(Set.of(COMPILE), List.of(seen), false)), world, "a probe", 5);
    }

    @Test
    void whatTheTrialSawTakesThePlaceOfWhatChanged() {
        present.put(HEADER, "new");
        present.put(OTHER, "same");
        BuildRecord base = record(use(HEADER, "old", COMPILE), use(OTHER, "same", COPY, COMPILE));
        BuildRecord renewed =
                renewed(base, use(HEADER, "new", 0), use(OTHER, "same", 0)).orElseThrow();
        assertThat(renewed.uses())
                .containsExactlyInAnyOrder(use(HEADER, "new", COMPILE), use(OTHER, "same", COPY, COMPILE));
        assertThat(renewed.artifact()).isEqualTo(base.artifact());
        assertThat(renewed.needs()).containsEntry("zlib", Digest.ofText("zlib now"));
        assertThat(renewed.source()).isEqualTo(world.source());
        assertThat(renewed.tree()).isEmpty();
    }

    /** What is the same in every bit is what a build of today would leave. */
    @Test
    void theTreeIsKeptWhereAllWasCompared() {
        present.put(HEADER, "new");
        BuildRecord plain = record(use(HEADER, "old", COMPILE));
        BuildRecord base = new BuildRecord(
                plain.unit(),
                plain.inputs(),
                plain.source(),
                plain.needs(),
                plain.steps(),
                plain.uses(),
                plain.observation(),
                plain.artifact(),
                plain.trust(),
                1,
                1,
                0,
                Optional.of(new BuildTree(Digest.EMPTY, Digest.EMPTY)),
                Optional.empty(),
                "",
                List.of());
        Renewal.Shown exact = new Renewal.Shown(Set.of(COMPILE), List.of(use(HEADER, "new", 0)), true);
        Renewal.Shown code = new Renewal.Shown(Set.of(COPY), List.of(), false);
        assertThat(Renewal.of(base, List.of(exact), world, "a probe", 5)
                        .orElseThrow()
                        .tree())
                .isEqualTo(base.tree());
        assertThat(Renewal.of(base, List.of(exact, code), world, "a probe", 5)
                        .orElseThrow()
                        .tree())
                .isEmpty();
    }

    @Test
    void whatAnotherStepReliedOnMustHold() {
        present.put(HEADER, "new");
        assertThat(renewed(record(use(HEADER, "old", COPY, COMPILE)), use(HEADER, "new", 0)))
                .isEmpty();
        assertThat(renewed(record(use(HEADER, "old")), use(HEADER, "new", 0))).isEmpty();
    }

    @Test
    void whatChangedMeanwhileSettlesNothing() {
        present.put(HEADER, "new");
        present.put(OTHER, "same");
        assertThat(renewed(
                        record(use(HEADER, "old", COMPILE), use(OTHER, "same", COMPILE)),
                        use(HEADER, "new", 0),
                        use(OTHER, "another", 0)))
                .isEmpty();
    }

    @Test
    void whoReliedOnItStaysUnknown() {
        present.put(OTHER, "same");
        assertThat(renewed(record(use(OTHER, "same")), use(OTHER, "same", 0))
                        .orElseThrow()
                        .uses())
                .containsExactly(use(OTHER, "same"));
    }

    /** Its artifact is that of a build with other debug info. */
    @Test
    void itCountsWhereProbesDo() {
        present.put(HEADER, "new");
        BuildRecord renewed = renewed(record(use(HEADER, "old", COMPILE)), use(HEADER, "new", 0))
                .orElseThrow();
        Candidate candidate = new Candidate(new Decision.RecordId(1, Digest.ofText("r")), renewed);
        for (Policy policy : Policy.values()) {
            for (Probing probing : Probing.values()) {
                for (boolean exact : new boolean[] {false, true}) {
                    Decision decision = new Decider(new Terms(policy, Trust.INCREMENTAL, exact, probing))
                            .decide(
                                    "app",
                                    renewed.inputs(),
                                    List.of(candidate),
                                    world,
                                    false,
                                    Decider.Standing.UNKNOWN);
                    boolean counts = policy != Policy.STRICT && probing != Probing.NEVER && !exact;
                    assertThat(decision.action().name())
                            .as("%s %s %s", policy, probing, exact)
                            .isEqualTo(counts ? "KEEP" : "REBUILD");
                }
            }
        }
    }
}
