package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import dev.cutoff.store.StatLog.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatLogTest {

    @TempDir
    Path folder;

    private interface Change {
        void make() throws Exception;
    }

    /** Whether a look at a path notices a change. */
    private static boolean notices(Scope scope, Path path, Change change) throws Exception {
        StatLog log = new StatLog();
        log.look(path, scope);
        // Later than one tick of the file system's clock.
        Thread.sleep(30);
        assertThat(log.looks().get(0).isSeenAgain()).isTrue();
        change.make();
        return !log.looks().get(0).isSeenAgain();
    }

    @Test
    void contentOfTheSameSizeAndTime() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "one");
        FileTime time = Files.getLastModifiedTime(file);
        Change change = () -> {
            Files.writeString(file, "two");
            Files.setLastModifiedTime(file, time);
        };
        assertThat(notices(Scope.ENTRY, file, change)).isTrue();
        assertThat(notices(Scope.TARGET, file, change)).isTrue();
        assertThat(notices(Scope.ENTRY_KIND, file, change)).isFalse();
    }

    @Test
    void anotherFileInItsPlace() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "one");
        for (Scope scope : Scope.values()) {
            assertThat(notices(scope, file, () -> {
                        Path other = Files.writeString(folder.resolve("g"), "two");
                        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
                        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
                    }))
                    .as("%s", scope)
                    .isTrue();
        }
    }

    @Test
    void modeAndRemoval() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "one");
        assertThat(notices(
                        Scope.ENTRY,
                        file,
                        () -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"))))
                .isTrue();
        for (Scope scope : Scope.values()) {
            Files.writeString(file, "one");
            assertThat(notices(scope, file, () -> Files.delete(file)))
                    .as("%s", scope)
                    .isTrue();
            assertThat(notices(scope, file, () -> Files.writeString(file, "one")))
                    .as("%s", scope)
                    .isTrue();
        }
    }

    @Test
    void namesInAFolder() throws Exception {
        assertThat(notices(Scope.ENTRY, folder, () -> Files.writeString(folder.resolve("new"), "")))
                .isTrue();
        assertThat(notices(Scope.ENTRY, folder, () -> Files.delete(folder.resolve("new"))))
                .isTrue();
        assertThat(notices(Scope.ENTRY_KIND, folder, () -> Files.writeString(folder.resolve("new"), "")))
                .isFalse();
    }

    @Test
    void linksAndWhatTheyLeadTo() throws Exception {
        Path one = Files.writeString(folder.resolve("one"), "1");
        Path two = Files.writeString(folder.resolve("two"), "2");
        Path link = Files.createSymbolicLink(folder.resolve("link"), one);
        Change elsewhere = () -> {
            Files.delete(link);
            Files.createSymbolicLink(link, two);
        };
        assertThat(notices(Scope.TARGET, link, elsewhere)).isTrue();
        assertThat(notices(Scope.ENTRY, link, () -> Files.writeString(two, "3")))
                .isFalse();
        assertThat(notices(Scope.TARGET, link, () -> Files.writeString(two, "4")))
                .isTrue();
        assertThat(notices(Scope.TARGET_KIND, link, () -> Files.writeString(two, "5")))
                .isFalse();
    }

    @Test
    void twoStatesInOneRunAreAGap() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "one");
        StatLog log = new StatLog();
        log.look(file, Scope.ENTRY);
        log.look(file, Scope.ENTRY);
        log.hashed(file, StatCache.stat(file).orElseThrow(), Digest.ofText("one"));
        assertThat(log.isWhole()).isTrue();
        log.hashed(file, StatCache.stat(file).orElseThrow(), Digest.ofText("two"));
        assertThat(log.isWhole()).isFalse();
        StatLog other = new StatLog();
        other.look(file, Scope.ENTRY);
        Files.writeString(file, "another");
        other.look(file, Scope.ENTRY);
        assertThat(other.isWhole()).isFalse();
    }

    @Test
    void whatComesAndGoesInAStore() throws Exception {
        Path at = folder.resolve("store");
        byte[] content = "content".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Digest digest;
        try (Store store = Store.open(at)) {
            digest = store.blobs().put(content);
        }
        assertThat(changed(at, store -> {})).isFalse();
        assertThat(changed(at, store -> store.blobs().put(content))).as("there").isFalse();
        assertThat(changed(at, store -> store.blobs().put(new byte[] {1}))).isTrue();
        assertThat(changed(at, store -> store.blobs().setAside(digest))).isTrue();
        assertThat(changed(at, store -> store.addPassed(digest))).isTrue();
        assertThat(changed(at, store -> store.index().forget(1)))
                .as("nothing to forget")
                .isFalse();
        assertThat(changed(at, store -> store.index().add(new Index.Entry("u", digest, digest, digest), true)))
                .as("a record")
                .isTrue();
    }

    private interface Work {
        void on(Store store) throws Exception;
    }

    /** Whether a store's landmarks show what was done in it. */
    private static boolean changed(Path at, Work work) throws Exception {
        StatLog log = new StatLog();
        for (Path landmark : Store.landmarks(at)) {
            log.look(landmark, Scope.ENTRY);
        }
        Thread.sleep(30);
        try (Store store = Store.open(at)) {
            work.on(store);
        }
        for (StatLog.Look look : log.looks()) {
            if (!look.isSeenAgain()) {
                return true;
            }
        }
        return false;
    }
}
