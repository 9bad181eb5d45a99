package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flipped bit anywhere in the store is found before what it is in is used, and mended. */
class BitRotTest {

    private static final String TOML = """
            [unit.lib]
            source = "lib"
            build = ["mkdir $OUT/data", "cp text $OUT/data", "cp tool $OUT; chmod +x $OUT/tool"]
            [unit.app]
            source = "app"
            needs = ["lib"]
            build = ["$DEPS/lib/tool $DEPS/lib/data/text in >$OUT/app"]
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace");
        Cutoff.run(Path.of("/"), java.util.Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    private static Workspace sources(Workspace ws) {
        return ws.write("cutoff.toml", TOML)
                .write("lib/text", "text of lib, some bytes\n")
                .write("lib/tool", "#!/bin/sh\n# a tool that joins\ncat \"$1\" \"$2\"\n")
                .write("app/in", "input of app\n");
    }

    private static void flip(Path file) throws Exception {
        FileTime time = Files.getLastModifiedTime(file);
        var permissions = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, permissions);
        Files.setLastModifiedTime(file, time);
    }

    private void restore() {
        Cutoff.shell(folder, "chmod -R u+w store ws 2>/dev/null || true; rm -rf store ws fresh; cp -a sound/. .");
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> all = Files.walk(folder.resolve("store"))) {
            return all.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                    .filter(f -> f.toFile().length() > 0)
                    .map(f -> folder.relativize(f))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyFileOfAStore() throws Exception {
        everyFile(false);
    }

    @Test
    @Tag("long")
    void everyFileOfAStoreInBothUses() throws Exception {
        everyFile(true);
    }

    /** @param both whether each file is damaged before both uses, or before one and the next one before the other */
    private void everyFile(boolean both) throws Exception {
        Workspace ws = sources(new Workspace(folder.resolve("ws"), folder.resolve("store")));
        ws.build();
        Cutoff.shell(folder, "mkdir sound; cp -a store ws sound");
        List<Path> files = files();
        assertThat(files.stream().map(Path::toString))
                .anyMatch(f -> f.contains("artifacts/"))
                .anyMatch(f -> f.endsWith("index.db"))
                .hasSizeGreaterThan(10);
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            if (both || i % 2 == 0) {
                usedByABuild(ws, file);
            }
            if (both || i % 2 == 1 || file.endsWith("index.db")) {
                publishedAnew(file);
            }
        }
    }

    /** The need is used by a build, while its published copy is as it was. */
    private void usedByABuild(Workspace ws, Path file) throws Exception {
        flip(folder.resolve(file));
        ws.write("app/in", "changed\n");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).as("%s: %s", file, run.all()).isZero();
        assertThat(run.all()).as("%s", file).doesNotContain("\tat ");
        assertThat(ws.out("app/app")).as("%s", file).content().isEqualTo("text of lib, some bytes\nchanged\n");
        assertThat(ws.build().summary().get("kept")).as("%s", file).isEqualTo(2L);
        restore();
    }

    /** Nothing is published yet: what users get comes from the store. */
    private void publishedAnew(Path file) throws Exception {
        flip(folder.resolve(file));
        Workspace fresh = sources(new Workspace(folder.resolve("fresh"), folder.resolve("store")));
        Cutoff.Run run = fresh.run("build");
        assertThat(run.exitCode()).as("%s: %s", file, run.all()).isZero();
        assertThat(fresh.out("app/app")).as("%s", file).content().isEqualTo("text of lib, some bytes\ninput of app\n");
        assertThat(fresh.out("lib/tool"))
                .as("%s", file)
                .hasSameTextualContentAs(fresh.folder().resolve("lib/tool"));
        restore();
    }

    @Test
    void verifyFindsEachOfThem() throws Exception {
        Workspace ws = sources(new Workspace(folder.resolve("ws"), folder.resolve("store")));
        ws.build();
        Cutoff.shell(folder, "mkdir sound; cp -a store ws sound");
        for (Path file : files()) {
            if (file.endsWith("index.db")) {
                // Not every bit of it means something.
                continue;
            }
            flip(folder.resolve(file));
            Cutoff.Run run = ws.run("store", "verify");
            assertThat(run.exitCode()).as("%s: %s", file, run.all()).isEqualTo(1);
            ws.build();
            run = ws.run("store", "verify");
            assertThat(run.exitCode())
                    .as("built again, %s: %s", file, run.all())
                    .isZero();
            restore();
        }
    }
}
