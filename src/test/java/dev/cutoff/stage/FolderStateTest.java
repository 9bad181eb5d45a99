package dev.cutoff.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStateTest {

    private static final Tree SOURCES = sources();

    @TempDir
    Path folder;

    private Path one;
    private Path two;
    private final long began = System.currentTimeMillis();
    /** Milliseconds since the builds began at which the next file is made. */
    private int clock;

    private static Tree sources() {
        TreeMap<String, Tree.Entry> entries = new TreeMap<>();
        entries.put("src", Tree.FOLDER);
        entries.put("src/a.c", new Tree.File(Digest.ofText("a"), 1, false));
        return Trees.of(entries);
    }

    @BeforeEach
    void stage() throws IOException {
        one = staged("one");
        two = staged("two");
    }

    private Path staged(String name) throws IOException {
        Path build = folder.resolve(name);
        Files.createDirectories(build.resolve("src"));
        Files.writeString(build.resolve("src/a.c"), "a");
        Files.setLastModifiedTime(build.resolve("src/a.c"), Staging.EPOCH_TIME);
        return build;
    }

    private void both(String path, String content) throws IOException {
        clock += 100;
        make(one, path, content);
        make(two, path, content);
    }

    private void make(Path build, String path, String content) throws IOException {
        Path file = build.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        at(file, clock);
    }

    private void at(Path file, long millis) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(began + millis, TimeUnit.MILLISECONDS));
    }

    private FolderState state(Path build) throws IOException {
        return FolderState.of(build, SOURCES, began).orElseThrow();
    }

    private Optional<String> difference(String... counting) throws IOException {
        Optional<String> there = state(one).difference(state(two), Set.of(counting)::contains, SOURCES);
        Optional<String> back = state(two).difference(state(one), Set.of(counting)::contains, SOURCES);
        assertThat(there.isPresent()).isEqualTo(back.isPresent());
        return there;
    }

    @Test
    void onlyWhatIsNotAsStagedIsTold() throws IOException {
        assertThat(state(one).files()).isEmpty();
        both("config.h", "1");
        Files.delete(one.resolve("src/a.c"));
        assertThat(state(one).files().keySet()).containsExactly("config.h", "src/a.c");
        assertThat(difference()).contains("src/a.c");
    }

    @Test
    void contentsCountWhereSomebodyLooked() throws IOException {
        both("config.log", "1");
        assertThat(difference("config.log")).isEmpty();
        make(two, "config.log", "2");
        assertThat(difference()).isEmpty();
        assertThat(difference("config.log")).contains("config.log");
    }

    @Test
    void aSourceThatWasWrittenAlwaysCounts() throws IOException {
        both("src/a.c", "b");
        assertThat(difference()).isEmpty();
        make(two, "src/a.c", "c");
        assertThat(difference()).contains("src/a.c");
    }

    @Test
    void whatIsThereAndOfWhichKindCounts() throws IOException {
        both("x", "1");
        Files.createDirectory(one.resolve("empty"));
        assertThat(difference()).contains("empty");
        Files.createDirectory(two.resolve("empty"));
        assertThat(difference()).isEmpty();
        assertThat(two.resolve("x").toFile().setExecutable(true)).isTrue();
        assertThat(difference()).contains("x");
        Files.delete(two.resolve("x"));
        Files.createSymbolicLink(two.resolve("x"), Path.of("src/a.c"));
        assertThat(difference()).contains("x");
    }

    @Test
    void whereALinkLeadsCountsForWhoLooked() throws IOException {
        Files.createSymbolicLink(one.resolve("x"), Path.of("src/a.c"));
        Files.createSymbolicLink(two.resolve("x"), Path.of("src/b.c"));
        assertThat(difference("x")).contains("x");
    }

    @Test
    void aTimeThatTheBuildGaveCounts() throws IOException {
        both("x", "1");
        at(one.resolve("x"), -5000);
        assertThat(difference()).contains("x");
        at(two.resolve("x"), -5000);
        assertThat(difference()).isEmpty();
        at(two.resolve("x"), -6000);
        assertThat(difference()).contains("x");
    }

    @Test
    void whichIsNewerCounts() throws IOException {
        both("x", "1");
        both("y", "1");
        assertThat(difference()).isEmpty();
        // Later, in the same order.
        at(two.resolve("y"), 9000);
        assertThat(difference()).isEmpty();
        at(two.resolve("x"), 9020);
        // Too near to tell.
        assertThat(difference()).isEmpty();
        at(two.resolve("x"), 9100);
        assertThat(difference()).isPresent();
    }

    @Test
    void filesOfSeveralNamesCantBeTold() throws IOException {
        both("x", "1");
        Files.createLink(one.resolve("y"), one.resolve("x"));
        assertThat(FolderState.of(one, SOURCES, began)).isEmpty();
    }

    @Test
    void aSourceWithItsOldTimeDoesNotTell() throws IOException {
        Files.writeString(one.resolve("src/a.c"), "b");
        Files.setLastModifiedTime(one.resolve("src/a.c"), Staging.EPOCH_TIME);
        assertThat(state(one).tellsOf("src/a.c", SOURCES)).isFalse();
        assertThat(state(one).tellsOf("made", SOURCES)).isTrue();
        both("src/a.c", "b");
        assertThat(state(one).tellsOf("src/a.c", SOURCES)).isTrue();
    }

    @Test
    void itIsStored() throws IOException {
        both("x", "1");
        Files.delete(one.resolve("src/a.c"));
        FolderState state = state(one);
        assertThat(FolderState.decode(state.encode())).contains(state);
        assertThat(FolderState.decode(new byte[] {1, 2, 3})).isEmpty();
    }
}
