package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTest {

    @TempDir
    Path folder;

    /** T42: a unit whose builds differ each time keeps the artifact that came first. */
    @Test
    void theFirstOfEqualRecordsWins() throws Exception {
        try (Store store = Store.open(folder)) {
            Files.createDirectory(folder.resolve("out"));
            Files.writeString(folder.resolve("out/f"), "first");
            Tree first = store.trees().adopt(folder.resolve("out"), "test");
            BuildRecord one = withArtifact(RecordCodecTest.random(1), first.root());
            BuildRecord other = withArtifact(one, Digest.ofText("other"));
            assertThat(store.commit(one, false).artifact()).isEqualTo(one.artifact());
            assertThat(store.commit(other, false).artifact()).isEqualTo(one.artifact());
            assertThat(store.candidates(one.unit())).hasSize(1);
        }
    }

    @Test
    void oneWhoseArtifactIsLostDoesNotWin() {
        try (Store store = Store.open(folder)) {
            BuildRecord lost = RecordCodecTest.random(1);
            BuildRecord other = withArtifact(lost, Digest.ofText("other"));
            store.commit(lost, false);
            assertThat(store.commit(other, false).artifact()).isEqualTo(other.artifact());
        }
    }

    @Test
    void aForcedOneTakesItsPlace() {
        try (Store store = Store.open(folder)) {
            BuildRecord one = RecordCodecTest.random(1);
            BuildRecord other = withArtifact(one, Digest.ofText("other"));
            store.commit(one, false);
            assertThat(store.commit(other, true).artifact()).isEqualTo(other.artifact());
            assertThat(store.candidates(one.unit()).get(0).record().artifact()).isEqualTo(other.artifact());
        }
    }

    static BuildRecord withArtifact(BuildRecord r, Digest artifact) {
        return with(r, artifact, r.created());
    }

    static BuildRecord later(BuildRecord r, Digest artifact) {
        return with(r, artifact, r.created() + 1);
    }

    private static BuildRecord with(BuildRecord r, Digest artifact, long created) {
        return new BuildRecord(
                r.unit(),
                r.inputs(),
                r.source(),
                r.needs(),
                r.steps(),
                r.uses(),
                r.observation(),
                artifact,
                r.trust(),
                r.cpuSeconds(),
                r.seconds(),
                created);
    }

    @Test
    void aRowThatSaysOtherThanItsRecordIsNoCandidate() throws Exception {
        BuildRecord one = RecordCodecTest.random(1);
        try (Store store = Store.open(folder)) {
            store.commit(one, false);
        }
        try (var sql = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
                var statement = sql.createStatement()) {
            statement.execute("UPDATE record SET artifact = '" + Digest.ofText("forged") + "'");
        }
        try (Store store = Store.open(folder)) {
            assertThat(store.candidates(one.unit())).isEmpty();
        }
    }

    @Test
    void anUnknownSchemaIsRefused() throws Exception {
        try (Store store = Store.open(folder)) {
            assertThat(store.index().records("x")).isEmpty();
        }
        try (var sql = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
                var statement = sql.createStatement()) {
            statement.execute("PRAGMA user_version=99");
            statement.execute("PRAGMA application_id=" + (0x43555400 + 99));
        }
        assertThatThrownBy(() -> Store.open(folder)).isInstanceOf(Failure.class).hasMessageContaining("schema 99");
    }
}
