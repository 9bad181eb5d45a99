package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.testing.Gen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to the index: found, said, and made good from the records. */
class DatabaseTest {

    private static final int RECORDS = 12;

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    private Store open() {
        return Store.open(folder.resolve("store"), InstantSource.system(), notes::add);
    }

    private Path file() {
        return folder.resolve("store/index.db");
    }

    private Set<Digest> fill() {
        try (Store store = open()) {
            for (int seed = 0; seed < RECORDS; seed++) {
                store.commit(RecordCodecTest.random(seed), false);
                store.addPassed(Digest.ofText("check " + seed));
            }
            store.index().addStats(List.of(new StatCache.Entry(1, 2, new StatCache.Stamp(3, 4, 5), Digest.EMPTY)));
            return artifacts(store);
        }
    }

    /** Those of the records that are found, each of which must be whole. */
    private static Set<Digest> artifacts(Store store) {
        Set<Digest> found = new TreeSet<>();
        for (int seed = 0; seed < RECORDS; seed++) {
            BuildRecord record = RecordCodecTest.random(seed);
            store.candidates(record.unit()).forEach(c -> found.add(c.record().artifact()));
        }
        return found;
    }

    @Test
    void aLostIndexIsMadeAnewFromTheRecords() throws Exception {
        Set<Digest> before = fill();
        Files.delete(file());
        try (Store store = open()) {
            assertThat(artifacts(store)).isEqualTo(before);
        }
    }

    @Test
    void ofEqualRecordsTheSalvagedOneIsTheOneThatStood() throws Exception {
        BuildRecord one = RecordCodecTest.random(3);
        BuildRecord forced = IndexTest.later(one, Digest.ofText("forced"));
        try (Store store = open()) {
            store.commit(one, false);
            store.commit(forced, true);
        }
        Files.delete(file());
        try (Store store = open()) {
            assertThat(store.candidates(one.unit()).get(0).record().artifact()).isEqualTo(forced.artifact());
        }
    }

    /** A build must not be able to say by a file that it leaves what a later build would give. */
    @Test
    void aFileOfAnArtifactIsNoRecord() throws Exception {
        BuildRecord forged = RecordCodecTest.random(5);
        try (Store store = open()) {
            Files.createDirectory(folder.resolve("out"));
            Files.write(folder.resolve("out/f"), RecordCodec.encode(forged).record());
            Digest artifact = store.trees().adopt(folder.resolve("out"), "test").root();
            store.commit(IndexTest.withArtifact(RecordCodecTest.random(6), artifact), false);
        }
        Files.delete(file());
        try (Store store = open()) {
            assertThat(store.index().counts()[0]).isEqualTo(1);
            assertThat(store.candidates(forged.unit()))
                    .noneMatch(c -> c.record().artifact().equals(forged.artifact()));
        }
    }

    @Test
    void garbageIsMovedAsideAndSaid() throws Exception {
        Set<Digest> before = fill();
        Files.writeString(file(), "no database at all, but as long as a header would be".repeat(4));
        try (Store store = open()) {
            assertThat(artifacts(store)).isEqualTo(before);
        }
        assertThat(notes)
                .hasSize(1)
                .first()
                .asString()
                .contains("index was damaged")
                .contains("damaged/index-");
        notes.clear();
        try (Store store = open()) {
            assertThat(artifacts(store)).isEqualTo(before);
        }
        assertThat(notes).isEmpty();
    }

    /** Whatever bit is flipped: no error comes out, and what is found was there. */
    @Test
    void noFlippedBitIsFatalOrBelieved() throws Exception {
        Set<Digest> before = fill();
        // Stored after each flip; a later one can bring it back from its blob.
        before.add(RecordCodecTest.random(100).artifact());
        byte[] sound = Files.readAllBytes(file());
        Gen gen = new Gen(11);
        for (int i = 0; i < 120; i++) {
            byte[] bytes = sound.clone();
            // The header and the schema are small, and where it matters most.
            int at = gen.oneIn(2) ? gen.below(200) : gen.below(bytes.length);
            bytes[at] ^= (byte) (1 << gen.below(8));
            Files.write(file(), bytes);
            try (Store store = open()) {
                assertThat(before).as("flip %d at %d", i, at).containsAll(artifacts(store));
                StatPage page = store.index().statPage(1, 0);
                for (long inode = 0; inode < 256; inode++) {
                    // The stamp that was stored, and some that were not.
                    assertThat(page.find(inode, new StatCache.Stamp(3, 4, 5)).filter(d -> !d.equals(Digest.EMPTY)))
                            .isEmpty();
                    assertThat(page.find(inode, new StatCache.Stamp(3, 4, 4))).isEmpty();
                }
                assertThat(store.hasPassed(Digest.ofText("no check"))).isFalse();
                store.commit(RecordCodecTest.random(100), true);
            }
            try (Store store = open()) {
                assertThat(store.candidates(RecordCodecTest.random(100).unit()))
                        .as("flip %d at %d: what was stored after it", i, at)
                        .anyMatch(c -> c.record()
                                .artifact()
                                .equals(RecordCodecTest.random(100).artifact()));
            }
            Files.deleteIfExists(file().resolveSibling("index.db-wal"));
            Files.deleteIfExists(file().resolveSibling("index.db-shm"));
        }
    }

    @Test
    void anIndexOfTheFirstSchemaIsBroughtUpToDate() throws Exception {
        Set<Digest> before = fill();
        try (var sql = java.sql.DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = sql.createStatement()) {
            statement.execute("ALTER TABLE record DROP COLUMN used");
            statement.execute("PRAGMA user_version=1");
            statement.execute("PRAGMA application_id=0");
        }
        try (Store store = open()) {
            assertThat(artifacts(store)).isEqualTo(before);
        }
        assertThat(notes).isEmpty();
    }
}
