package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 and full disks: nothing that was there is lost, and the next run is right. */
class CrashTest {

    private static final String TOML = """
            [unit.lib]
            source = "lib"
            build = ["cc -c lib.c", "mkdir -p $OUT/lib $OUT/include", "ar rcsD $OUT/lib/liblib.a lib.o", "cp lib.h $OUT/include"]
            [unit.app]
            source = "app"
            needs = ["lib"]
            build = ["cc -o $OUT/app app.c -llib"]
            check = ["$OUT/app"]
            [unit.text]
            source = "text"
            build = ["cat *.txt >$OUT/all"]
            """;

    /** How many rounds go by before the next is told of. */
    private static final int SAID = 20;

    /** For a machine that has much else to do. */
    private static final int END_SECONDS = 600;

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace", "cc", "ar");
        Cutoff.run(Path.of("/"), java.util.Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    private static void sources(Workspace ws, int version) {
        ws.write("cutoff.toml", TOML)
                .write("lib/lib.h", "int lib(void);\n")
                .write("lib/lib.c", "#include \"lib.h\"\nint lib(void) { return " + version % 100 + "; }\n")
                .write(
                        "app/app.c",
                        "#include <stdio.h>\n#include <lib.h>\nint main(void) { printf(\"%d\\n\", lib()); return 0; }\n")
                .write("text/a.txt", "version " + version + "\n");
    }

    private static void assertRight(Workspace ws, int version) {
        assertThat(Cutoff.shell(ws.folder(), ".cutoff/out/app/app").strip()).isEqualTo(Integer.toString(version % 100));
        assertThat(ws.out("text/all")).content().isEqualTo("version " + version + "\n");
    }

    /**
     * Each round two workspaces build at once in one store, now and then beside a collection that takes all it may; one
     * or more of them are killed. Who was not killed must have done right, and so must the next run.
     *
     * @param times how many processes are killed
     */
    private void killAtRandomMoments(int times, long seed) throws Exception {
        List<Workspace> all = List.of(
                new Workspace(folder.resolve("one"), folder.resolve("store")),
                new Workspace(folder.resolve("other"), folder.resolve("store")));
        long began = System.nanoTime();
        for (Workspace ws : all) {
            sources(ws, 0);
            ws.build();
        }
        int wholeMillis = (int) ((System.nanoTime() - began) / 1_000_000);
        int[] versions = new int[all.size()];
        Gen gen = new Gen(seed);
        int kills = 0;
        for (int i = 1; kills < times; i++) {
            String round = "round " + i + " (seed " + seed + ")";
            List<Cutoff.Running> running = new ArrayList<>();
            for (int w = 0; w < all.size(); w++) {
                // The same sources now and then: then both want to store the same.
                versions[w] = gen.oneIn(2) ? i : i + 50 * w;
                sources(all.get(w), versions[w]);
                running.add(all.get(w).start("build"));
            }
            boolean collects = gen.oneIn(2);
            if (collects) {
                Thread.sleep(gen.below(wholeMillis / 2));
                running.add(all.get(0).start("store", "gc", gen.oneIn(2) ? "--max-age=0h" : "--max-size=60K"));
            }
            Thread.sleep(gen.below(wholeMillis));
            int victim = gen.below(running.size());
            for (int r = 0; r < running.size(); r++) {
                boolean killed = r == victim || gen.oneIn(4);
                if (killed) {
                    kills++;
                    // The JVM alone, as the kernel's out-of-memory killer would: what it started must go with it.
                    running.get(r).process().destroyForcibly();
                }
                Cutoff.Run run = running.get(r).end(END_SECONDS);
                assertThat(run.exitCode())
                        .as("%s, process %d: %s", round, r, run.all())
                        .isIn(killed ? List.of(0, 137) : List.of(0));
                if (run.exitCode() == 0 && r < all.size()) {
                    assertRight(all.get(r), versions[r]);
                }
            }
            if (gen.oneIn(3)) {
                Cutoff.Run verified = all.get(0).run("store", "verify");
                assertThat(verified.exitCode())
                        .as("%s: %s", round, verified.all())
                        .isZero();
            }
            for (int w = 0; w < all.size(); w++) {
                all.get(w).build();
                assertRight(all.get(w), versions[w]);
            }
            for (Workspace ws : all) {
                assertThat(ws.build().summary().get("kept")).as(round).isEqualTo(3L);
            }
            if (i % SAID == 0) {
                System.out.println(round + ": " + kills + " killed");
            }
        }
        try (Stream<Path> left = Files.list(folder.resolve("store/tmp"))) {
            assertThat(left).as("what killed runs left behind").isEmpty();
        }
        assertThat(Cutoff.shell(folder, "ps -eo args | grep -c '[/]cutoff/trace.*" + folder + "' || true")
                        .strip())
                .isEqualTo("0");
    }

    /** What was stored before a kill is there after it. */
    private void killAndGoBack(int times, long seed) throws Exception {
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        sources(ws, 1);
        ws.build();
        Gen gen = new Gen(seed);
        for (int i = 2; i <= times + 1; i++) {
            sources(ws, i);
            Cutoff.Running running = ws.start("build");
            Thread.sleep(gen.below(1500));
            running.process().destroyForcibly();
            running.end(END_SECONDS);
            sources(ws, 1);
            assertThat(ws.build().summary().get("kept"))
                    .as("kill %d (seed %d)", i, seed)
                    .isEqualTo(3L);
            assertRight(ws, 1);
        }
    }

    @Test
    void killedAtRandomMoments() throws Exception {
        killAtRandomMoments(4, 1);
    }

    @Test
    void whatWasThereBeforeAKillIsThereAfterIt() throws Exception {
        killAndGoBack(2, 3);
    }

    @Test
    @Tag("long")
    void killedAtAThousandRandomMoments() throws Exception {
        killAtRandomMoments(900, Long.getLong("crash.seed", 2));
    }

    @Test
    @Tag("long")
    void whatWasThereBeforeAHundredKillsIsThereAfterThem() throws Exception {
        killAndGoBack(100, 4);
    }

    @Test
    void aFullDiskIsSaidAndForgotten() throws Exception {
        Path small = Files.createDirectories(folder.resolve("small"));
        boolean mounted = Cutoff.runAny(
                                folder,
                                java.util.Map.of(),
                                java.util.List.of("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", small.toString()))
                        .exitCode()
                == 0;
        Skips.unless(mounted, "no small file system can be mounted here");
        try {
            Workspace ws = new Workspace(folder.resolve("ws"), small.resolve("store"));
            ws.write(
                            "cutoff.toml",
                            "[unit.a]\nsource = \"a\"\nbuild = [\"cp f $OUT\"]\n[unit.b]\nbuild = [\"head -c 9000000 /dev/zero >$OUT/b\"]\n")
                    .write("a/f", "1");
            ws.build("a");
            Cutoff.Run full = ws.run("build");
            assertThat(full.exitCode()).as(full.all()).isEqualTo(3);
            assertThat(full.all()).containsIgnoringCase("no space left").doesNotContain("\tat ");
            assertThat(ws.build("a").action("a")).isEqualTo("keep");
            // Sources that do not fit are noticed while they are staged.
            Files.write(ws.folder().resolve("a/f"), new byte[9_000_000]);
            full = ws.run("build", "a");
            assertThat(full.exitCode()).as(full.all()).isEqualTo(3);
            ws.write("a/f", "2");
            assertThat(ws.build("a").action("a")).isEqualTo("rebuild");
            assertThat(ws.out("a/f")).content().isEqualTo("2");
            assertThat(ws.run("store", "verify").exitCode()).isZero();
        } finally {
            Cutoff.shell(folder, "umount '" + small + "'");
        }
    }
}
