package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.testing.Gen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {

    private static final Collection.Limits EVERYTHING = new Collection.Limits(0, 0);

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int made;

    private Store open() {
        InstantSource clock = () -> now;
        return Store.open(folder.resolve("store"), clock, note -> {});
    }

    private Collection collect(Store store, Collection.Limits limits) {
        return new Collector(store, () -> now).collect(limits, false);
    }

    private Collection collect(long bytes, long days) {
        try (Store store = open()) {
            return collect(store, new Collection.Limits(bytes, TimeUnit.DAYS.toMillis(days)));
        }
    }

    private Tree adopt(Store store, String... contents) throws IOException {
        Path out = Files.createDirectories(folder.resolve("out" + made++));
        for (int i = 0; i < contents.length; i++) {
            Files.writeString(out.resolve("f" + i), contents[i]);
        }
        return store.trees().adopt(out, "test");
    }

    private static BuildRecord record(String unit, Tree artifact) {
        return new BuildRecord(
                unit,
                new Inputs(new TreeMap<>()),
                Digest.EMPTY,
                new TreeMap<>(),
                List.of(),
                List.of(),
                new Observation("strace", List.of(), List.of(), ""),
                artifact.root(),
                Trust.CLEAN,
                1,
                1,
                0);
    }

    /** A unit of this name, with an artifact of one file. */
    private Tree build(String unit, String content) throws IOException {
        try (Store store = open()) {
            Tree tree = adopt(store, content);
            store.commit(record(unit, tree), false);
            return tree;
        }
    }

    private boolean isKept(String unit) {
        try (Store store = open()) {
            return store.candidates(unit).stream().anyMatch(c -> {
                try {
                    return store.trees()
                            .load(c.record().artifact())
                            .filter(store.trees()::hasBlobs)
                            .isPresent();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private void days(long days) {
        now = now.plusSeconds(TimeUnit.DAYS.toSeconds(days));
    }

    @Test
    void whatWasNotUsedForLongGoesAndWhatWasUsedStays() throws IOException {
        build("old", "1");
        build("used", "2");
        days(60);
        try (Store store = open()) {
            store.uses(store.candidates("used").get(0).id());
        }
        build("new", "3");
        days(60);
        Collection done = collect(1 << 30, 90);
        assertThat(done.tooOld()).isEqualTo(1);
        assertThat(done.removed().blobs()).as("record, folder, file").isEqualTo(3);
        assertThat(isKept("old")).isFalse();
        assertThat(isKept("used")).isTrue();
        assertThat(isKept("new")).isTrue();
        try (Store store = open()) {
            assertThat(store.blobs().all()).hasSize(6);
        }
    }

    @Test
    void theLongestUnusedGoFirstUntilTheRestFits() throws IOException {
        for (int i = 0; i < 5; i++) {
            build("u" + i, "content " + i);
            days(1);
        }
        // Three blocks each.
        Collection done = collect(2 * 3 * 4096, 90);
        assertThat(done.tooMuch()).isEqualTo(3);
        assertThat(done.stays().bytes()).isEqualTo(2 * 3 * 4096);
        assertThat(List.of(isKept("u2"), isKept("u3"), isKept("u4"))).containsExactly(false, true, true);
    }

    /** Sets of facts that two records share stay with the one that stays, and go with the last. */
    @Test
    void setsOfFactsStayForWhoeverNeedsThem() throws IOException {
        try (Store store = open()) {
            store.commit(
                    IndexTest.withArtifact(
                            RecordCodecTest.like("old", "x", 0),
                            adopt(store, "1").root()),
                    false);
        }
        days(60);
        try (Store store = open()) {
            store.commit(
                    IndexTest.withArtifact(
                            RecordCodecTest.like("new", "y", 0),
                            adopt(store, "2").root()),
                    false);
        }
        days(60);
        assertThat(collect(1 << 30, 90).tooOld()).isEqualTo(1);
        assertThat(isKept("old")).isFalse();
        try (Store store = open()) {
            assertThat(store.candidates("new").get(0).record().uses())
                    .containsExactlyInAnyOrderElementsOf(
                            RecordCodecTest.like("new", "y", 0).uses());
            assertThat(new Census(store).verify().isSound()).isTrue();
        }
        days(100);
        collect(1 << 30, 90);
        try (Store store = open()) {
            assertThat(store.blobs().all()).isEmpty();
        }
    }

    @Test
    void whatTwoNeedStaysForOne() throws IOException {
        build("old", "shared");
        days(100);
        build("new", "shared");
        collect(1 << 30, 90);
        assertThat(isKept("old")).isFalse();
        assertThat(isKept("new")).isTrue();
    }

    @Test
    void aTrialTakesNothing() throws IOException {
        build("a", "1");
        try (Store store = open()) {
            Collection said = new Collector(store, () -> now.plusSeconds(1)).collect(EVERYTHING, true);
            assertThat(said.removed().blobs()).isEqualTo(3);
        }
        assertThat(isKept("a")).isTrue();
    }

    /** The classic race: what is there already is not written again, and would then be taken away. */
    @Test
    void whatAProcessFoundThereStaysUntilItsEnd() throws IOException {
        Tree tree = build("old", "1");
        days(1);
        try (Store working = open()) {
            Tree again = adopt(working, "1");
            Digest text = working.blobs().put(new byte[] {1, 2, 3});
            assertThat(again.root()).isEqualTo(tree.root());
            try (Store store = open()) {
                Collection done = collect(store, EVERYTHING);
                assertThat(done.processes()).isEqualTo(1);
                assertThat(store.trees().hasBlobs(tree)).isTrue();
                assertThat(store.blobs().has(text)).isTrue();
            }
            working.commit(record("new", again), false);
            try (Store store = open()) {
                collect(store, EVERYTHING);
            }
            assertThat(working.candidates("new")).hasSize(1);
        }
        days(1);
        try (Store store = open()) {
            collect(store, EVERYTHING);
            assertThat(store.blobs().all()).isEmpty();
        }
    }

    @Test
    void whatAProcessLoadedStaysUntilItsEnd() throws IOException {
        Tree tree = build("a", "1");
        days(1);
        try (Store reading = open()) {
            assertThat(reading.trees().load(tree.root())).isPresent();
            collect(0, 0);
            assertThat(reading.trees().hasBlobs(tree)).isTrue();
            assertThat(reading.candidates("a")).as("its record too").hasSize(1);
        }
        days(1);
        collect(0, 0);
        assertThat(isKept("a")).isFalse();
    }

    @Test
    void adoptingWhileOthersCollectLosesNothing() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        List<Thread> collectors = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            collectors.add(Thread.ofPlatform().start(() -> {
                try {
                    while (!ended.get()) {
                        try (Store store = open()) {
                            new Collector(store, () -> now.plusSeconds(1)).collect(EVERYTHING, false);
                        }
                    }
                } catch (Throwable e) {
                    failed.set(e);
                }
            }));
        }
        Gen gen = new Gen(7);
        for (int i = 0; i < 40; i++) {
            try (Store store = open()) {
                // Few contents: most are there, or have just been taken away.
                Tree tree = adopt(store, "c" + gen.below(3), "c" + gen.below(3));
                assertThat(store.trees().hasBlobs(tree)).as("adopted %d", i).isTrue();
                assertThat(store.commit(record("u" + gen.below(2), tree), false).artifact())
                        .as("committed %d", i)
                        .satisfies(root -> assertThat(store.trees().load(root).filter(store.trees()::hasBlobs))
                                .isPresent());
                assertThat(store.trees().read(tree.root())).as("folder %d", i).isPresent();
            }
        }
        ended.set(true);
        for (Thread thread : collectors) {
            thread.join();
        }
        assertThat(failed.get()).isNull();
        try (Store store = open()) {
            assertThat(new Census(store).verify().isSound()).isTrue();
        }
    }

    @Test
    void aUseInTheFutureCountsFromNowOn() throws IOException {
        days(1000);
        build("future", "1");
        days(-1000);
        collect(1 << 30, 90);
        assertThat(isKept("future")).isTrue();
        days(100);
        collect(1 << 30, 90);
        assertThat(isKept("future")).isFalse();
    }

    @Test
    void foldersOfArtifactsGoWithTheirRecords() throws IOException {
        Tree tree = build("a", "1");
        Path laid = Files.createDirectories(
                folder.resolve("store/artifacts").resolve(tree.root().hex()));
        Files.writeString(laid.resolve("f0"), "1");
        Path orphan = Files.createDirectories(folder.resolve("store/artifacts").resolve(Digest.EMPTY.hex()));
        assertThat(collect(1 << 30, 90).removed().artifacts()).isEqualTo(1);
        assertThat(orphan).doesNotExist();
        assertThat(laid).exists();
        days(100);
        assertThat(collect(1 << 30, 90).removed().artifacts()).isEqualTo(1);
        assertThat(laid).doesNotExist();
    }

    @Test
    void whatDamageLeftGoes() throws IOException {
        Tree tree = build("a", "1");
        try (Store store = open()) {
            store.blobs().setAside(tree.root());
            assertThat(collect(store, new Collection.Limits(1 << 30, Long.MAX_VALUE / 4))
                            .setAside())
                    .isEqualTo(1);
        }
        assertThat(folder.resolve("store/damaged")).isEmptyDirectory();
    }
}
