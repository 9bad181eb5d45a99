package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Tree;
import dev.cutoff.store.Trees;
import dev.cutoff.testing.Gen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathWalkTest {

    private static final String B = "/cutoff/build/app";

    private final NavigableMap<String, Tree.Entry> sources = new TreeMap<>();
    private final List<Trace.Renaming> renamings = new ArrayList<>();

    private PathWalk walk() {
        Namespace namespace = new Namespace("app", Trees.of(sources), Set.of(), n -> Optional.empty());
        PathWalk walk = new PathWalk(namespace, new HostFiles(dev.cutoff.store.Blobs::hash), false);
        walk.learn(renamings);
        return walk;
    }

    private void made(String path, String target) {
        renamings.add(new Trace.Renaming.Linked(0, path, target));
    }

    private void moved(String from, String to) {
        renamings.add(new Trace.Renaming.Moved(0, from, to, false));
    }

    private void movedPlain(String from, String to) {
        renamings.add(new Trace.Renaming.Moved(0, from, to, true));
    }

    private void folder(String path) {
        sources.put(path, Tree.FOLDER);
    }

    @Test
    void linksOfTheSourcesArePassedAndNamed() {
        folder("v1");
        folder("v1/deep");
        sources.put("cur", new Tree.Link("v1"));
        sources.put("twice", new Tree.Link("cur/deep"));
        PathWalk.Way way = walk().walk(B + "/twice/../data", true);
        assertThat(way.places()).containsExactly(B + "/v1/data");
        assertThat(way.links()).containsExactly(B + "/twice", B + "/cur");
        assertThat(walk().walk(B + "/cur", false).links()).as("not followed").isEmpty();
        assertThat(walk().walk(B + "/cur", true).links()).containsExactly(B + "/cur");
    }

    @Test
    void linksOfTheMachineToo(@TempDir Path temporary) throws IOException {
        Path folder = temporary.toRealPath();
        Files.createDirectories(folder.resolve("a/deep"));
        Files.createSymbolicLink(folder.resolve("cur"), Path.of("a/deep"));
        PathWalk.Way way = walk().walk(folder + "/cur/../data", true);
        assertThat(way.places()).containsExactly(folder + "/a/data");
        assertThat(way.links()).containsExactly(folder + "/cur");
        Files.delete(folder.resolve("cur"));
    }

    @Test
    void linksThatTheBuildMade() {
        made(B + "/inc", "include");
        made("/tmp/z", "/cutoff/deps/z");
        assertThat(walk().walk(B + "/inc/a.h", true).places()).contains(B + "/include/a.h");
        assertThat(walk().walk("/tmp/z/lib/libz.a", true).places()).contains("/cutoff/deps/z/lib/libz.a");
        assertThat(walk().walk(B + "/include/a.h", true).places()).containsExactly(B + "/include/a.h");
    }

    @Test
    void linksMadeThroughLinksAndPathsThatGoUp() {
        folder("sub");
        folder("sub/deep");
        made(B + "/d", "sub/deep");
        made(B + "/d/l", "/usr");
        made(B + "/sub/../m", "/usr");
        assertThat(walk().walk(B + "/sub/deep/l/opt", true).places()).contains("/usr/opt");
        assertThat(walk().walk(B + "/m/opt", true).places()).contains("/usr/opt");
        assertThat(walk().walk(B + "/d/../opt", true).places()).contains(B + "/sub/opt");
    }

    @Test
    void whatWasMovedIsFoundWhereItWas() {
        folder("a");
        sources.put("l", new Tree.Link("a"));
        moved(B + "/a", B + "/b");
        moved(B + "/b", B + "/c");
        moved(B + "/l", B + "/m");
        assertThat(walk().walk(B + "/c/f", true).places()).contains(B + "/a/f");
        assertThat(walk().walk(B + "/m/f", true).places()).contains(B + "/a/f");
        assertThat(walk().walk(B + "/m/f", true).links()).contains(B + "/l");
    }

    @Test
    void filesOfTheBuildLeadNowhere() {
        movedPlain(B + "/a.tmp", B + "/a.o");
        assertThat(walk().walk(B + "/a.o", true).places()).containsExactly(B + "/a.o");
        renamings.clear();
        moved(B + "/a.tmp", B + "/a.o");
        assertThat(walk().walk(B + "/a.o", true).places()).contains(B + "/a.tmp");
    }

    @Test
    void loopsEndAndTooManyTurnsAreNoticed() {
        made(B + "/a", "b");
        made(B + "/b", "a");
        moved(B + "/x", B + "/y");
        moved(B + "/y", B + "/x");
        PathWalk walk = walk();
        walk.walk(B + "/a/f", true);
        walk.walk(B + "/x/f", true);
        assertThat(walk.isLost()).isFalse();
        for (int i = 0; i < 300; i++) {
            made(B + "/many", "t" + i);
        }
        PathWalk busy = walk();
        busy.walk(B + "/many/f", true);
        assertThat(busy.isLost()).isTrue();
    }

    /** A relative link leads on from where it stands now. */
    @Test
    void linksThatTheBuildMoved() {
        folder("a");
        sources.put("l", new Tree.Link("b"));
        moved(B + "/l", B + "/a/l");
        made(B + "/m", "c");
        moved(B + "/m", B + "/a/m");
        assertThat(walk().walk(B + "/a/l/x", true).places()).contains(B + "/a/b/x");
        assertThat(walk().walk(B + "/a/l/x", true).links()).contains(B + "/l");
        assertThat(walk().walk(B + "/a/m/x", true).places()).contains(B + "/a/c/x");
    }

    @Test
    void linksInFoldersThatTheBuildMoved() {
        folder("d");
        folder("a");
        sources.put("d/l", new Tree.Link("../f"));
        moved(B + "/d", B + "/a/d");
        assertThat(walk().walk(B + "/a/d/l", true).places()).contains(B + "/a/f", B + "/f");
    }

    /** A link was written through: its name is no file, though it was opened to write. */
    @Test
    void linksThatLookLikeFiles() {
        sources.put("l", new Tree.Link("b"));
        movedPlain(B + "/l", B + "/m");
        assertThat(walk().walk(B + "/m", true).places()).contains(B + "/b");
    }

    @Test
    void upwardsFromTheKernelsFolders() {
        assertThat(walk().walk("/dev/../cutoff/build/app/x", true).places()).containsExactly(B + "/x");
        PathWalk walk = walk();
        walk.walk("/proc/self/task/../cwd/x", true);
        assertThat(walk.isLost()).isTrue();
    }

    /** Folders that were walked before are not walked again; the way is the same. */
    @Test
    void whatIsKnownOfFoldersChangesNothing() {
        for (long seed = 1; seed <= 100; seed++) {
            Gen gen = new Gen(seed);
            List<String> names = List.of("a", "b", "c");
            sources.clear();
            renamings.clear();
            folder("a");
            folder("b");
            for (String path : List.of("c", "a/a", "a/b", "a/c", "b/a", "b/b")) {
                String target = gen.oneIn(3) ? ".." : gen.oneIn(3) ? "/proc/self" : gen.of(names);
                sources.put(path, gen.oneIn(3) ? Tree.FOLDER : new Tree.Link(target));
            }
            for (int i = 0; i < 2; i++) {
                String path = B + "/" + gen.of(names) + "/" + gen.of(names);
                if (gen.oneIn(2)) {
                    made(path, gen.of(names));
                } else {
                    moved(path, B + "/d" + (gen.oneIn(2) ? "" : "/" + gen.of(names)));
                }
            }
            for (int i = 0; i < 8; i++) {
                StringBuilder path = new StringBuilder(B);
                PathWalk knowing = walk();
                for (int part = 0; part < 5; part++) {
                    path.append('/')
                            .append(gen.oneIn(5) ? ".." : gen.oneIn(8) ? "." : gen.oneIn(4) ? "d" : gen.of(names));
                    knowing.walk(path.toString(), true);
                }
                boolean follow = gen.oneIn(2);
                String last = path + "/" + gen.of(names);
                assertThat(knowing.walk(last, follow))
                        .as("seed %d: %s %s %s", seed, last, sources, renamings)
                        .isEqualTo(walk().walk(last, follow));
            }
        }
    }

    /** Configure scripts make folders in folders until no path is long enough; each is looked at. */
    @Test
    void aPathOfThousandsOfPartsIsWalkedToItsEnd() {
        made(B + "/x/y", "z");
        moved(B + "/p", B + "/q");
        PathWalk walk = walk();
        StringBuilder path = new StringBuilder(B);
        for (int i = 0; i < 3000; i++) {
            path.append("/confdir");
            String at = path.toString();
            assertThat(walk.walk(at, i % 2 == 0).places()).containsExactly(at);
        }
        String deepest = path.toString();
        for (int i = 1; i <= 2000; i++) {
            // And they go back up, where no folder can be named in another way.
            path.append("/..");
            assertThat(walk.walk(path.toString(), true).places())
                    .containsExactly(deepest.substring(0, deepest.length() - i * "/confdir".length()));
        }
    }
}
