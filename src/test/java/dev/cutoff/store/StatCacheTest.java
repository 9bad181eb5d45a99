package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatCacheTest {

    @TempDir
    Path folder;

    private static Digest digest(Store store, Path file) throws IOException {
        return store.stats().digest(file, StatCache.stat(file).orElseThrow());
    }

    @Test
    void sameSizeAndRestoredMtimeDoNotFoolIt() throws Exception {
        Path file = folder.resolve("f");
        Files.writeString(file, "one");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        // Only ctime is new now; once it is settled the digest is remembered.
        Thread.sleep(2100);
        try (Store store = Store.open(folder.resolve("store"))) {
            assertThat(digest(store, file)).isEqualTo(Digest.ofText("one"));
        }
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        try (Store store = Store.open(folder.resolve("store"))) {
            assertThat(digest(store, file)).isEqualTo(Digest.ofText("two"));
        }
    }

    @Test
    void whatIsSettledIsRememberedAndWhatIsFreshIsNot() throws Exception {
        Path file = folder.resolve("f");
        Files.writeString(file, "one");
        try (Store store = Store.open(folder.resolve("store"))) {
            digest(store, file);
        }
        assertThat(rows(folder.resolve("store"))).as("just written").isZero();
        Thread.sleep(2100);
        try (Store store = Store.open(folder.resolve("store"))) {
            digest(store, file);
        }
        assertThat(rows(folder.resolve("store"))).as("two seconds later").isOne();
    }

    @Test
    void aStampInTheFutureIsNotTrusted() throws Exception {
        Path file = folder.resolve("f");
        Files.writeString(file, "one");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3600)));
        Thread.sleep(2100);
        try (Store store = Store.open(folder.resolve("store"))) {
            digest(store, file);
        }
        assertThat(rows(folder.resolve("store"))).isZero();
    }

    private static int rows(Path store) {
        int[] count = new int[1];
        try (Store opened = Store.open(store)) {
            opened.index().stats((device, inode, stamp, digest) -> count[0]++);
        }
        return count[0];
    }
}
