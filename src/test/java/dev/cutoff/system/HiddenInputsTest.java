package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Inputs that a build uses in roundabout ways. Each unit is built, its input changes, and what Cutoff then leaves must be
 * what a build in an empty store gives: however builds are observed.
 */
class HiddenInputsTest {

    @TempDir
    Path folder;

    private final List<String> units = new ArrayList<>();
    private final StringBuilder toml = new StringBuilder();

    /** Shell commands in the workspace, before the first build and after it. */
    private final StringBuilder before = new StringBuilder("set -e\n");

    private final StringBuilder after = new StringBuilder("set -e\n");

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace", "cc", "python3");
        Cutoff.run(Path.of("/"), java.util.Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    /** @param line of the recipe, which writes $OUT/r; in the folder NAME of the workspace */
    private void unit(String name, String setup, String line, String change) {
        units.add(name);
        toml.append("[unit.%s]\nsource = \"%s\"\nbuild = ['''%s''']\n".formatted(name, name, line));
        before.append("mkdir -p %s; (cd %s; touch only; %s)\n".formatted(name, name, setup));
        after.append("(cd %s; %s)\n".formatted(name, change));
    }

    private void allUnits() {
        unit(
                "through",
                "ln -s sub/x l",
                "if (echo hi > l); then echo ok >$OUT/r; else echo bad >$OUT/r; fi",
                "mkdir sub; touch sub/y");
        unit(
                "tried",
                "ln -s x l",
                "python3 -c 'open(\"l\", \"r+\")' && echo there >$OUT/r || echo not >$OUT/r",
                "touch x");
        unit(
                "over",
                "mkdir n e; touch n/f",
                "python3 -c 'import os; os.rename(\"n\", \"e\")' && echo moved >$OUT/r || echo not >$OUT/r",
                "touch e/g");
        unit("oncefile", "mkdir d; echo 1 >d/f", "echo >t; rm t; mv d t; mv t v; cp v/f $OUT/r", "echo 2 >d/f");
        unit(
                "movedlink",
                "mkdir -p d a/d; touch d/z a/d/z; ln -s d l",
                "mv l a/l; if [ -e a/l/x ]; then echo yes >$OUT/r; else echo no >$OUT/r; fi",
                "touch a/d/x");
        unit(
                "movedfolder",
                "mkdir -p lib",
                "mkdir -p stage; ln -s ../f stage/l; mv stage lib/stage; cat lib/stage/l >$OUT/r || echo no >$OUT/r",
                "echo 2 >lib/f");
        unit(
                "device",
                ":",
                "cd /dev; if [ -e ../cutoff/build/device/x ]; then echo yes >$OUT/r; else echo no >$OUT/r; fi",
                "touch x");
        unit(
                "noprogram",
                "printf \"xx/bin/true\\n\" >t; chmod +x t",
                "python3 -c 'import subprocess; subprocess.call([\"./t\"])' && echo ran >$OUT/r || echo no >$OUT/r",
                "printf \"#!/bin/true\\n\" >t");
        unit(
                "static",
                "echo 1 >conf; printf '%s' '#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\nextern char **environ;\n"
                        + "int main(int c, char **v) { char b[9] = \"\"; FILE *f = fopen(\"conf\", \"r\"); if (!f || !fgets(b, 8, f)) return 1;"
                        + " setenv(\"CONF\", b, 1); execve(v[1], v + 1, environ); return c; }' >w.c",
                "cc -static -o w w.c && ./w /bin/sh -c 'echo $CONF >$OUT/r'",
                "echo 2 >conf");
        unit(
                "spawned",
                ":",
                "python3 -S -c 'import os; f = [(os.POSIX_SPAWN_OPEN, 1, os.getcwd() + \"/o/x\", os.O_WRONLY | os.O_CREAT, 0o644)];"
                        + " p = os.posix_spawn(\"/bin/echo\", [\"echo\"], {}, file_actions=f); raise SystemExit(os.waitpid(p, 0)[1] != 0)'"
                        + " && echo ok >$OUT/r || echo no >$OUT/r",
                "mkdir o; touch o/readme");
        unit(
                "carried",
                "mkdir a c; touch a/z c/z",
                "mkdir a/b; cd a/b; mv ../../a/b ../../c/b; if [ -e ../x ]; then echo yes >$OUT/r; else echo no >$OUT/r; fi",
                "touch c/x");
        unit(
                "private",
                "echo 1 >conf; printf '%s' '#include <stdio.h>\n#include <unistd.h>\nint __open64_nocancel(const char *, int);\n"
                        + "int main(void) { char b[9]; int n = read(__open64_nocancel(\"conf\", 0), b, 8); return n < 1 || putchar(b[0]) < 0; }' >w.c",
                "cc -o w w.c && ./w >$OUT/r",
                "echo 2 >conf");
        unit(
                "unset",
                "mkdir a b; touch a/z; echo 'int f(void) { return 1; }' >f.c; printf '%s' '#include <stdlib.h>\n"
                        + "__attribute__((constructor)) static void c(void) { unsetenv(\"LD_LIBRARY_PATH\"); } int q(void) { return 0; }' >q.c;"
                        + " echo 'int f(void); int q(void); int printf(const char *, ...); int main(void) { printf(\"%d\", f() + q()); }' >m.c",
                "cc -shared -fPIC -o b/libq.so q.c && cc -shared -fPIC -o b/libf.so f.c && cc -o m m.c -Lb -lf -lq"
                        + " && LD_LIBRARY_PATH=$PWD/a:$PWD/b ./m >$OUT/r",
                "echo 'int f(void) { return 2; }' >g.c; cc -shared -fPIC -o a/libf.so g.c");
        unit(
                "passed",
                "mkdir a b; echo 'int f(void) { return 1; }' >f.c; cc -shared -fPIC -o b/libf.so f.c;"
                        + " echo 'int f(void) { return 2; }' >g.c; cc -shared -fPIC -o a/libf.so g.c; cp a/libf.so good;"
                        + " printf '\\001' | dd of=a/libf.so bs=1 seek=4 conv=notrunc status=none;"
                        + " echo 'int f(void); int printf(const char *, ...); int main(void) { printf(\"%d\", f()); }' >m.c",
                "cc -o m m.c -Lb -lf && LD_LIBRARY_PATH=a:b ./m >$OUT/r; rm -r a",
                "cp good a/libf.so");
        unit(
                "reloaded",
                "echo 1 >conf; printf '%s' '#include <dlfcn.h>\n#include <stdlib.h>\nint main(void) { for (int i = 0; i < 2; i++) {"
                        + " if (system(i ? \"cc -shared -fPIC -DV -o n p.c && mv n p.so\" : \"cc -shared -fPIC -o n p.c && mv n p.so\")) return 1;"
                        + " void *h = dlopen(\"./p.so\", RTLD_NOW); if (!h) return 1; ((int (*)(void))dlsym(h, \"f\"))(); dlclose(h); } return 0; }' >h.c;"
                        + " printf '%s' '#include <unistd.h>\n#ifdef V\n"
                        + "static long s(long n, long a, long b, long c) { long r; __asm__ volatile(\"syscall\" : \"=a\"(r) : \"a\"(n), \"D\"(a), \"S\"(b),"
                        + " \"d\"(c) : \"rcx\", \"r11\", \"memory\"); return r; }\n"
                        + "int f(void) { char b[9]; long n = s(0, s(2, (long)\"conf\", 0, 0), (long)b, 8); return write(1, b, n) < 0; }\n"
                        + "#else\nint f(void) { return 0; }\n#endif\n' >p.c",
                "cc -o h h.c && ./h >$OUT/r; rm p.so",
                "echo 2 >conf");
    }

    private static String results(Workspace ws, List<String> units) {
        StringBuilder all = new StringBuilder();
        units.forEach(unit -> all.append(unit)
                .append(": ")
                .append(ws.read(".cutoff/out/" + unit + "/r").strip())
                .append('\n'));
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"preload", "strace"})
    void areNoticed(String how) throws IOException {
        allUnits();
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        Cutoff.shell(ws.folder(), before.toString());
        ws.write("cutoff.toml", toml.toString());
        ws.build("--observe", how);
        String first = results(ws, units);
        // What escaped the library is built once more.
        ws.build("--observe", how);
        assertThat(results(ws, units)).isEqualTo(first);
        assertThat(ws.build("--observe", how).summary().get("kept")).isEqualTo((long) units.size());
        Cutoff.shell(ws.folder(), after.toString());
        ws.build("--observe", how);
        String then = results(ws, units);
        Workspace clean = new Workspace(ws.folder(), folder.resolve("empty"));
        clean.build("--force", "--observe", "strace");
        assertThat(then).isEqualTo(results(clean, units));
        for (String unit : units) {
            assertThat(then.lines().filter(line -> line.startsWith(unit + ": ")))
                    .as("the change makes a difference")
                    .noneMatch(line -> first.lines().anyMatch(line::equals));
        }
    }
}
