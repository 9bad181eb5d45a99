package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Json;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policy compatible: what its trials rest on, and what its reasons say. Which changes they settle the scenarios show. */
class CompatibleTest {

    private static final String TOML = """
            [cutoff]
            policy = "compatible"
            [unit.lib]
            source = "lib"
            build = [
              "cc -g -O1 -fPIC -shared -Wl,-soname,liblib.so -o liblib.so lib.c",
              "install -D -m644 -t $OUT/lib liblib.so && install -D -m644 -t $OUT/include lib.h point.h",
              "cp large $OUT/large",
            ]
            [unit.app]
            source = "app"
            needs = ["lib"]
            build = ["cc -O1 -c app.c", "cc -o app app.o -llib -Wl,-rpath,'$ORIGIN/../../lib/lib'", "install -D -t $OUT/bin app"]
            """;

    @TempDir
    Path folder;

    private Workspace ws;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace", "cc");
    }

    @BeforeEach
    void aBuild() {
        ws = workspace(TOML)
                .write("lib/lib.h", "#include \"point.h\"\nint sum(struct point *p);\n#define SPARE 1\n")
                .write("lib/point.h", "struct point { int x, y; };\n")
                .write("lib/lib.c", "#include \"point.h\"\nint sum(struct point *p) { return p->x + p->y; }\n")
                .write("lib/large", "1".repeat(3 << 20))
                .write("app/app.c", """
                        #include <lib.h>
                        #include <stdio.h>
                        int main(void) { struct point p = {1, 2}; printf("%d\\n", sum(&p)); return 0; }
                        """);
        ws.build();
    }

    private Workspace workspace(String toml) {
        try {
            return new Workspace(folder.resolve("ws"), folder.resolve("store")).write("cutoff.toml", toml);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void clear() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    private void header(String from, String to) {
        ws.write("lib/lib.h", ws.read("lib/lib.h").replace(from, to));
    }

    /** A try needs what the needs were then; where a collection took that, there is none. */
    @Test
    void whereTheStoreHasLostTheRecordsNeedsItIsRebuilt() {
        header("SPARE 1", "SPARE 2");
        ws.write("lib/large", "2".repeat(3 << 20));
        ws.build("lib");
        BuildResult plan = BuildResult.parse(ws.run("plan", "--json", "-").out());
        assertThat(plan.action("app")).isEqualTo("maybe");
        assertThat(plan.reasons("app"))
                .contains("probe of 1 file, ")
                .contains(": lib/include/lib.h changed")
                .contains("tokens lib/include/lib.h: line 3: `#define SPARE 1` -> `#define SPARE 2`");
        assertThat(ws.run("plan", "--exit-code").exitCode()).isEqualTo(10);
        assertThat(ws.run("explain", "app").out()).contains("app may be kept: probe of 1 file, ");
        plan = BuildResult.parse(
                ws.run("plan", "--probe", "always", "--json", "-").out());
        assertThat(plan.action("app")).isEqualTo("keep");
        plan = BuildResult.parse(
                ws.run("plan", "--probe", "never", "--json", "-").out());
        assertThat(plan.action("app")).isEqualTo("rebuild");
        // The library as it was is what was used longest ago.
        assertThat(stats("records")).isEqualTo(3);
        for (long size = stats("bytes") - 1; stats("records") == 3 && size > 0; size -= 1 << 20) {
            assertThat(ws.run("store", "gc", "--max-size", Long.toString(size)).exitCode())
                    .isZero();
        }
        assertThat(stats("records")).isEqualTo(2);
        BuildResult result = ws.build();
        assertThat(result.action("lib")).isEqualTo("keep");
        assertThat(result.action("app")).isEqualTo("rebuild");
        assertThat(result.reasons("app"))
                .contains("tokens lib/include/lib.h changed")
                .contains("not tried by compiling: the store has no longer what lib was at the last build");
        // With its new record it is tried again.
        header("SPARE 2", "SPARE 3");
        assertThat(ws.build().action("app")).isEqualTo("keep");
    }

    private long stats(String name) {
        Object stats = Json.parse(ws.run("store", "stats", "--json", "-").out());
        return ((Number) Json.object(stats).getOrDefault(name, -1)).longValue();
    }

    /** What a trial read of the machine is in no record: a run that rests on one stands for no other. */
    @Test
    void aRunThatTriedIsNotTakenOver() throws Exception {
        Skips.unless(
                !Cutoff.root().startsWith("/tmp") && !Cutoff.root().startsWith("/var/tmp"),
                "this checkout is where builds see nothing of the machine: in /tmp");
        Path machine =
                Files.createTempDirectory(Files.createDirectories(Cutoff.root().resolve("target")), "machine");
        try {
            Path system = Files.writeString(machine.resolve("system.h"), "#define OF_THE_SYSTEM 1\n");
            header("#define SPARE 1", "#include \"" + system + "\"\n#define SPARE OF_THE_SYSTEM");
            for (int i = 0; i < 4; i++) {
                assertThat(ws.build().action("app")).isEqualTo("keep");
                Thread.sleep(2100);
            }
            // Only the trial has read it.
            Files.writeString(system, "#define sum(p) (10 + sum(p))\n");
            BuildResult result = ws.build();
            assertThat(result.action("app")).isEqualTo("rebuild");
        } finally {
            Cutoff.shell(folder, "rm -rf '" + machine + "'");
        }
    }

    /** Under which policy ever, where both libraries have debug information. */
    @Test
    void theReasonNamesTheMemberThatMoved() {
        ws.write("lib/point.h", "struct point { int z, x, y; };\n");
        for (String policy : new String[] {"identical", "compatible"}) {
            BuildResult plan = BuildResult.parse(
                    ws.run("plan", "--policy", policy, "--json", "-").out());
            assertThat(plan.action("app")).isEqualTo("wait");
        }
        ws.build("lib");
        BuildResult plan = BuildResult.parse(
                ws.run("plan", "--policy", "identical", "--json", "-").out());
        assertThat(plan.reasons("app"))
                .contains("line 1: `struct point { int x, y; };` -> `struct point { int z, x, y; };`")
                .contains("; struct point: member 'x' moved from offset 0 to 4 bytes");
        ws.build();
        assertThat(ws.run("explain", "app").out()).contains("member 'x' moved from offset 0 to 4 bytes");
        // Of types that the header does not name nothing is said, nor of what is kept.
        header("SPARE 1", "SPARE 2");
        assertThat(ws.build().reasons("app")).doesNotContain("member");
    }
}
