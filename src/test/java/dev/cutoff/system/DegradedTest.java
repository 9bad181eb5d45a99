package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that lack something: Cutoff works on less evidence, and says so. */
class DegradedTest {

    @TempDir
    Path folder;

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w . && rm -rf bin");
    }

    /** A PATH with all of the machine's programs but some. */
    private Workspace without(String... programs) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String part : new String[] {"/usr/bin", "/bin", "/usr/local/bin"}) {
            try (Stream<Path> files = Files.list(Path.of(part))) {
                for (Path file : files.toList()) {
                    Path link = bin.resolve(file.getFileName());
                    if (!java.util.List.of(programs).contains(file.getFileName().toString())
                            && !Files.exists(link)
                            && !Files.isSymbolicLink(link)) {
                        Files.createSymbolicLink(link, file);
                    }
                }
            }
        }
        return new Workspace(folder.resolve("ws"), folder.resolve("store")).with("PATH", bin.toString());
    }

    private static void twoUnits(Workspace ws) {
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cp x y $OUT\"]\n"
                                + "[unit.b]\nneeds = [\"a\"]\nbuild = [\"install -D $DEPS/a/x $OUT/x\", \"mkdir -p $OUT/d/e\", \"echo tmp >$TMPDIR/t\"]\ncheck = [\"test -f $OUT/x\"]\n")
                .write("a/x", "1")
                .write("a/y", "1");
    }

    /** A limit that may not be had is no failure; what was built under a lower one counts under that. */
    @Test
    void aLowerStackLimitIsAnInput() throws IOException {
        Skips.unlessInstalled("bwrap", "strace");
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"ulimit -s >$OUT/limit\"]\n");
        ws.build();
        assertThat(ws.out("a/limit")).content().isEqualTo("8192\n");
        String low = "ulimit -S -s 4096 && ulimit -H -s 4096 && exec '" + Cutoff.root() + "/cutoff' build --store '"
                + folder.resolve("store") + "'";
        assertThat(Cutoff.shell(ws.folder(), low)).contains("building a").contains("stack limit is new: 4194304 bytes");
        assertThat(ws.out("a/limit")).content().isEqualTo("4096\n");
        assertThat(ws.read(".cutoff/log/a.log")).doesNotContain("ulimit:");
        assertThat(Cutoff.shell(ws.folder(), low)).contains("1 kept");
        assertThat(ws.build().action("a")).isEqualTo("keep");
        assertThat(ws.out("a/limit")).content().isEqualTo("8192\n");
    }

    @Test
    void withoutBubblewrapBuildsRunInTheWorkspace() throws IOException {
        Skips.unlessInstalled("strace");
        Workspace ws = without("bwrap");
        twoUnits(ws);
        Cutoff.Run first = ws.run("build");
        assertThat(first.exitCode()).as(first.all()).isZero();
        assertThat(first.all()).contains("note: bubblewrap is missing");
        assertThat(ws.build().summary().get("kept")).isEqualTo(2L);
        ws.write("a/y", "2");
        BuildResult result = ws.build();
        assertThat(result.action("a")).isEqualTo("rebuild");
        assertThat(result.action("b")).isEqualTo("keep");
        ws.write("a/x", "2");
        result = ws.build();
        assertThat(result.action("b")).isEqualTo("rebuild");
        assertThat(ws.out("b/x")).content().isEqualTo("2");
    }

    @Test
    void withoutBubblewrapAWriteElsewhereIsSeen() throws IOException {
        Skips.unlessInstalled("strace");
        Workspace ws = without("bwrap");
        Path stray = folder.resolve("stray");
        // The temporary folders of builds are no place to complain about, and the project may stand in one.
        Optional<Path> elsewhere = Stream.of(
                        System.getProperty("user.dir") + "/target", System.getProperty("user.home"), "/opt")
                .map(Path::of)
                .filter(f -> !f.startsWith("/tmp") && !f.startsWith("/var/tmp") && Files.isWritable(f))
                .findFirst();
        Skips.unless(elsewhere.isPresent(), "a folder outside of /tmp that can be written");
        Path outside = elsewhere
                .orElseThrow()
                .resolve("stray-" + ProcessHandle.current().pid());
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/a; echo 2 >" + outside + "\"]\n");
        Cutoff.Run run = ws.run("build");
        Files.deleteIfExists(outside);
        assertThat(stray).doesNotExist();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.all()).contains("the build wrote outside of its folders: " + outside);
    }

    @Test
    void withoutStraceWhatTheLibraryCanNotSeeIsNeverKept() throws IOException {
        Skips.unlessInstalled("bwrap", "cc");
        Skips.unless(
                Files.exists(Cutoff.root().resolve("target/program/libcutoff-observe.so")),
                "the observing library is for x86-64 alone");
        Workspace ws = without("strace");
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nbuild = [\"echo 1 >$OUT/a\"]\n"
                                + "[unit.b]\nsource = \"b\"\nbuild = [\"cc -static -o x x.c\", \"./x; cp x $OUT\"]\n")
                .write("b/x.c", "int main(void) { return 0; }\n");
        Cutoff.Run first = ws.run("build", "--observe", "preload");
        assertThat(first.exitCode()).as(first.all()).isZero();
        assertThat(first.all()).contains("b: strace could observe it; install it");
        BuildResult result = ws.build("--observe", "preload");
        assertThat(result.action("a")).isEqualTo("keep");
        assertThat(result.action("b")).isEqualTo("rebuild");
        assertThat(result.reasons("b")).contains("was not fully observed: /cutoff/build/b/x did not load");
        assertThat(ws.build("--observe", "preload").action("b")).isEqualTo("rebuild");
    }

    @Test
    void withoutAnyObserverNothingIsKept() throws IOException {
        Skips.unlessInstalled("bwrap");
        Workspace ws = without("strace");
        twoUnits(ws);
        Cutoff.Run first = ws.run("build", "--observe", "strace");
        assertThat(first.exitCode()).as(first.all()).isZero();
        assertThat(first.all())
                .contains("note: strace is not installed: builds are not observed, so what is built now");
        BuildResult result = ws.build("--observe", "strace");
        assertThat(result.action("a")).isEqualTo("rebuild");
        assertThat(result.reasons("a")).contains("was not fully observed: strace is not installed");
    }

    /** Nobody knows what it rests on: the artifact is the last one, though the facts are those of one before. */
    @Test
    void whatWasNotFullyObservedIsNotPutBackToAnEarlierResult() throws IOException {
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"od -N8 -tx8 /dev/urandom >$OUT/r\"]\n");
        ws.build("--observe", "none");
        String first = Files.readString(ws.out("a/r"));
        ws.build("--observe", "none");
        assertThat(ws.out("a/r")).content().isNotEqualTo(first);
    }

    @Test
    void whatWasNotObservedIsNotKept() throws IOException {
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        twoUnits(ws);
        ws.build("--observe", "none");
        BuildResult result = ws.build("--observe", "none");
        assertThat(result.action("a")).isEqualTo("rebuild");
        assertThat(result.reasons("a")).contains("was not fully observed: it was not observed");
    }
}
