package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cutoff plan --graph} and {@code --write-graph}. */
class GraphCommandTest {

    private static final String UNITS = """
            [unit.lib]
            source = "lib"
            build = ["cc -c lib.c", "ar rcs $OUT/lib.a lib.o", "cp lib.h conf.h data.txt $OUT", "ln -s lib.h $OUT/alias.h"]

            [unit.pc]
            needs = ["lib"]
            build = ["mkdir -p $OUT/lib/pkgconfig", "printf 'Name: p\\\\nDescription: p\\\\nVersion: 1\\\\nCflags: -DP\\\\n' >$OUT/lib/pkgconfig/p.pc", "ls $DEPS/lib >$OUT/names"]

            [unit.app]
            source = "app"
            needs = ["lib", "pc"]
            build = ["cc -g -o $OUT/app app.c -I$DEPS/lib $DEPS/lib/lib.a"]
            check = ["$OUT/app"]

            [unit.top]
            needs = ["app"]
            build = ["cp $DEPS/app/app $OUT/top", "cat $DEPS/lib/data.txt >$OUT/data"]

            [unit.alone]
            build = ["date >$OUT/date", "exit 0"]
            env = { A = "tab\\there" }
            """;

    @TempDir
    Path folder;

    private Workspace ws;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace", "cc");
        Cutoff.run(Path.of("/"), Map.of(), "--version");
    }

    @BeforeEach
    void workspace() throws IOException {
        ws = new Workspace(folder.resolve("ws"), folder.resolve("store"))
                .write("cutoff.toml", UNITS)
                .write("lib/lib.c", "#include \"lib.h\"\nint f(void) { return ONE; }\n")
                .write("lib/lib.h", "#include \"conf.h\"\nint f(void);\n")
                .write("lib/conf.h", "#define ONE 1\n")
                .write("lib/data.txt", "data\n")
                .write("app/app.c", "#include \"alias.h\"\nint main(void) { return f() - ONE; }\n");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    private Map<String, Map<String, Object>> plan(String... arguments) {
        Cutoff.Run run = Cutoff.run(folder, Map.of(), arguments);
        assertThat(run.exitCode()).as(run.all()).isZero();
        BuildResult result = BuildResult.parse(run.out());
        result.units().values().forEach(unit -> unit.remove("seconds"));
        return result.units();
    }

    /** The workspace's plan, and that it is the plan of the graph that was written with it. */
    private String planned(String... options) {
        for (String name : new String[] {"plain", "packed.gz"}) {
            Path graph = folder.resolve(name);
            String[] workspace = {
                "plan",
                "--json",
                "-",
                "-C",
                ws.folder().toString(),
                "--store",
                folder.resolve("store").toString(),
                "--write-graph",
                graph.toString()
            };
            Map<String, Map<String, Object>> here = plan(with(workspace, options));
            Map<String, Map<String, Object>> there =
                    plan(with(new String[] {"plan", "--json", "-", "--graph", graph.toString()}, options));
            assertThat(there).isEqualTo(here);
            StringBuilder actions = new StringBuilder();
            here.forEach((unit, fields) -> actions.append(unit + " " + fields.get("action") + ", "));
            if (name.equals("packed.gz")) {
                return actions.substring(0, actions.length() - 2);
            }
        }
        throw new AssertionError();
    }

    private static String[] with(String[] some, String... more) {
        String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    @Test
    void aWrittenGraphGivesTheWorkspacesPlan() throws IOException {
        assertThat(planned()).isEqualTo("lib rebuild, pc rebuild, app rebuild, top rebuild, alone rebuild");
        ws.build();
        assertThat(planned()).isEqualTo("lib keep, pc keep, app keep, top keep, alone keep");
        assertThat(planned("--force", "lib")).isEqualTo("lib rebuild, pc wait, app wait, top wait, alone keep");
        assertThat(planned("--policy", "strict")).endsWith("alone keep");

        ws.write("lib/data.txt", "other data\n");
        assertThat(planned()).isEqualTo("lib rebuild, pc wait, app wait, top wait, alone keep");
        ws.build("lib");
        assertThat(planned()).isEqualTo("lib keep, pc keep, app keep, top rebuild, alone keep");
        assertThat(planned("--policy", "strict"))
                .isEqualTo("lib keep, pc rebuild, app rebuild, top rebuild, alone keep");

        ws.write("lib/conf.h", "/* more */\n#define ONE 1\n").build("lib");
        assertThat(planned()).isEqualTo("lib keep, pc keep, app keep, top rebuild, alone keep");
        assertThat(planned("--debug-info", "exact"))
                .isEqualTo("lib keep, pc keep, app rebuild, top rebuild, alone keep");

        ws.write("lib/conf.h", "#define ONE 2\n").build("lib");
        ws.write("cutoff.toml", UNITS.replace("exit 0", "exit  0"));
        assertThat(planned()).isEqualTo("lib keep, pc keep, app rebuild, top rebuild, alone rebuild");
        ws.write("app/app.c", "int main(void) { return 0; }\n");
        planned();
        ws.write("cutoff.toml", UNITS.replace("needs = [\"app\"]", "needs = [\"app\", \"alone\"]"));
        assertThat(planned()).contains("top rebuild");
        Cutoff.shell(
                folder,
                "chmod -R u+w ws/.cutoff/out store && rm -r ws/.cutoff/out/pc store/artifacts store/blobs/??/*[0-7]");
        planned();
    }

    @Test
    void aFailedCheckIsExpectedToFailByBoth() {
        ws.build();
        ws.write("cutoff.toml", UNITS.replace("check = [\"$OUT/app\"]", "check = [\"$OUT/app; false\"]"));
        assertThat(planned()).endsWith("app keep, top keep, alone keep");
        assertThat(ws.run("build").exitCode()).isEqualTo(1);
        assertThat(planned()).isEqualTo("lib keep, pc keep, app fail, top skipped, alone keep");
    }

    @Test
    void peopleSeeTheFirstAndWhatTheyAskFor() throws IOException {
        StringBuilder text = new StringBuilder("cutoff-graph/1\n");
        for (int i = 0; i < 30; i++) {
            text.append("unit\tu" + i + "\n");
        }
        Path graph = Files.writeString(folder.resolve("graph"), text);
        Cutoff.Run run = Cutoff.run(folder, Map.of(), "plan", "--graph", "graph", "--exit-code");
        assertThat(run.exitCode()).isEqualTo(10);
        assertThat(run.out().lines()).hasSize(22).first().isEqualTo("rebuild  u0  no record of a build");
        assertThat(run.out()).contains("\nand 10 more; ").endsWith("\n30 units: 30 to rebuild\n");
        Cutoff.Run one = Cutoff.run(folder, Map.of(), "plan", "u7", "--graph", graph.toString());
        assertThat(one.out()).isEqualTo("rebuild  u7  no record of a build\n1 unit: 1 to rebuild\n");
        assertThat(Cutoff.run(folder, Map.of(), "plan", "--graph", "graph", "none")
                        .err())
                .contains("no unit 'none' among the 30 of the graph");
        assertThat(Cutoff.run(folder, Map.of(), "plan", "--graph", "graph", "-C", "ws")
                        .exitCode())
                .isEqualTo(2);
        Files.writeString(graph, "cutoff-graph/9\n");
        Cutoff.Run newer = Cutoff.run(folder, Map.of(), "plan", "--graph", "graph", "--json", "out.json");
        assertThat(newer.exitCode()).isEqualTo(2);
        assertThat(newer.err()).startsWith("cutoff: graph:1: this Cutoff reads cutoff-graph/1");
        assertThat(folder.resolve("out.json")).doesNotExist();
    }
}
