package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftFoldersTest {

    private static final BuildTree TREE = new BuildTree(Digest.ofText("outputs"), Digest.ofText("stamps"));
    private static final BuildTree OTHER = new BuildTree(Digest.ofText("outputs"), Digest.ofText("others"));

    @TempDir
    private Path folder;

    private Path left;

    @BeforeEach
    void make() {
        left = folder.resolve("store/folders").resolve(Digest.ofText("app").hex());
    }

    private Path built(Store store) throws IOException {
        Path built = store.scratch().folder("build").resolve("src");
        Files.createDirectories(built.resolve("d"));
        Files.writeString(built.resolve("d/a.o"), "one");
        Files.createSymbolicLink(built.resolve("link"), Path.of("d/a.o"));
        return built;
    }

    private Optional<?> takenAfter(Change change, BuildTree asked) throws IOException {
        try (Store store = Store.open(folder.resolve("store"))) {
            store.leftFolders().leave("app", TREE, built(store));
        }
        change.in(left);
        try (Store store = Store.open(folder.resolve("store"))) {
            Path to = store.scratch().folder("next").resolve("src");
            Optional<?> taken = store.leftFolders().take("app", asked, to);
            assertThat(Files.exists(to.resolve("d/a.o"))).isEqualTo(taken.isPresent());
            assertThat(left).doesNotExist();
            assertThat(store.leftFolders().take("app", asked, to.resolveSibling("again")))
                    .isEmpty();
            return taken;
        }
    }

    private interface Change {
        void in(Path left) throws IOException;
    }

    @Test
    void whatStandsAsItWasLeftIsTaken() throws IOException {
        assertThat(takenAfter(_ -> {}, TREE)).isPresent();
    }

    @Test
    void thatOfAnotherTreeIsNot() throws IOException {
        assertThat(takenAfter(_ -> {}, OTHER)).isEmpty();
    }

    @Test
    void whatWasWrittenToWithItsTimeGivenBackIsNot() throws IOException {
        assertThat(takenAfter(
                        left -> {
                            Path file = left.resolve("content/d/a.o");
                            FileTime time = Files.getLastModifiedTime(file);
                            Files.writeString(file, "two");
                            Files.setLastModifiedTime(file, time);
                        },
                        TREE))
                .isEmpty();
    }

    @Test
    void whatWasAddedOrTakenAwayIsSeen() throws IOException {
        assertThat(takenAfter(left -> Files.writeString(left.resolve("content/d/b.o"), "b"), TREE))
                .isEmpty();
        assertThat(takenAfter(left -> Files.writeString(left.resolve("content/new"), "b"), TREE))
                .isEmpty();
        assertThat(takenAfter(left -> Files.delete(left.resolve("content/link")), TREE))
                .isEmpty();
    }

    @Test
    void aDamagedManifestSaysNothing() throws IOException {
        assertThat(takenAfter(left -> flip(left.resolve("manifest"), 50), TREE)).isEmpty();
        assertThat(takenAfter(left -> Files.write(left.resolve("manifest"), new byte[7]), TREE))
                .isEmpty();
        assertThat(takenAfter(left -> Files.delete(left.resolve("manifest")), TREE))
                .isEmpty();
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void theLatestOfAUnitStays() throws IOException {
        try (Store store = Store.open(folder.resolve("store"))) {
            store.leftFolders().leave("app", OTHER, built(store));
            store.leftFolders().leave("app", TREE, built(store));
            assertThat(store.leftFolders()
                            .take("app", TREE, store.scratch().folder("next").resolve("src")))
                    .isPresent();
        }
    }

    @Test
    void itGoesWithItsTree() throws IOException {
        try (Store store = Store.open(folder.resolve("store"))) {
            BuildTree stored = new BuildTree(
                    Digest.ofText("outputs"), store.blobs().put("stamps".getBytes(StandardCharsets.UTF_8)));
            store.leftFolders().leave("app", stored, built(store));
            assertThat(store.leftFolders().removeOrphans(store.blobs())).isZero();
            assertThat(left).exists();
            Files.delete(store.blobs().path(stored.stamps()));
            assertThat(store.leftFolders().removeOrphans(store.blobs())).isEqualTo(1);
            assertThat(left).doesNotExist();
        }
    }
}
