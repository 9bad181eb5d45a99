package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What {@code cutoff build} promises beside its decisions. */
@Execution(ExecutionMode.CONCURRENT)
class BuildTest {

    @TempDir
    Path folder;

    private Workspace ws;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace", "cc");
        Cutoff.run(Path.of("/"), java.util.Map.of(), "--version");
    }

    @BeforeEach
    void workspace() throws IOException {
        ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    private static void waitForLine(Path file, String text) throws Exception {
        for (int i = 0;
                i < 600 && !(Files.exists(file) && Files.readString(file).contains(text));
                i++) {
            Thread.sleep(50);
        }
        assertThat(file).content().contains(text);
    }

    @Test
    void anEditDuringTheBuildHarmsNothingAndIsNotMissed() throws Exception {
        ws.write("cutoff.toml", """
                [unit.a]
                source = "a"
                build = ["cp in $OUT/first", "echo waiting; sleep 2", "cp in $OUT/second"]
                """).write("a/in", "old");
        Cutoff.Running running = ws.start("build");
        waitForLine(ws.folder().resolve(".cutoff/log/a.log"), "waiting\n");
        ws.write("a/in", "new");
        assertThat(running.end(60).exitCode()).isZero();
        assertThat(ws.out("a/first")).content().isEqualTo("old");
        assertThat(ws.out("a/second")).content().isEqualTo("old");
        assertThat(ws.build().action("a")).isEqualTo("rebuild");
        assertThat(ws.out("a/second")).content().isEqualTo("new");
    }

    @Test
    void theSameTreeElsewhereIsKept() throws IOException {
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = [\"cc -g -o $OUT/a a.c\"]\n")
                .write("a/a.c", "int main(void) { return 0; }\n");
        ws.build();
        Workspace other = new Workspace(folder.resolve("far/away/checkout"), folder.resolve("store"));
        Cutoff.shell(folder, "tar cf - -C ws --exclude=.cutoff . | tar xf - -C far/away/checkout");
        assertThat(other.build().action("a")).isEqualTo("keep");
        assertThat(other.out("a/a")).hasSameBinaryContentAs(ws.out("a/a"));
    }

    @Test
    void anotherUnitsSourcesAreOutOfBounds() {
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cp a.h $OUT\"]\n" + "[unit.b]\nbuild = [\"cp "
                                + ws.folder() + "/a/a.h $OUT\"]\n")
                .write("a/a.h", "x");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.all()).contains("a/a.h, which belongs to unit a: add needs = [\"a\"] and use $DEPS/a");
    }

    @Test
    void cutoffsOwnFolderIsOutOfBounds() {
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cp a.h $OUT\"]\n"
                                + "[unit.b]\nneeds = [\"a\"]\nbuild = [\"cp " + ws.folder()
                                + "/.cutoff/out/a/a.h $OUT\"]\n")
                .write("a/a.h", "x");
        assertThat(ws.run("build").all()).contains("in Cutoff's own folder: use $DEPS/NAME");
    }

    @Test
    void aForgottenNeedIsNamed() {
        ws.write(
                "cutoff.toml",
                "[unit.a]\nbuild = [\"echo 1 >$OUT/a.h\"]\n[unit.b]\nbuild = [\"cp $DEPS/a/a.h $OUT\"]\n");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.all())
                .contains("it looked for $DEPS/a, which is no need of b: add needs = [\"a\"] (cutoff.toml:3)");
    }

    @Test
    void aWriteOutsideFailsAndIsNamed() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >/usr/local/lib/cutoff-test\"]\n");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.all()).contains("it tried to write outside of its folders: /usr/local/lib/cutoff-test");
        assertThat(Path.of("/usr/local/lib/cutoff-test")).doesNotExist();
    }

    @Test
    void aFailureShowsTheLinesEndOfTheLogAndItsPath() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"true\", \"echo one; echo two >&2; exit 3\"]\n");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.all())
                .contains("line 2 of build failed with exit code 3: echo one")
                .contains("| one")
                .contains("| two")
                .contains(ws.folder() + "/.cutoff/log/a.log");
    }

    @Test
    void anEmptyArtifactIsAMistakeInTheRecipe() {
        ws.write("cutoff.toml", "\n[unit.a]\nbuild = [\"true\"]\n");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.all()).contains("cutoff.toml:2: unit a was built, but left nothing in $OUT");
    }

    @Test
    void aSecondRunInAWorkspaceWaitsAndSaysForWhom() throws Exception {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo waiting; sleep 3\", \"echo 1 >$OUT/a\"]\n");
        Cutoff.Running first = ws.start("build");
        waitForLine(ws.folder().resolve(".cutoff/log/a.log"), "waiting\n");
        Cutoff.Run second = ws.run("build");
        assertThat(first.end(60).exitCode()).isZero();
        assertThat(second.exitCode()).isZero();
        assertThat(second.all())
                .contains("waiting: process ")
                .contains("works in this workspace")
                .contains("1 kept");
    }

    @Test
    void twoWorkspacesBuildIntoOneStoreAtOnce() throws Exception {
        String toml = "[unit.a]\nsource = \"a\"\nbuild = [\"cc -c -o $OUT/a.o a.c\"]\n"
                + "[unit.b]\nneeds = [\"a\"]\nbuild = [\"cp $DEPS/a/a.o $OUT/b.o\"]\n";
        Workspace other = new Workspace(folder.resolve("other"), folder.resolve("store"));
        for (int i = 0; i < 4; i++) {
            ws.write("cutoff.toml", toml).write("a/a.c", "int a = " + i + ";\n");
            other.write("cutoff.toml", toml).write("a/a.c", "int a = " + i + ";\n");
            Cutoff.Running one = ws.start("build");
            Cutoff.Running two = other.start("build");
            for (Cutoff.Running running : java.util.List.of(one, two)) {
                Cutoff.Run run = running.end(60);
                assertThat(run.exitCode()).as(run.all()).isZero();
            }
            assertThat(ws.out("b/b.o")).hasSameBinaryContentAs(other.out("b/b.o"));
        }
        assertThat(ws.run("store", "verify").exitCode()).isZero();
    }

    @Test
    void unitsWithTheSameArtifactAreBuiltAtOnce() {
        StringBuilder toml = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            toml.append("[unit.u").append(i).append("]\nbuild = [\"mkdir $OUT/d; seq 2000 >$OUT/d/x\"]\n");
        }
        ws.write("cutoff.toml", toml.toString());
        assertThat(ws.build("--jobs", "6").summary().get("rebuilt")).isEqualTo(12L);
        Cutoff.shell(folder, "chmod -R u+w store/artifacts && rm -rf store/artifacts ws/.cutoff/out");
        assertThat(ws.build("--jobs", "6").summary().get("kept")).isEqualTo(12L);
    }

    @Test
    void anInterruptedBuildLeavesNothing() throws Exception {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo waiting; sleep 71\", \"echo 1 >$OUT/a\"]\n");
        Cutoff.Running running = ws.start("build");
        waitForLine(ws.folder().resolve(".cutoff/log/a.log"), "waiting\n");
        running.process().destroy();
        assertThat(running.end(30).exitCode()).isNotZero();
        Thread.sleep(500);
        assertThat(Cutoff.shell(folder, "ps -eo args | grep -c '[s]leep 71' || true")
                        .strip())
                .isEqualTo("0");
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/a\"]\n");
        assertThat(ws.build().action("a")).isEqualTo("rebuild");
        try (Stream<Path> left = Files.list(folder.resolve("store/tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    /** As from a terminal: the interrupt reaches the processes of the build too, and what they die of is no failure of theirs. */
    @Test
    void anInterruptedBuildSaysWhatIsLeftAndExplainKnowsOfIt() throws Exception {
        String toml = """
                [unit.first]
                build = ["echo 1 >$OUT/x"]
                [unit.slow]
                needs = ["first"]
                source = "s"
                build = ["cp f $OUT", "if grep -q 2 f; then echo waiting; sleep 73; fi"]
                [unit.last]
                needs = ["slow"]
                build = ["cp $DEPS/slow/f $OUT"]
                """;
        ws.write("cutoff.toml", toml).write("s/f", "1");
        ws.build();
        ws.write("s/f", "2");
        Cutoff.Running running = ws.start("build", "--observe", "none");
        Path log = ws.folder().resolve(".cutoff/log/slow.log");
        waitForLine(log, "waiting\n");
        assertThat(ws.run("explain", "last").out())
                .startsWith("a build goes on here: process " + running.process().pid());
        Cutoff.shell(
                folder,
                "pkill -INT -P " + running.process().pid() + "; sleep 0.2; kill -INT "
                        + running.process().pid());
        Cutoff.Run run = running.end(30);
        assertThat(run.exitCode()).isEqualTo(130);
        assertThat(run.out())
                .doesNotContain("FAILED")
                .endsWith(
                        "interrupted: 1 of 3 units done (1 kept); slow was being built, and will be anew; 1 not begun\n");
        assertThat(ws.run("explain", "first").out()).startsWith("first kept");
        assertThat(ws.run("explain", "slow").out())
                .startsWith("the last build was interrupted while slow was built; what follows is of the one before\n"
                        + "slow rebuilt: ");
        Cutoff.Run last = ws.run("explain", "last", "--json", "-");
        assertThat(last.err()).startsWith("the last build was interrupted and did not come to last; ");
        assertThat(last.out()).contains("\"note\":\"the last build was interrupted and did not come to last;");
        ws.write("s/f", "3").build();
        assertThat(ws.run("explain", "last").out()).startsWith("last rebuilt: slow/f changed");
    }

    @Test
    void whatALineLeavesRunningIsKilled() {
        // It says that it is up: one that is killed while its libraries are loaded was not observed.
        ws.write("cutoff.toml", """
                [unit.a]
                build = [
                  "sh -c ': left-running; echo 1 >up; while :; do :; done' & until [ -e up ]; do sleep 0.1; done; cp up $OUT/a"
                ]
                """);
        assertThat(ws.build().action("a")).isEqualTo("rebuild");
        assertThat(Cutoff.shell(folder, "ps -eo args | grep -c '[l]eft-running; echo' || true")
                        .strip())
                .isEqualTo("0");
        assertThat(ws.build().action("a")).isEqualTo("keep");
    }

    @Test
    void onlyDeclaredVariablesReachABuild() {
        ws.with("SECRET", "leaked")
                .write(
                        "cutoff.toml",
                        "[unit.a]\nbuild = [\"env >$OUT/env; id >>$OUT/env; hostname >>$OUT/env\"]\n"
                                + "env = { MINE = \"$DEPS:$PATH\" }\n");
        ws.build();
        String env = ws.read(".cutoff/out/a/env");
        assertThat(env)
                .doesNotContain("SECRET")
                .contains("MINE=/cutoff/deps:/usr/local/bin:")
                .contains("HOME=/cutoff/home\n")
                .contains("SOURCE_DATE_EPOCH=1577836800\n")
                .contains("LC_ALL=C.UTF-8\n")
                .contains("TZ=UTC\n")
                .contains("uid=1000(build) gid=1000(build)")
                .endsWith("cutoff\n");
    }

    /** Loopback of the test's own: from a sandbox without network it is another one. */
    @Test
    void thereIsNoNetworkUnlessDeclared() throws IOException {
        Skips.unlessInstalled("bash");
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String line = "bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "'; echo 1 >$OUT/a";
            ws.write("cutoff.toml", "[unit.a]\nbuild = [\"" + line + "\"]\n");
            assertThat(ws.run("build").exitCode()).isEqualTo(1);
            ws.write("cutoff.toml", "[unit.a]\nnetwork = true\nbuild = [\"" + line + "\"]\n");
            assertThat(ws.build().action("a")).isEqualTo("rebuild");
        }
    }

    /** Its notes lead CMake back to where it built by hand: that is no use of a path that the user wrote. */
    @Test
    void aBuildFolderThatCMakeLeftInTheSourcesIsNamed() {
        Skips.unlessInstalled("cmake");
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = [\"cmake -B out .\", \"cp x $OUT\"]\n")
                .write("a/CMakeLists.txt", "cmake_minimum_required(VERSION 3.10)\nproject(a NONE)\n")
                .write("a/x", "");
        Cutoff.shell(ws.folder(), "cmake -S a -B a/out");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.all())
                .contains("the sources hold out/CMakeCache.txt, which CMake left there when it built by hand:"
                        + " delete the folder out, or list it in .gitignore")
                .doesNotContain("use relative paths");
        ws.write("a/.gitignore", "out/\n").build();
    }

    @Test
    void gitDescriptionIsAnInput() {
        Skips.unlessInstalled("git");
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\ngit = \"describe\"\nbuild = [\"echo $GIT_DESCRIBE >$OUT/v\"]\n")
                .write("a/f", "");
        String git = "git -c user.name=n -c user.email=a@b ";
        Cutoff.shell(ws.folder(), git + "init -q . && " + git + "add -A && " + git + "commit -qm 1 && git tag v1");
        ws.build();
        assertThat(ws.read(".cutoff/out/a/v")).isEqualTo("v1\n");
        assertThat(ws.build().action("a")).isEqualTo("keep");
        Cutoff.shell(ws.folder(), git + "commit -q --allow-empty -m 2 && git tag v2");
        BuildResult result = ws.build();
        assertThat(result.reasons("a")).contains("input git.describe changed: v1 -> v2");
        assertThat(ws.read(".cutoff/out/a/v")).isEqualTo("v2\n");
    }

    @Test
    void failuresStopTheRunUnlessItIsToKeepGoing() {
        ws.write("cutoff.toml", """
                [unit.bad]
                build = ["false"]
                [unit.user]
                needs = ["bad"]
                build = ["echo 1 >$OUT/x"]
                [unit.late]
                needs = ["slow"]
                build = ["echo 1 >$OUT/x"]
                [unit.slow]
                build = ["echo 1 >$OUT/x"]
                """);
        Cutoff.Run run = ws.run("build", "--jobs", "1", "--json", "-");
        assertThat(run.exitCode()).isEqualTo(1);
        BuildResult result = BuildResult.parse(run.out());
        assertThat(result.action("bad")).isEqualTo("fail");
        assertThat(result.action("user")).isEqualTo("skipped");
        assertThat(result.action("late")).isEqualTo("skipped");
        run = ws.run("build", "--keep-going", "--json", "-");
        assertThat(run.exitCode()).isEqualTo(1);
        result = BuildResult.parse(run.out());
        assertThat(result.action("user")).isEqualTo("skipped");
        assertThat(result.action("late")).isEqualTo("rebuild");
    }

    @Test
    void aTamperedArtifactIsReplaced() throws IOException {
        ws.write(
                "cutoff.toml",
                "[unit.a]\nbuild = [\"echo 1 >$OUT/a\"]\n[unit.b]\nneeds = [\"a\"]\nbuild = [\"cp $DEPS/a/a $OUT/b\"]\n");
        ws.build();
        Path out = ws.out("a/a");
        Cutoff.shell(folder, "chmod -R u+w '" + ws.out("a") + "' && echo 2 >'" + out + "' && echo 3 >'" + out + "2'");
        BuildResult result = ws.build();
        assertThat(result.action("a")).isEqualTo("keep");
        assertThat(out).content().isEqualTo("1\n");
        assertThat(ws.out("a/a2")).doesNotExist();
    }

    @Test
    void aDamagedBlobIsNeverUsed() throws IOException {
        ws.write(
                "cutoff.toml",
                "[unit.a]\nbuild = [\"echo 1234567 >$OUT/a\"]\n[unit.b]\nneeds = [\"a\"]\nbuild = [\"cat $DEPS/a/a $DEPS/a/a >$OUT/b\"]\n");
        ws.build();
        Path blob = blobOf("1234567\n");
        Cutoff.shell(
                folder, "chmod u+w '" + blob + "' && printf X | dd of='" + blob + "' bs=1 seek=3 conv=notrunc 2>&1");
        assertThat(ws.run("store", "verify").exitCode()).isEqualTo(1);
        Cutoff.shell(folder, "rm -rf '" + ws.folder() + "/.cutoff/out'");
        BuildResult result = ws.build();
        assertThat(result.action("a")).isEqualTo("rebuild");
        assertThat(result.reasons("a")).contains("its stored artifact is missing or damaged");
        assertThat(ws.out("b/b")).content().isEqualTo("1234567\n1234567\n");
        assertThat(ws.run("store", "verify").exitCode()).isZero();
    }

    private Path blobOf(String content) {
        String hex = dev.cutoff.model.Digest.ofText(content).hex();
        return folder.resolve("store/blobs").resolve(hex.substring(0, 2)).resolve(hex.substring(2));
    }

    @Test
    void jsonOnStandardOutputStandsAlone() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo noise; echo 1 >$OUT/a\"]\n");
        Cutoff.Run run = ws.run("build", "--json", "-");
        assertThat(BuildResult.parse(run.out()).action("a")).isEqualTo("rebuild");
        assertThat(run.err()).contains("1 unit: 1 rebuilt");
        Cutoff.Run plan = ws.run("plan", "--json", "-");
        assertThat(BuildResult.parse(plan.out()).action("a")).isEqualTo("keep");
        assertThat(plan.out()).contains("cutoff.plan/1");
    }

    @Test
    void aPlanTouchesNothingAndSaysWhetherThereIsWork() {
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cp f $OUT\"]\n[unit.b]\nneeds = [\"a\"]\nbuild = [\"cp $DEPS/a/f $OUT\"]\n")
                .write("a/f", "1");
        assertThat(ws.run("plan", "--exit-code").exitCode()).isEqualTo(10);
        assertThat(ws.folder().resolve(".cutoff")).doesNotExist();
        ws.build();
        assertThat(ws.run("plan", "--exit-code").exitCode()).isZero();
        ws.write("a/f", "2");
        Cutoff.Run plan = ws.run("plan", "--json", "-");
        BuildResult result = BuildResult.parse(plan.out());
        assertThat(plan.exitCode()).isZero();
        assertThat(result.action("a")).isEqualTo("rebuild");
        assertThat(result.action("b")).isEqualTo("wait");
        assertThat(ws.out("a/f")).content().isEqualTo("1");
    }

    @Test
    void explainNamesTheFileAndTheStepAndWhatWasCompared() {
        ws.write(
                        "cutoff.toml",
                        "[unit.zlib]\nsource = \"zlib\"\nbuild = [\"install -D zlib.h $OUT/include/zlib.h\"]\n"
                                + "[unit.app]\nsource = \"app\"\nneeds = [\"zlib\"]\nbuild = [\"cc -c inflate.c\", \"cp inflate.o $OUT\"]\n")
                .write("zlib/zlib.h", "#define A 1\n")
                .write("app/inflate.c", "#include <zlib.h>\nint a = A;\n");
        ws.build();
        ws.write("zlib/zlib.h", "#define A 2\n");
        ws.build();
        assertThat(ws.run("explain", "app").out())
                .startsWith(
                        "app rebuilt: tokens zlib/include/zlib.h: line 1: `#define A 1` -> `#define A 2`; seen by cc -c inflate.c"
                                + "; the code compiled with it is another\n")
                .contains("at present:\napp would be kept")
                .containsPattern("compared: \\d+ facts hold \\(\\d+ bytes, .*\\), of record \\d+");
        assertThat(ws.run("explain", "nothing").exitCode()).isEqualTo(2);
    }

    /** The store knows of the checkout beside, and of the time before: none of it was edited here, now. */
    @Test
    void reasonsAreWhatWasEditedHere() throws IOException {
        String units = "[unit.a]\nsource = \"a\"\nbuild = [\"cc -c a.c\", \"cp a.o $OUT\"]\n";
        ws.write("cutoff.toml", units)
                .write("a/a.c", "int a = 1;\nint b = 1;\n")
                .build();
        ws.write("a/a.c", "int a = 2;\nint b = 1;\n").build();
        ws.write("a/a.c", "int a = 2;\nint b = 2;\n");
        String edited = "tokens a.c: line 2: `int b = 1;` -> `int b = 2;`; seen by cc -c a.c";
        Cutoff.Run run = ws.run("build");
        assertThat(run.out())
                .contains("building a (took ")
                .contains(" last time): " + edited + "\n")
                .containsPattern("\n\\[1/1\\] rebuilt  a  \\[[0-9.]+ s, incremental\\]\n");
        assertThat(run.out().split(java.util.regex.Pattern.quote(edited)))
                .as("once")
                .hasSize(2);
        Workspace other = new Workspace(folder.resolve("other"), folder.resolve("store"));
        other.write("cutoff.toml", units).write("a/a.c", "int a = 2;\nint b = 3;\n");
        assertThat(other.run("plan").out())
                .containsPattern(
                        "rebuild  a  tokens a.c: .*; seen by cc -c a.c \\(compared with record \\d, the nearest\\)\n");
        assertThat(other.build().reasons("a")).contains("the nearest)");
        assertThat(other.write("a/a.c", "int a = 3;\nint b = 3;\n").build().reasons("a"))
                .contains("line 1: `int a = 2;` -> `int a = 3;`")
                .doesNotContain("the nearest");
    }

    @Test
    void wrongUsageEndsWithTwoAndNoStackTrace() throws IOException {
        for (String[] arguments : new String[][] {
            {"build"}, {"nonsense"}, {"build", "--nonsense"}, {"build", "-C", "nowhere"}, {"store"}, {"store", "x"}
        }) {
            Cutoff.Run run = ws.run(arguments);
            assertThat(run.exitCode()).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(run.all())
                    .as(String.join(" ", arguments))
                    .doesNotContain("\tat ")
                    .contains("cutoff");
        }
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"true\"]\n");
        assertThat(ws.run("build", "--jobs", "0").exitCode()).isEqualTo(2);
        assertThat(ws.run("build", "--policy", "lax").exitCode()).isEqualTo(2);
        assertThat(ws.run("build", "nothing").err()).contains("no unit 'nothing' in this workspace; the units are: a");
        assertThat(ws.run("build", "--force", "nothing").exitCode()).isEqualTo(2);
    }

    @Test
    void aStoreThatCantBeMadeIsTheMachinesFault() throws IOException {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/a\"]\n");
        Workspace other = new Workspace(ws.folder(), Path.of("/proc/nowhere"));
        Cutoff.Run run = other.run("build");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.all()).contains("/proc/nowhere").doesNotContain("\tat ");
    }

    @Test
    void theNextBuildAfterStrictIsIdenticalAgain() {
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cp x y $OUT\"]\n[unit.b]\nneeds = [\"a\"]\nbuild = [\"cp $DEPS/a/x $OUT\"]\n")
                .write("a/x", "1")
                .write("a/y", "1");
        ws.build();
        ws.write("a/y", "2");
        assertThat(ws.build("--policy", "strict").action("b")).isEqualTo("rebuild");
        ws.write("a/y", "3");
        BuildResult result = ws.build("--policy", "compatible");
        assertThat(result.action("a")).isEqualTo("rebuild");
        assertThat(result.action("b")).isEqualTo("keep");
    }

    @Test
    void aUnitThatIsForcedIsRebuiltAndItsConsumersJudged() {
        ws.write(
                "cutoff.toml",
                "[unit.a]\nbuild = [\"echo 1 >$OUT/x\"]\n[unit.b]\nneeds = [\"a\"]\nbuild = [\"cp $DEPS/a/x $OUT\"]\n");
        ws.build();
        BuildResult result = ws.build("--force", "a");
        assertThat(result.action("a")).isEqualTo("rebuild");
        assertThat(result.action("b")).isEqualTo("keep");
        result = ws.build("--force");
        assertThat(result.action("b")).isEqualTo("rebuild");
        result = ws.build("--force", "b", "a");
        assertThat(result.action("b")).as("a forced unit is one to be built").isEqualTo("rebuild");
        assertThat(result.action("a")).isEqualTo("keep");
    }

    @Test
    void aPlanSaysThatACheckHasYetToPass() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/x\"]\n");
        ws.build();
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/x\"]\ncheck = [\"false\"]\n");
        assertThat(ws.run("plan").all()).contains("kept if its check passes");
    }

    /** What failed is told of, and not built in vain; it runs again each time, since nobody sees what of the machine it needs. */
    @Test
    void aCheckThatFailedIsNotAnsweredByTheSameBuild() {
        String units =
                "[unit.b]\nneeds = [\"a\"]\nbuild = [\"echo 1 >$OUT/x\"]\n[unit.a]\nbuild = [\"echo 1 >$OUT/x\"]\n";
        ws.write("cutoff.toml", units + "check = [\"echo looked; false\"]\n");
        assertThat(ws.run("build").all()).contains("building a").contains("line 1 of check failed");
        for (int i = 0; i < 2; i++) {
            Cutoff.Run plan = ws.run("plan", "--exit-code");
            assertThat(plan.all())
                    .contains("fail     a  its check failed last time")
                    .contains("skip     b");
            assertThat(plan.exitCode()).isEqualTo(10);
            Cutoff.Run run = ws.run("build");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.all())
                    .doesNotContain("building a")
                    .contains("| looked")
                    .contains("it is not built again (--force a does)");
        }
        assertThat(ws.run("explain", "a").out()).contains("at present:\na would fail: its check failed last time");
        ws.write("cutoff.toml", units + "check = [\"true\"]\n");
        BuildResult mended = ws.build();
        assertThat(mended.action("a")).isEqualTo("keep");
        assertThat(ws.out("a/x")).content().isEqualTo("1\n");
    }

    /** Under compatible what is kept was built with other headers: a failing check has it built with these, once. */
    @Test
    void aCheckThatFailsWithOtherNeedsIsAnsweredByOneBuild() {
        ws.write("cutoff.toml", """
                [unit.a]
                source = "a"
                build = ["cp a.h v $OUT"]
                [unit.b]
                source = "b"
                needs = ["a"]
                policy = "compatible"
                build = ["cc -c -I$DEPS/a b.c", "cp b.o $OUT"]
                check = ["test $(cat $DEPS/a/v) = 1"]
                """)
                .write("a/a.h", "#define UNUSED 1\n")
                .write("a/v", "1\n")
                .write("b/b.c", "#include \"a.h\"\nint b;\n");
        ws.build();
        ws.write("a/a.h", "#define UNUSED 2\n").write("a/v", "2\n");
        assertThat(ws.run("build").all()).contains("building b").contains("kept by its facts, but a check failed");
        assertThat(ws.run("plan").all()).contains("fail     b  its check failed last time");
        assertThat(ws.run("build").all()).doesNotContain("building b").contains("it is not built again");
        ws.write("a/v", "1\n");
        assertThat(ws.build().action("b")).isEqualTo("keep");
    }

    @Test
    void whatCannotBePrintedIsNoSuccess() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/x\"]\n");
        String command =
                Cutoff.root().resolve("cutoff") + " plan --json - --store s >/dev/full 2>/dev/null || echo code $?";
        assertThat(Cutoff.shell(ws.folder(), command)).contains("code 3");
    }

    /** A build that makes up names for its temporary files, as CMake's does, rests on the same facts each time. */
    @Test
    void aForcedResultStands() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"mktemp -p . tXXXXXX\", \"date +%N >$OUT/when\"]\n");
        ws.build();
        String first = ws.read(".cutoff/out/a/when");
        ws.build("--force");
        String second = ws.read(".cutoff/out/a/when");
        assertThat(second).isNotEqualTo(first);
        assertThat(ws.build().action("a")).isEqualTo("keep");
        assertThat(ws.read(".cutoff/out/a/when")).isEqualTo(second);
    }

    /** As configure does: the loader of a program that is gone when its trace is read is taken to be any of them. */
    @Test
    void aProgramThatIsMadeRunAndDeletedIsNoGap() {
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = [\"cc -o t t.c; ./t > $OUT/x || true; rm t\"]\n")
                .write("a/t.c", "int main(void) { return 0; }\n");
        ws.build();
        assertThat(ws.build().action("a")).isEqualTo("keep");
    }

    @Test
    void aDamagedRecordIsReplaced() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/a\"]\n");
        ws.build();
        Cutoff.shell(
                folder, "chmod -R u+w store/blobs && find store/blobs -type f -size +500c -exec truncate -s 100 {} +");
        assertThat(ws.build().action("a")).isEqualTo("rebuild");
        assertThat(ws.build().action("a")).isEqualTo("keep");
    }

    @Test
    void namesThatShareAFileKeepTheirModes() {
        ws.write(
                "cutoff.toml",
                "[unit.a]\nbuild = [\"cp /bin/true $OUT/t1; ln $OUT/t1 $OUT/t2; ln $OUT/t1 $OUT/t3\"]\n");
        ws.build();
        assertThat(ws.out("a/t1")).isExecutable();
        assertThat(ws.out("a/t2")).isExecutable();
        assertThat(ws.out("a/t3")).isExecutable();
    }

    @Test
    void aNameThatIsNotUtf8IsRefused() {
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/$(printf 'l\\\\351')\"]\n");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).as(run.all()).isEqualTo(2);
        assertThat(run.all()).contains("is not UTF-8; rename the file");
    }

    @Test
    void whatIsWrongWithOneUnitsSourcesIsItsFailureAlone() {
        ws.write("cutoff.toml", """
                [unit.name]
                source = "n"
                build = ["cp f $OUT"]
                [unit.version]
                source = "v"
                git = "describe"
                build = ["cp f $OUT"]
                [unit.user]
                needs = ["version"]
                build = ["cp $DEPS/version/f $OUT"]
                [unit.other]
                build = ["echo 1 >$OUT/x"]
                """).write("n/f", "").write("v/f", "");
        Cutoff.shell(ws.folder(), "touch \"n/$(printf 'l\\351')\"");
        for (String command : List.of("build", "plan")) {
            Cutoff.Run run = ws.run((command + (command.equals("build") ? " --keep-going" : "")).split(" "));
            assertThat(run.exitCode()).as(run.all()).isEqualTo(2);
            assertThat(run.out())
                    .containsPattern(
                            "FAILED +name +cutoff.toml:1: the sources of name: .* is not UTF-8; rename the file")
                    .containsPattern(
                            "FAILED +version +cutoff.toml:4: git = \"describe\" for unit version, but git describe failed");
        }
        assertThat(ws.out("other/x")).content().isEqualTo("1\n");
        assertThat(ws.run("plan").out())
                .containsPattern("keep +other")
                .containsPattern("skip +user +its need version would fail");
        Cutoff.Run explained = ws.run("explain", "name");
        assertThat(explained.exitCode()).isEqualTo(2);
        assertThat(explained.out()).contains("name failed: ").contains("at present:\nname would fail: cutoff.toml:1:");
        assertThat(ws.run("plan", "--write-graph", "g").exitCode()).isEqualTo(2);
    }

    @Test
    void aLongSharedPathOfUnusualNamesWorks() {
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = [\"cat 'ä ö/b \\\"c' >$OUT/x\"]\n")
                .write("a/ä ö/b \"c", "1");
        ws.build();
        assertThat(ws.build().action("a")).isEqualTo("keep");
        ws.write("a/ä ö/b \"c", "2");
        assertThat(ws.build().action("a")).isEqualTo("rebuild");
        assertThat(ws.out("a/x")).content().isEqualTo("2");
    }

    @Test
    void whatLeadsThroughAProcessIsNotKept() {
        ws.write("cutoff.toml", """
                [unit.fd]
                source = "a"
                build = ["exec 3<d; test -e /dev/fd/3/x && echo y >$OUT/r || echo n >$OUT/r"]
                [unit.cwd]
                source = "a"
                build = ["ln -s /proc/self/cwd/d l; test -e l/x && echo y >$OUT/r || echo n >$OUT/r"]
                """).write("a/d/keep", "");
        ws.build();
        ws.write("a/d/x", "");
        ws.build();
        assertThat(ws.out("fd/r")).content().isEqualTo("y\n");
        assertThat(ws.out("cwd/r")).content().isEqualTo("y\n");
    }

    /** The file behind a descriptor gets a name: which file it is, the call does not say. */
    @Test
    void whatIsNamedByItsDescriptorIsNotKept() {
        ws.write("cutoff.toml", """
                [unit.a]
                source = "a"
                build = ["cc -o link link.c", "./link", "cp lnk $OUT/r"]
                """).write("a/link.c", """
                #define _GNU_SOURCE
                #include <fcntl.h>
                #include <stdio.h>
                #include <unistd.h>
                int main(void) {
                  char name[64];
                  snprintf(name, sizeof name, "/proc/self/fd/%d", open("in", O_PATH));
                  return linkat(AT_FDCWD, name, AT_FDCWD, "lnk", AT_SYMLINK_FOLLOW);
                }
                """).write("a/in", "1\n");
        ws.build();
        ws.write("a/in", "2\n");
        ws.build();
        assertThat(ws.out("a/r")).content().isEqualTo("2\n");
    }

    @Test
    void foldersThatAreNestedTooDeeplyAreTheirUnitsFailure() {
        Skips.unlessInstalled("python3");
        String deep = "import os\nfor i in range(60):\n    os.mkdir('d' * 100)\n    os.chdir('d' * 100)\n";
        ws.write("cutoff.toml", """
                [unit.inside]
                source = "s"
                build = ["python3 deep.py", "echo 1 >$OUT/r"]
                [unit.out]
                source = "s"
                build = ["cp deep.py $OUT", "cd $OUT; python3 deep.py"]
                [unit.other]
                build = ["echo 1 >$OUT/r"]
                """).write("s/deep.py", deep);
        Cutoff.Run run = ws.run("build", "--keep-going");
        assertThat(run.exitCode()).as(run.all()).isEqualTo(2);
        assertThat(ws.out("inside/r")).content().isEqualTo("1\n");
        assertThat(ws.out("other/r")).content().isEqualTo("1\n");
        assertThat(run.all()).contains("the artifact of out has folders that are nested too deeply");
        assertThat(ws.folder().resolve("store/tmp"))
                .satisfiesAnyOf(
                        tmp -> assertThat(tmp).doesNotExist(),
                        tmp -> assertThat(tmp).isEmptyDirectory());
    }

    @Test
    void aFolderThatWasEmptyAndOneThatIsGoneAreSaidSo() throws IOException {
        ws.write("cutoff.toml", """
                [unit.a]
                source = "s"
                build = ["ls d >$OUT/r || true"]
                """).write("s/x", "");
        Files.createDirectories(ws.folder().resolve("s/d"));
        ws.build();
        ws.write("s/d/one", "");
        assertThat(ws.build().reasons("a")).contains("the names in d changed (+one);");
        Files.delete(ws.folder().resolve("s/d/one"));
        Files.delete(ws.folder().resolve("s/d"));
        assertThat(ws.build().reasons("a")).contains("d is gone, or no folder any more");
    }

    @Test
    void aStoreIsNotMadeWithinSources() {
        ws.write("cutoff.toml", "[unit.a]\nsource = \"s\"\nbuild = [\"cp x $OUT\"]\n")
                .write("s/x", "");
        Path within = ws.folder().resolve("s");
        for (String command : List.of("plan", "build")) {
            Cutoff.Run run = Cutoff.run(
                    ws.folder(),
                    java.util.Map.of(),
                    command,
                    "--store",
                    within.resolve("store").toString());
            assertThat(run.exitCode()).as(run.all()).isEqualTo(2);
            assertThat(run.all()).contains("lies in the sources of a; put it elsewhere");
        }
        assertThat(within).isDirectoryNotContaining(path -> path.endsWith("store"));
    }
}
