package dev.cutoff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A run that kept everything stands for the next one, and for none that rests on anything else. */
@Execution(ExecutionMode.CONCURRENT) // Most of it is waiting for stamps to settle.
class UpToDateTest {

    private static final String TOML = """
            [unit.lib]
            source = "src/lib"
            build = ["ls >$OUT/names; cat *.txt >$OUT/all", "%s >>$OUT/all"]
            [unit.app]
            source = "src/app"
            needs = ["lib"]
            build = ["cat $DEPS/lib/all in >$OUT/app"]
            check = ["test -s $OUT/app"]
            """;

    @TempDir
    Path folder;

    private Path tools;
    private Path tool;
    private Workspace ws;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace");
        Skips.unless(
                !Cutoff.root().startsWith("/tmp") && !Cutoff.root().startsWith("/var/tmp"),
                "this checkout is where builds see nothing of the machine: in /tmp");
        Cutoff.run(Path.of("/"), java.util.Map.of(), "--version");
    }

    @BeforeEach
    void aRunThatKeptEverything() throws Exception {
        // Builds see no /tmp.
        tools = Files.createTempDirectory(Files.createDirectories(Cutoff.root().resolve("target")), "tools");
        tool = tools.resolve("tool");
        writeTool("1.0");
        ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        ws.write("cutoff.toml", TOML.formatted(tool))
                .write("src/.gitignore", "*.log\n")
                .write("src/lib/a.txt", "aaa\n")
                .write("src/lib/build.log", "of no interest\n")
                .write("src/app/in", "in 1\n");
        ws.build();
        settle();
    }

    @AfterEach
    void clear() {
        Cutoff.shell(folder, "chmod -R u+w .; rm -rf bin '" + tools + "'");
    }

    private void writeTool(String version) throws IOException {
        Files.writeString(tool, "#!/bin/sh\necho " + version + "\n");
        Cutoff.shell(folder, "chmod 755 '" + tools + "' '" + tool + "'");
    }

    private Path file() {
        return ws.folder().resolve(".cutoff/up-to-date");
    }

    /** Lets stamps settle, and leaves a run that kept everything and had nothing to add to the store. */
    private void settle() throws Exception {
        for (int i = 0; i < 2; i++) {
            Thread.sleep(2100);
            assertThat(ws.build().summary().get("kept")).isEqualTo(2L);
        }
        assertThat(file()).exists();
    }

    /** Whether the file was left alone: a run that decides anything removes it. */
    private boolean isTakenOver(Runnable run) throws IOException {
        Object before = Files.exists(file()) ? Files.readAttributes(file(), "unix:ino,ctime") : "none";
        run.run();
        return Files.exists(file())
                && Files.readAttributes(file(), "unix:ino,ctime").equals(before);
    }

    private void isJudged(String lib, String app) throws Exception {
        BuildResult[] result = new BuildResult[1];
        assertThat(isTakenOver(() -> result[0] = ws.build())).isFalse();
        assertThat(List.of(result[0].action("lib"), result[0].action("app"))).containsExactly(lib, app);
    }

    private static void rewrite(Path file, String text) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, time);
    }

    @Test
    void whatIsAsItWasIsTakenOverAndNothingElseIs() throws Exception {
        saysTheSame();
        // What is ignored is of no interest.
        ws.write("src/lib/build.log", "something else\n");
        assertThat(isTakenOver(ws::build)).isTrue();
        clocksThatWereSetAndUsesToBeNoted();
        damageAndInterruptedWrites();
        whatIsAskedFor();
    }

    private void saysTheSame() throws Exception {
        Files.delete(file());
        BuildResult judged = ws.build();
        BuildResult[] taken = new BuildResult[1];
        assertThat(isTakenOver(() -> taken[0] = ws.build())).isTrue();
        for (String unit : Set.of("lib", "app")) {
            judged.units().get(unit).remove("seconds");
            taken[0].units().get(unit).remove("seconds");
        }
        assertThat(taken[0].units()).isEqualTo(judged.units());
        assertThat(taken[0].summary()).isEqualTo(judged.summary());
        assertThat(ws.run("build").out())
                .contains("[1/2] kept     lib")
                .contains("[2/2] kept     app")
                .contains("2 units: 2 kept");
        assertThat(ws.run("explain", "app").out()).contains("everything that its build relied on still holds");
    }

    private void clocksThatWereSetAndUsesToBeNoted() throws Exception {
        Request request =
                new Request(List.of(), Set.of(), Optional.empty(), Optional.empty(), false, Optional.empty(), 1, false);
        Path program = Cutoff.root().toRealPath().resolve("target/program/cutoff.jar");
        assertThat(taken(request, program, Duration.ZERO)).hasSize(2);
        assertThat(taken(request, program, Duration.ofHours(-1))).as("set back").isEmpty();
        assertThat(taken(request, program, Duration.ofHours(25)))
                .as("a use a day")
                .isEmpty();
        Path other = Files.copy(program, folder.resolve("cutoff.jar"));
        assertThat(taken(request, other, Duration.ZERO)).as("another program").isEmpty();
    }

    private void damageAndInterruptedWrites() throws Exception {
        byte[] sound = Files.readAllBytes(file());
        for (int at : new int[] {0, 9, sound.length / 3, sound.length / 2, sound.length - 1}) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 4;
            Files.write(file(), damaged);
            isJudged("keep", "keep");
        }
        Files.write(file(), java.util.Arrays.copyOf(sound, sound.length / 2));
        isJudged("keep", "keep");
        Files.write(file(), new byte[0]);
        isJudged("keep", "keep");
        // What a killed run leaves is no such file.
        Files.move(file(), file().resolveSibling(".up-to-date.tmp"));
        isJudged("keep", "keep");
    }

    private void whatIsAskedFor() throws Exception {
        assertThat(isTakenOver(() -> ws.build("--policy", "strict"))).isFalse();
        assertThat(isTakenOver(() -> ws.build("--policy", "strict"))).isTrue();
        assertThat(isTakenOver(() -> ws.build())).isFalse();
        assertThat(isTakenOver(() -> ws.build("lib"))).isFalse();
        assertThat(isTakenOver(() -> ws.build("--trust", "clean", "lib"))).isFalse();
        BuildResult[] forced = new BuildResult[1];
        assertThat(isTakenOver(() -> forced[0] = ws.build("--force", "lib"))).isFalse();
        assertThat(forced[0].action("lib")).isEqualTo("rebuild");
        assertThat(file()).as("nothing is left by a run that built").doesNotExist();
    }

    @Test
    void aToolOfTheMachineThenTheRecipe() throws Exception {
        FileTime time = Files.getLastModifiedTime(tool);
        writeTool("2.0");
        Files.setLastModifiedTime(tool, time);
        isJudged("rebuild", "rebuild");
        assertThat(ws.out("app/app")).content().isEqualTo("aaa\n2.0\nin 1\n");
        settle();
        ws.write("cutoff.toml", TOML.formatted(tool).replace("$DEPS/lib/all in", "in $DEPS/lib/all"));
        isJudged("keep", "rebuild");
        assertThat(ws.out("app/app")).content().isEqualTo("in 1\naaa\n2.0\n");
    }

    @Test
    void aRecordThatAnotherWorkspaceReplacedThenAYoungSource() throws Exception {
        Workspace other = new Workspace(folder.resolve("other"), folder.resolve("store"));
        Cutoff.shell(folder, "cp -a ws/src ws/cutoff.toml other");
        other.build("--force");
        isJudged("keep", "keep");
        ws.write("src/app/in", "in 2\n");
        isJudged("keep", "rebuild");
        isJudged("keep", "keep");
        assertThat(file())
                .as("the source was written less than two seconds ago")
                .doesNotExist();
    }

    @Test
    void aSourceOfTheSameSizeAndTime() throws Exception {
        rewrite(ws.folder().resolve("src/lib/a.txt"), "bbb\n");
        isJudged("rebuild", "rebuild");
        assertThat(ws.out("app/app")).content().isEqualTo("bbb\n1.0\nin 1\n");
    }

    @Test
    void anAddedFileAndOneLess() throws Exception {
        ws.write("src/lib/b.txt", "more\n");
        isJudged("rebuild", "rebuild");
        settle();
        Files.delete(ws.folder().resolve("src/lib/b.txt"));
        // The record of before holds again.
        isJudged("keep", "keep");
        assertThat(ws.out("app/app")).content().isEqualTo("aaa\n1.0\nin 1\n");
    }

    @Test
    void whatIsIgnored() throws Exception {
        ws.write("src/.gitignore", "*.log\na.*\n");
        assertThat(ws.run("build").exitCode()).isEqualTo(1);
        assertThat(file()).doesNotExist();
    }

    @Test
    void whatGitTracks() throws Exception {
        Skips.unlessInstalled("git");
        Cutoff.shell(ws.folder(), "git init -q");
        isJudged("keep", "keep");
        settle();
        assertThat(isTakenOver(ws::build)).isTrue();
        // Files that git tracks are never ignored.
        Cutoff.shell(ws.folder(), "git add -f src/lib/build.log");
        isJudged("rebuild", "keep");
    }

    @Test
    void withoutASandbox() throws Exception {
        Cutoff.shell(folder, "mkdir bin; ln -s /bin/* bin; ln -sf /usr/bin/* bin; rm bin/bwrap");
        Workspace bare = new Workspace(ws.folder(), folder.resolve("store"))
                .with("PATH", folder.resolve("bin").toString());
        Cutoff.Run[] run = new Cutoff.Run[1];
        assertThat(isTakenOver(() -> run[0] = bare.run("build"))).isFalse();
        assertThat(run[0].all()).contains("bubblewrap is missing").contains("rebuilt  lib");
    }

    @Test
    void foldersAboveTheSourcesAreReplaced() throws Exception {
        Cutoff.shell(
                ws.folder(),
                "cp -a src other; echo bbb >other/lib/a.txt; touch -r src/lib/a.txt other/lib/a.txt; mv src old; mv other src");
        isJudged("rebuild", "rebuild");
    }

    @Test
    void anotherStoreAndOneThatLostSomething() throws Exception {
        Workspace elsewhere = new Workspace(ws.folder(), folder.resolve("store2"));
        BuildResult[] result = new BuildResult[1];
        assertThat(isTakenOver(() -> result[0] = elsewhere.build())).isFalse();
        assertThat(result[0].action("lib")).isEqualTo("rebuild");
        settle();
        Cutoff.shell(folder, "for f in store/blobs/*; do chmod -R u+w $f; rm -rf $f; done");
        isJudged("rebuild", "rebuild");
        assertThat(ws.out("app/app")).content().isEqualTo("aaa\n1.0\nin 1\n");
    }

    @Test
    void whatIsPublished() throws Exception {
        Cutoff.shell(ws.folder(), "chmod u+w .cutoff/out/app/app; echo other >.cutoff/out/app/app");
        isJudged("keep", "keep");
        assertThat(ws.out("app/app")).content().isEqualTo("aaa\n1.0\nin 1\n");
        settle();
        Cutoff.shell(ws.folder(), "chmod -R u+w .cutoff/out/lib; rm -r .cutoff/out/lib");
        isJudged("keep", "keep");
        assertThat(ws.out("lib/all")).content().isEqualTo("aaa\n1.0\n");
    }

    private List<Outcome> taken(Request request, Path program, Duration later) throws InterruptedException {
        InstantSource clock = InstantSource.fixed(Instant.now().plus(later));
        return new UpToDate(ws.folder(), folder.resolve("store"), request, program, clock)
                .outcomes(holder -> {})
                .orElse(List.of());
    }
}
