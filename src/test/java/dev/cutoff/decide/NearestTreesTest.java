package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import dev.cutoff.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearestTreesTest {

    private static final Inputs INPUTS = new Inputs(new TreeMap<>(Map.of("build", "make")));
    private static final Terms TERMS = new Terms(Policy.IDENTICAL, Trust.INCREMENTAL, false);
    private static final NearestTrees.LateReader ALL = new NearestTrees.LateReader() {
        @Override
        public <T> Optional<T> read(Supplier<T> part) {
            return Optional.of(part.get());
        }
    };

    @TempDir
    private Path folder;

    /** All files have the content "0". */
    private static final World NOW = new World() {
        @Override
        public Digest source() {
            return Digest.ofText("now");
        }

        @Override
        public Optional<Digest> artifact(String need) {
            return Optional.empty();
        }

        @Override
        public Optional<String> now(Fact fact) {
            return Optional.of("0");
        }

        @Override
        public Optional<String> difference(Fact fact) {
            return Optional.empty();
        }
    };

    private static String file(int number, int perFolder) {
        return Place.source("app") + "/d" + number / perFolder + "/f" + number % perFolder + ".c";
    }

    /**
     * A record of a build of so many files, each by a step of its own.
     *
     * @param changed those that were others than they are now
     */
    private static BuildRecord record(int number, int files, int perFolder, Set<Integer> changed, double... seconds) {
        List<Use> uses = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            String state = changed.contains(i) ? "was " + number : "0";
            uses.add(new Use(new Fact(FactKind.BYTES, file(i, perFolder), state), Evidence.OBSERVED, List.of(i)));
            String object = file(i, perFolder).replace("/src/", "/build/") + ".o";
            steps.add(new Step(
                    i,
                    -1,
                    0,
                    List.of("cc", "-c", file(i, perFolder)),
                    "/cutoff/build/app",
                    Digest.EMPTY,
                    List.of(object),
                    List.of(),
                    i < seconds.length ? seconds[i] : 1,
                    ""));
        }
        return new BuildRecord(
                "app",
                INPUTS,
                Digest.ofText("sources " + number),
                Map.of(),
                steps,
                uses,
                new Observation("preload", List.of(), List.of(), ""),
                Digest.ofText("artifact " + number),
                Trust.CLEAN,
                1,
                1,
                number,
                Optional.of(new BuildTree(Digest.ofText("outputs " + number), Digest.ofText("stamps " + number))),
                Optional.empty(),
                "",
                List.of());
    }

    private List<Long> ranked(BuildRecord... records) {
        try (Store store = Store.open(folder)) {
            List<Long> numbers = new ArrayList<>();
            for (BuildRecord record : records) {
                numbers.add(store.commit(record, false).id().number());
            }
            return new NearestTrees(INPUTS, NOW, TERMS, ALL)
                    .rank(store.candidates("app")).stream()
                            .map(tree -> (long) numbers.indexOf(tree.base().id().number()))
                            .toList();
        }
    }

    @Test
    void theLatestTreeIsNotAlwaysTheNearest() {
        assertThat(ranked(record(0, 4, 2, Set.of(0)), record(1, 4, 2, Set.of(0, 1, 2)), record(2, 4, 2, Set.of(1, 2))))
                .containsExactly(0L, 2L, 1L);
    }

    @Test
    void whatTookLongCountsMore() {
        assertThat(ranked(record(0, 4, 2, Set.of(0), 9, 1, 1, 1), record(1, 4, 2, Set.of(1, 2), 9, 1, 1, 1)))
                .containsExactly(1L, 0L);
    }

    @Test
    void ofEqualsTheNewestIsTaken() {
        assertThat(ranked(record(0, 4, 2, Set.of(0)), record(1, 4, 2, Set.of(1))))
                .containsExactly(1L, 0L);
    }

    /** 1,000 trees of 10,000 files, of whose folders 95 in 100 are those of now; the time is printed. */
    @Test
    @Tag("long")
    void ofAThousandTrees() {
        Random random = new Random(7);
        int files = 10_000;
        int perFolder = 64;
        int nearest = 400;
        try (Store store = Store.open(folder)) {
            for (int number = 0; number < 1000; number++) {
                Set<Integer> changed = new HashSet<>();
                int folders = number == nearest ? 1 : files / perFolder / 20;
                while (changed.size() < folders) {
                    changed.add(random.nextInt(files));
                }
                store.commit(record(number, files, perFolder, changed), false);
            }
        }
        for (int round = 0; round < 3; round++) {
            try (Store store = Store.open(folder)) {
                long began = System.nanoTime();
                List<Candidate> candidates = store.candidates("app");
                long read = System.nanoTime();
                List<NearestTrees.Ranked> ranked = new NearestTrees(INPUTS, NOW, TERMS, ALL).rank(candidates);
                long end = System.nanoTime();
                System.out.printf(
                        "1,000 trees of 10,000 files: records' heads read in %d ms, ranked in %d ms%n",
                        (read - began) / 1_000_000, (end - read) / 1_000_000);
                assertThat(ranked.getFirst().base().record().created()).isEqualTo(nearest);
                assertThat(ranked.getFirst().rerun().steps()).hasSize(1);
            }
        }
    }
}
