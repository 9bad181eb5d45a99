package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
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

    @Test
    void afterTheClockWasSetBackNothingIsRememberedUntilItHasCaughtUp() throws Exception {
        Path file = folder.resolve("f");
        Files.writeString(file, "one");
        Instant written = Instant.now();
        for (int minutes : new int[] {-60, 0, 60}) {
            Instant clock = written.plusSeconds(60L * minutes);
            try (Store store = Store.open(folder.resolve("store"), () -> clock, note -> {})) {
                assertThat(digest(store, file)).isEqualTo(Digest.ofText("one"));
            }
            assertThat(rows(folder.resolve("store"))).as("%d minutes", minutes).isEqualTo(minutes > 0 ? 1 : 0);
        }
        // Remembered by a clock that was an hour too early, and then written by one that is right.
        Files.writeString(file, "two");
        try (Store store = Store.open(folder.resolve("store"))) {
            assertThat(digest(store, file)).isEqualTo(Digest.ofText("two"));
        }
    }

    /** Whose clock is ten minutes late stamps what it writes now with times that are long gone here. */
    @Test
    void stampsOfAnotherMachineMustBeOlder() {
        long now = 1_000_000_000_000_000_000L;
        long tenMinutes = 600_000_000_000L;
        StatCache.Stat stat = new StatCache.Stat(0100644, 1, 1, 1, now - tenMinutes, now - tenMinutes);
        assertThat(StatCache.isSettled(stat, now, true)).isTrue();
        assertThat(StatCache.isSettled(stat, now, false)).isFalse();
        assertThat(StatCache.isSettled(stat, now + 200 * tenMinutes, false)).isTrue();
    }

    private static long rows(Path store) {
        try (Store opened = Store.open(store)) {
            return opened.index().knownFiles();
        }
    }

    /** Files of one page, learnt in turn by two processes; and one whose inode lies far away. */
    @Test
    void pagesKeepWhatOthersLearnt() {
        StatCache.Stamp stamp = new StatCache.Stamp(1, 2, 3);
        try (Store one = Store.open(folder.resolve("store"));
                Store other = Store.open(folder.resolve("store"))) {
            for (long inode : new long[] {7, 3, 5, 255, 256, -1}) {
                Store store = inode % 2 == 0 ? one : other;
                store.index().addStats(List.of(new StatCache.Entry(9, inode, stamp, Digest.ofText("" + inode))));
            }
            one.index().addStats(List.of(new StatCache.Entry(9, 5, stamp, Digest.ofText("new"))));
            assertThat(other.index().knownFiles()).isEqualTo(6);
            StatPage page = other.index().statPage(9, 0);
            assertThat(page.find(3, stamp)).contains(Digest.ofText("3"));
            assertThat(page.find(5, stamp)).contains(Digest.ofText("new"));
            assertThat(page.find(255, stamp)).contains(Digest.ofText("255"));
            assertThat(page.find(4, stamp)).isEmpty();
            assertThat(page.find(256, stamp)).isEmpty();
            assertThat(page.find(3, new StatCache.Stamp(1, 2, 4))).isEmpty();
            assertThat(other.index().statPage(8, 0).find(3, stamp)).isEmpty();
            assertThat(other.index().statPage(9, StatPage.number(-1)).find(-1, stamp))
                    .contains(Digest.ofText("-1"));
        }
    }
}
