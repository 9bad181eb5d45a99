package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How builds are observed changes nothing in them; what the observing library can't see is strace's. */
@Execution(ExecutionMode.CONCURRENT)
class ObservationTest {

    private static final String PROGRAM = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n";

    @TempDir
    Path folder;

    private Workspace ws;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace", "cc");
        Cutoff.run(Path.of("/"), java.util.Map.of(), "--version");
        Skips.unless(
                Files.exists(Cutoff.root().resolve("target/program/libcutoff-observe.so")),
                "the observing library is for x86-64 alone");
    }

    @BeforeEach
    void workspace() throws IOException {
        ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    /** A unit of this recipe is the same, bit for bit, however it is observed. */
    private void isTheSame(String... lines) {
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = ['" + String.join("',\n  '", lines) + "']\n")
                .write("a/x.c", PROGRAM);
        String digest = "";
        for (String how : new String[] {"none", "strace", "preload"}) {
            ws.build("--force", "--observe", how);
            String now = Cutoff.shell(
                    ws.out("a"), "find -L . -type f | sort | xargs sha256sum; find -L . | sort; tail -n +1 *.txt");
            assertThat(now).as(how).isEqualTo(digest.isEmpty() ? now : digest);
            digest = now;
        }
    }

    @Test
    void aProgramIsTheSame() {
        isTheSame(
                "cc -g -O2 -o $OUT/x x.c",
                "$OUT/x >$OUT/x.txt",
                "env | sort >$OUT/env.txt",
                "sh -c 'env -i /usr/bin/env >$OUT/none.txt'".replace("'", "\""));
    }

    @Test
    void aBuildWithASanitizerIsTheSame() throws IOException {
        ws.write("try/x.c", PROGRAM);
        boolean works = Cutoff.runAny(
                                ws.folder(),
                                java.util.Map.of("ASAN_OPTIONS", "detect_leaks=0"),
                                java.util.List.of(
                                        "/bin/sh", "-ec", "cc -fsanitize=address,undefined -o x try/x.c; ./x"))
                        .exitCode()
                == 0;
        Skips.unless(works, "the compiler has no sanitizers");
        isTheSame("cc -g -fsanitize=address,undefined -o $OUT/x x.c", "ASAN_OPTIONS=detect_leaks=0 $OUT/x >$OUT/x.txt");
    }

    /** As a first library the observing one would be in the sanitizer's way. */
    @Test
    void aSanitizersLeakCheckWorks() throws IOException {
        ws.write("try/x.c", PROGRAM);
        boolean works = Cutoff.runAny(
                                ws.folder(),
                                java.util.Map.of(),
                                java.util.List.of("/bin/sh", "-ec", "cc -fsanitize=address -o x try/x.c; ./x"))
                        .exitCode()
                == 0;
        Skips.unless(works, "the compiler has no sanitizers");
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cc -fsanitize=address -o x x.c\", \"./x >$OUT/x.txt\"]\n")
                .write("a/x.c", PROGRAM);
        ws.build("--observe", "preload");
        assertThat(ws.build("--observe", "preload").action("a")).isEqualTo("keep");
    }

    @Test
    void aBuildThatPreloadsALibraryOfItsOwnIsTheSame() {
        ws.write(
                "a/own.c",
                "#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <stdio.h>\n#include <string.h>\n"
                        + "FILE *fopen(const char *p, const char *m) {\n"
                        + "  FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, \"fopen\");\n"
                        + "  return next(strcmp(p, \"asked\") ? p : \"given\", m);\n}\n");
        ws.write("a/given", "given\n")
                .write(
                        "a/r.c",
                        "#include <stdio.h>\nint main(void) { char b[9]; FILE *f = fopen(\"asked\", \"r\"); return !f || !fgets(b, 9, f) || printf(\"%s\", b) < 0; }\n");
        isTheSame(
                "cc -shared -fPIC -o own.so own.c",
                "cc -o r r.c",
                "LD_PRELOAD=$PWD/own.so ./r >$OUT/r.txt",
                "export LD_PRELOAD=$PWD/own.so; sh -c \"env | grep PRELOAD\" >$OUT/own.txt");
        BuildResult kept = ws.build("--observe", "preload");
        assertThat(kept.action("a")).as(kept.reasons("a")).isEqualTo("keep");
        ws.write("a/given", "changed\n");
        assertThat(ws.build("--observe", "preload").action("a")).isEqualTo("rebuild");
        assertThat(ws.out("a/r.txt")).content().isEqualTo("changed\n");
    }

    @Test
    void aBuildInFakerootIsTheSame() {
        Skips.unlessInstalled("fakeroot");
        isTheSame(
                "fakeroot sh -c \"touch f; chown 0:0 f; stat -c %u:%g f >$OUT/owner.txt; cp x.c $OUT; id -u >$OUT/id.txt\"");
        assertThat(ws.out("a/owner.txt")).content().isEqualTo("0:0\n");
    }

    /** What goes through a ring no observer sees; libuv, and so CMake, asks for one and does without. */
    @Test
    void aRingIsDeniedAndIsNoGap() {
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = [\"cc -o x x.c\", \"./x >$OUT/x.txt\"]\n")
                .write("a/x.c", """
                        #include <errno.h>
                        #include <stdio.h>
                        #include <sys/syscall.h>
                        #include <unistd.h>
                        int main(void) {
                          char params[120] = {0};
                          long ring = syscall(SYS_io_uring_setup, 8, params);
                          printf("%s\\n", ring < 0 && errno == ENOSYS ? "denied" : "given");
                        }
                        """);
        for (String how : new String[] {"strace", "preload"}) {
            ws.build("--force", "--observe", how);
            assertThat(ws.out("a/x.txt")).content().isEqualTo("denied\n");
            BuildResult second = ws.build("--observe", how);
            assertThat(second.action("a")).as(how + second.reasons("a")).isEqualTo("keep");
        }
    }

    @Test
    void whatEscapesIsStracesFromThenOn() {
        ws.write(
                        "cutoff.toml",
                        "[unit.a]\nsource = \"a\"\nbuild = [\"cc -static -o x x.c\", \"./x >$OUT/x.txt\", \"cp in $OUT\"]\n")
                .write("a/x.c", PROGRAM)
                .write("a/in", "1")
                .write("a/unused", "1");
        Cutoff.Run first = ws.run("build", "--observe", "preload");
        assertThat(first.all())
                .contains("a can't be kept next time: /cutoff/build/a/x did not load the observing library")
                .contains("strace observes it from its next build on");
        assertThat(ws.build("--observe", "preload").action("a")).isEqualTo("rebuild");
        ws.write("a/unused", "2");
        assertThat(ws.build("--observe", "preload").action("a")).isEqualTo("keep");
        ws.write("a/in", "2");
        assertThat(ws.build("--observe", "preload").action("a")).isEqualTo("rebuild");
        assertThat(ws.build("--observe", "preload").action("a")).isEqualTo("keep");
    }

    /** Makefiles and libtool start it when they install a library; it is a static program. */
    @Test
    void ldconfigOfWhatIsInstalledDoesNotEscape() {
        Skips.unless(Files.exists(Path.of("/sbin/ldconfig")), "no ldconfig");
        ws.write("cutoff.toml", """
                        [unit.a]
                        source = "a"
                        build = ["mkdir $OUT/lib", "cc -shared -Wl,-soname,liba.so.1 -o $OUT/lib/liba.so.1.0 a.c",
                          "PATH=$PATH:/sbin ldconfig -n $OUT/lib", "test -h $OUT/lib/liba.so.1", "/sbin/ldconfig || true"]
                        """).write("a/a.c", "int a;\n").write("a/unused", "1");
        ws.build("--observe", "preload");
        ws.write("a/unused", "2");
        BuildResult second = ws.build("--observe", "preload");
        assertThat(second.action("a")).as(second.reasons("a").toString()).isEqualTo("keep");
        ws.write("a/a.c", "int b;\n");
        assertThat(ws.build("--observe", "preload").action("a")).isEqualTo("rebuild");
        // Through links it sees what nobody was told of.
        ws.write("a/b.c", "int b;\n");
        String links = "ln -s $PWD $OUT/b\", \"cc -shared -Wl,-soname,libb.so.1 -o libb.so.1.0 b.c";
        ws.write(
                "cutoff.toml",
                ws.read("cutoff.toml")
                        .replace("mkdir $OUT/lib", "mkdir $OUT/lib\", \"" + links)
                        .replace("-n $OUT/lib", "-n $OUT/lib $OUT/b"));
        assertThat(ws.run("build", "--observe", "preload").all()).contains("installed links that may lead elsewhere");
        // Of other folders it is not known what it reads.
        ws.write("cutoff.toml", ws.read("cutoff.toml").replace("ldconfig -n $OUT/lib", "ldconfig -n lib $OUT/lib"));
        assertThat(ws.run("build", "--observe", "preload").all())
                .contains("ldconfig did not load the observing library");
    }

    @Test
    void whatTheLibrarySawIsKeptAndRebuiltByFacts() {
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = [\"cc -o $OUT/x x.c\"]\n")
                .write("a/x.c", "#include \"x.h\"\n" + PROGRAM)
                .write("a/x.h", "#if __has_include(\"y.h\")\n#error\n#endif\n")
                .write("a/unused.h", "int a;\n");
        ws.build("--observe", "preload");
        assertThat(ws.build().action("a")).isEqualTo("keep");
        ws.write("a/unused.h", "int b;\n");
        assertThat(ws.build().action("a")).isEqualTo("keep");
        ws.write("a/y.h", "");
        assertThat(ws.run("build").exitCode()).isEqualTo(1);
    }
}
