package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command line as somebody meets it who has just cloned the project. */
@Execution(ExecutionMode.CONCURRENT)
class CommandLineTest {

    private static final List<String> COMMANDS = List.of(
            "", "build", "plan", "explain", "fingerprint", "diff", "store", "store stats", "store verify", "store gc");

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace", "cc", "c++", "make");
        Cutoff.run(Path.of("/"), Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    /** What a command's help gives as an example, as a script. */
    private String example(String command) {
        List<String> help = Cutoff.run(
                        folder, Map.of(), (command + " --help").strip().split(" "))
                .out()
                .lines()
                .toList();
        StringBuilder script = new StringBuilder();
        boolean in = false;
        for (String line : help) {
            int call = line.indexOf("./cutoff ");
            if (in ? line.startsWith("  ") : line.startsWith("Example") && call >= 0) {
                script.append(in ? line : line.substring(call)).append('\n');
            }
            in |= line.startsWith("Example");
        }
        assertThat(script).as("the example of cutoff %s in%n%s", command, help).isNotEmpty();
        return script.toString();
    }

    @Test
    void theExamplesOfTheHelpRunInAFreshClone() throws IOException {
        Files.createSymbolicLink(folder.resolve("cutoff"), Cutoff.root().resolve("cutoff"));
        Cutoff.shell(
                folder,
                "mkdir examples && tar cf - -C '" + Cutoff.root()
                        + "/examples' --exclude=.cutoff imaging | tar xf - -C examples");
        String store = folder.resolve("store").toString();
        for (String command : COMMANDS) {
            String script = example(command).replace("/tmp/", folder + "/");
            Cutoff.Run run = Cutoff.runAny(folder, Map.of("CUTOFF_STORE", store), List.of("/bin/sh", "-ec", script));
            assertThat(run.exitCode()).as(script + "\n" + run.all()).isZero();
        }
        Cutoff.shell(folder, "rm cutoff");
    }

    /** They are about a fleet that fromager has built; that there is none must be all that is wrong with them. */
    @Test
    void theExamplesOfFromagersCommandsAreUnderstood() {
        for (String command : List.of("", " plan", " record", " apply", " exec")) {
            String help = Cutoff.run(folder, Map.of(), ("fromager" + command + " --help").split(" "))
                    .out();
            String[] examples =
                    help.substring(help.indexOf("Example: ")).strip().split("Example: ");
            assertThat(examples.length).as(help).isGreaterThan(1);
            for (String example : List.of(examples).subList(1, examples.length)) {
                String line = example.strip().replaceAll("\\s+", " ").replaceFirst(" && .*", "");
                assertThat(line).startsWith("cutoff ");
                if (line.contains(" exec ")) {
                    // What is behind it may be there, and work for long.
                    line = line.replaceFirst(" -- .*", " -- false");
                }
                Cutoff.Run run = Cutoff.run(
                        folder,
                        Map.of("CUTOFF_STORE", folder.resolve("store").toString()),
                        line.substring("cutoff ".length()).split(" "));
                assertThat(run.exitCode()).as(line).isNotZero();
                assertThat(run.err()).as(line).doesNotContain("Try 'cutoff").doesNotContain("bug");
            }
        }
    }

    @Test
    void aMistypedCommandOrOptionIsSuggested() {
        Cutoff.Run command = Cutoff.run(folder, Map.of(), "buidl");
        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).contains("'buidl'").containsPattern("Did you mean: build\\b");
        assertThat(Cutoff.run(folder, Map.of(), "explian", "x").err()).containsPattern("Did you mean: explain\\b");
        assertThat(Cutoff.run(folder, Map.of(), "build", "--job", "2").err()).contains("Did you mean: --jobs");
        assertThat(Cutoff.run(folder, Map.of(), "store", "verfy").err()).contains("Did you mean: verify");
        assertThat(Cutoff.run(folder, Map.of(), "xyzzy").err()).doesNotContain("warm-up");
    }

    @Test
    void anOptionThatIsAboutSomethingElseIsRefused() throws IOException {
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/x\"]\n");
        Cutoff.Run run = ws.run("explain", "a", "--items");
        assertThat(run.exitCode()).as(run.all()).isEqualTo(2);
        assertThat(run.err()).contains("--items asks about a crate").contains("has a cutoff.toml");
        assertThat(Cutoff.run(folder, Map.of(), "store").err()).startsWith("cutoff: say which of store's commands: ");
    }

    /** Before the work that would be for nothing. */
    @Test
    void aDocumentThatCanNotBeWrittenIsSaidAtOnce() throws IOException {
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        ws.write("cutoff.toml", "[unit.a]\nbuild = [\"echo 1 >$OUT/x\"]\n");
        for (String file : List.of("/nope/x", ".")) {
            for (String command : List.of("build", "plan", "explain a", "fingerprint cutoff.toml", "store stats")) {
                Cutoff.Run run = Cutoff.run(
                        ws.folder(),
                        Map.of("CUTOFF_STORE", folder.resolve("store").toString()),
                        (command + " --json " + file).split(" "));
                assertThat(run.exitCode()).as(command + run.all()).isEqualTo(2);
                assertThat(run.err()).as(command).startsWith("cutoff: --json " + file + ": ");
                assertThat(run.out()).as(command).isEmpty();
            }
        }
        assertThat(ws.run("build", "--json", "/proc/x").exitCode()).isEqualTo(3);
        assertThat(ws.folder().resolve(".cutoff")).doesNotExist();
        ws.write("there.json", "as it was");
        assertThat(ws.run("build", "--json", "there.json", "no-unit").exitCode())
                .isEqualTo(2);
        assertThat(ws.read("there.json")).isEqualTo("as it was");
        assertThat(ws.run("build", "--json", "here.json").exitCode()).isZero();
        assertThat(ws.run("build", "--json", "here.json").exitCode())
                .as("again")
                .isZero();
    }

    @Test
    void explainTakesThePolicyOfTheNextBuild() throws IOException {
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cp x y $OUT\"]\n[unit.b]\nneeds = [\"a\"]\nbuild = [\"cp $DEPS/a/x $OUT\"]\n")
                .write("a/x", "1")
                .write("a/y", "1");
        ws.build();
        ws.write("a/y", "2");
        BuildResult again = ws.build();
        assertThat(again.action("b")).isEqualTo("keep");
        assertThat(ws.run("explain", "b").out()).contains("at present:\nb would be kept: ");
        assertThat(ws.run("explain", "b", "--policy", "strict").out())
                .contains(
                        "at present:\nb would be rebuilt: a has other content than at the last build (policy strict)");
        Cutoff.Run wrong = ws.run("explain", "b", "--policy", "lax");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--policy must be strict, identical or compatible");
    }
}
