package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.CleanBuild;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Builds that go on from earlier ones (issue 8): as little as can be is made anew, and the result is a clean build's. */
@Execution(ExecutionMode.CONCURRENT)
class BuildTreesTest {

    private static final Pattern COMPILES =
            Pattern.compile("(?m)^(?:.*(?:Building|Compiling) C object.*|(?:/bin/sh .*libtool.*|gcc|cc) .*-c .*)$");

    @TempDir
    Path folder;

    private Workspace ws;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "cc", "make", "ar");
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

    /** How the sources of the program are built. */
    enum Tool {
        /** A makefile that knows no headers. */
        MAKE_WITHOUT_HEADERS("\"make\", \"install -D app $OUT/bin/app\""),
        MAKE("\"make\", \"install -D app $OUT/bin/app\""),
        NINJA("\"cmake -G Ninja -S . -B b\", \"cmake --build b\", \"install -D b/app $OUT/bin/app\"", "cmake", "ninja"),
        CMAKE("\"cmake -S . -B b\", \"make -C b VERBOSE=1\", \"install -D b/app $OUT/bin/app\"", "cmake"),
        MESON("\"meson setup b\", \"ninja -C b\", \"install -D b/app $OUT/bin/app\"", "meson", "ninja"),
        AUTOTOOLS(
                "\"autoreconf -i\", \"./configure\", \"make V=1\", \"install -D app $OUT/bin/app\"",
                "autoreconf",
                "automake");

        private final String lines;
        private final String needed;

        Tool(String lines, String... needed) {
            this.lines = lines;
            this.needed = String.join(" ", needed);
        }
    }

    private void project(Tool tool) {
        ws.write("cutoff.toml", """
                [unit.add]
                source = "add"
                build = ["mkdir -p $OUT/include $OUT/lib", "cp *.h $OUT/include", "cc -O1 -c add.c", "ar rcsD $OUT/lib/libadd.a add.o"]
                [unit.app]
                source = "app"
                needs = ["add"]
                build = [LINES]
                """.replace("LINES", tool.lines))
                .write("add/add.h", "int add(int a, int b);\n#define K 1\n")
                .write("add/plain.h", "#define P 1\n")
                .write("add/add.c", "#include \"add.h\"\nint add(int a, int b) { return a + b; }\n")
                .write("app/u1.c", "#include <add.h>\nint u1(void) { return add(1, K); }\n")
                .write("app/u2.c", "#include <plain.h>\nint u2(void) { return P; }\n")
                .write("app/u3.c", "int u3(void) { return 3; }\n")
                .write("app/own.h", "#define OWN 10\n")
                .write("app/main.c", """
                        #include <stdio.h>
                        #include "own.h"
                        int u1(void), u2(void), u3(void);
                        int main(void) { printf("%d\\n", u1() + u2() + u3() + OWN); return 0; }
                        """);
        switch (tool) {
            case MAKE_WITHOUT_HEADERS -> ws.write("app/Makefile", """
                    OBJ = main.o u1.o u2.o u3.o
                    CFLAGS = -O1
                    app: $(OBJ)
                    \tcc -o $@ $(OBJ) -ladd
                    %.o: %.c
                    \tcc $(CFLAGS) -c -o $@ $<
                    """);
            case MAKE -> ws.write("app/Makefile", """
                    OBJ = main.o u1.o u2.o u3.o
                    CFLAGS = -O1 -MD
                    app: $(OBJ)
                    \tcc -o $@ $(OBJ) -ladd
                    %.o: %.c
                    \tcc $(CFLAGS) -c -o $@ $<
                    -include *.d
                    """);
            case NINJA, CMAKE -> ws.write("app/CMakeLists.txt", """
                    cmake_minimum_required(VERSION 3.10)
                    project(app C)
                    add_executable(app main.c u1.c u2.c u3.c)
                    find_library(ADD add)
                    target_link_libraries(app ${ADD})
                    """);
            case MESON -> ws.write("app/meson.build", """
                    project('app', 'c')
                    executable('app', 'main.c', 'u1.c', 'u2.c', 'u3.c', link_args: ['-ladd'])
                    """);
            case AUTOTOOLS -> {
                ws.write("app/configure.ac", """
                        AC_INIT([app], [1])
                        AM_INIT_AUTOMAKE([foreign])
                        AC_PROG_CC
                        AC_CONFIG_FILES([Makefile])
                        AC_OUTPUT
                        """);
                ws.write("app/Makefile.am", """
                        bin_PROGRAMS = app
                        app_SOURCES = main.c u1.c u2.c u3.c own.h
                        LIBS = -ladd
                        """);
            }
        }
    }

    /** Builds, and compares with what a clean build elsewhere gives; returns how many files were compiled for the program. */
    private int compiles(String action) {
        BuildResult result = ws.build();
        said = ws.read(".cutoff/log/app.log") + result.units();
        assertThat(result.action("app")).as(said).isEqualTo(action);
        int compiled =
                (int) COMPILES.matcher(ws.read(".cutoff/log/app.log")).results().count();
        try {
            CleanBuild clean = new CleanBuild(folder.resolve("clean")).mustBuild(ws.folder());
            assertThat(Files.readAllBytes(ws.out("app/bin/app")))
                    .as("what was made from a build tree, and by a clean build")
                    .isEqualTo(Files.readAllBytes(clean.out("app/bin/app")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return compiled;
    }

    /** What the last build printed, and what was decided. */
    private String said = "";

    private String output() {
        return Cutoff.shell(ws.folder(), ".cutoff/out/app/bin/app").strip();
    }

    @ParameterizedTest
    @EnumSource(names = "NINJA")
    void onlyWhatChangedIsMadeAnew(Tool tool) {
        changes(tool);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NINJA")
    @Tag("long")
    void onlyWhatChangedIsMadeAnewByTheOthers(Tool tool) {
        changes(tool);
    }

    private void changes(Tool tool) {
        Skips.unlessInstalled(tool.needed.isEmpty() ? new String[0] : tool.needed.split(" "));
        project(tool);
        assertThat(compiles("rebuild")).isEqualTo(4);
        assertThat(output()).isEqualTo("16");
        // The code of a static library: one link.
        ws.write("add/add.c", "#include \"add.h\"\nint add(int a, int b) { return a + b + 100; }\n");
        assertThat(compiles("relink")).isZero();
        assertThat(output()).isEqualTo("116");
        // A header of a dependency: what includes it, and the link.
        ws.write("add/plain.h", "#define P 2\n");
        assertThat(compiles("rebuild")).as(said).isEqualTo(1);
        assertThat(output()).isEqualTo("117");
        // A header and a source of its own, at once.
        ws.write("app/own.h", "#define OWN 20\n").write("app/u3.c", "int u3(void) { return 4; }\n");
        assertThat(compiles("rebuild")).as(said).isEqualTo(2);
        assertThat(output()).isEqualTo("128");
        // Back to an earlier state of a source: the trees of that time have its object.
        ws.write("app/u3.c", "int u3(void) { return 3; }\n");
        assertThat(compiles("rebuild")).isEqualTo(1);
        assertThat(output()).isEqualTo("127");
    }

    @ParameterizedTest
    @EnumSource(names = "MAKE_WITHOUT_HEADERS")
    void whatWasBuiltOnceIsNotCompiledAgain(Tool tool) throws IOException {
        branches(tool);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAKE_WITHOUT_HEADERS")
    @Tag("long")
    void whatWasBuiltOnceIsNotCompiledAgainByTheOthers(Tool tool) throws IOException {
        branches(tool);
    }

    /** Whether all was made anew can be told by nobody then. */
    @Test
    void whereNobodyWatchesABuildDoesNotGoOn() {
        project(Tool.MAKE_WITHOUT_HEADERS);
        assertThat(compiles("rebuild")).isEqualTo(4);
        ws.write("app/own.h", "#define OWN 20\n");
        Cutoff.Run run = ws.run("build", "--observe=none");
        assertThat(run.all()).contains("rebuilt  app").doesNotContain("going on");
        assertThat(output()).isEqualTo("26");
    }

    private static final String SHARED = """
            #if __has_include("/dev/shm/value.h")
            #include "/dev/shm/value.h"
            #else
            #define VALUE 0
            #endif
            #include <stdio.h>
            int main(void) { return printf("%%d", VALUE%s) < 0; }
            """;

    /** The sandbox's own memory is as empty at the start of each build as /tmp is. */
    @Test
    void whatIsHandedOnByMemoryIsMadeAnew() {
        ws.write("cutoff.toml", """
                [unit.app]
                source = "app"
                build = ["make app", "install -D -t $OUT/bin app"]
                """)
                .write("app/Makefile", """
                        app: stamp app.o
                        \t$(CC) -o app app.o
                        stamp: value.h
                        \tcp value.h /dev/shm/value.h
                        \ttouch stamp
                        """)
                .write("app/value.h", "#define VALUE 1\n")
                .write("app/app.c", SHARED.formatted(""));
        assertThat(compiles("rebuild")).isEqualTo(1);
        ws.write("app/value.h", "#define VALUE 2\n");
        assertThat(compiles("rebuild")).isEqualTo(1);
        assertThat(output()).isEqualTo("2");
        // Who made it is not run again: it is no longer there.
        ws.write("app/app.c", SHARED.formatted(" * 10"));
        assertThat(compiles("rebuild")).isEqualTo(1);
        assertThat(output()).isEqualTo("20");
    }

    /** Two branches that differ in a shared dependency and in a source, and a checkout of one of them elsewhere. */
    private void branches(Tool tool) throws IOException {
        Skips.unlessInstalled(tool.needed.isEmpty() ? new String[0] : tool.needed.split(" "));
        project(tool);
        assertThat(compiles("rebuild")).isEqualTo(4);
        for (String[] branch : new String[][] {
            {"2", "20", "27", "rebuild"},
            {"1", "10", "16", "keep"},
            {"2", "20", "27", "keep"},
            {"1", "10", "16", "keep"}
        }) {
            ws.write("add/plain.h", "#define P " + branch[0] + "\n")
                    .write("app/own.h", "#define OWN " + branch[1] + "\n");
            Cutoff.shell(ws.folder(), "find add app -type f -exec touch {} +");
            int compiled = compiles(branch[3]);
            if (branch[3].equals("rebuild")) {
                assertThat(compiled).as(said).isEqualTo(2);
            }
            assertThat(output()).isEqualTo(branch[2]);
        }
        Cutoff.shell(folder, "mkdir checkout && cd ws && cp -r cutoff.toml add app ../checkout");
        Workspace checkout = new Workspace(folder.resolve("checkout"), folder.resolve("store"));
        assertThat(checkout.build().action("app")).isEqualTo("keep");
        // The checkout goes on from what was built here.
        checkout.write("app/u3.c", "int u3(void) { return 50 + 5; }\n");
        BuildResult edited = checkout.build();
        assertThat(edited.action("app")).isEqualTo("rebuild");
        assertThat(COMPILES.matcher(checkout.read(".cutoff/log/app.log")).results())
                .as(checkout.read(".cutoff/log/app.log"))
                .hasSize(1);
        assertThat(Cutoff.shell(checkout.folder(), ".cutoff/out/app/bin/app").strip())
                .isEqualTo("68");
    }

    /** Meson looks at each source; how large one is counts where a project asks for that. */
    @Test
    @Tag("long")
    void aSizeThatMesonTellsIsSeen() {
        Skips.unlessInstalled("meson", "ninja");
        project(Tool.MESON);
        ws.write("app/meson.build", """
                project('app', 'c')
                size = import('fs').size('add.txt')
                executable('app', 'main.c', 'u1.c', 'u2.c', 'u3.c', link_args: ['-ladd'], c_args: [f'-DSIZE=@size@'])
                """).write("app/add.txt", "1").write("app/u3.c", "int u3(void) { return SIZE; }\n");
        compiles("rebuild");
        assertThat(output()).isEqualTo("14");
        ws.write("app/add.txt", "1234");
        compiles("rebuild");
        assertThat(output()).isEqualTo("17");
        // By whatever name the project has its text.
        Cutoff.shell(ws.folder(), "cd app && echo >>meson.build && mv meson.build text && ln -s text meson.build");
        compiles("rebuild");
        ws.write("app/add.txt", "12");
        compiles("rebuild");
        assertThat(output()).isEqualTo("15");
    }

    @ParameterizedTest
    @EnumSource(names = "MAKE")
    void timesOfSourcesDecideNothing(Tool tool) {
        times(tool);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAKE")
    @Tag("long")
    void timesOfSourcesDecideNothingForTheOthers(Tool tool) {
        times(tool);
    }

    /** Every file at one time, or older than all that was built, or an hour ahead: what includes a changed header is compiled. */
    private void times(Tool tool) {
        Skips.unlessInstalled(tool.needed.isEmpty() ? new String[0] : tool.needed.split(" "));
        project(tool);
        compiles("rebuild");
        int value = 1;
        for (String time : List.of("2020-01-01", "2001-01-01", "+1 hour")) {
            ws.write("add/plain.h", "#define P " + ++value + "\n");
            Cutoff.shell(ws.folder(), "find add app -type f -exec touch -d '" + time + "' {} +");
            assertThat(compiles("rebuild")).as(time + said).isEqualTo(1);
            assertThat(output()).as(time).isEqualTo(Integer.toString(15 + value));
        }
        // Another flag reaches all.
        ws.write("cutoff.toml", ws.read("cutoff.toml") + "env = { CFLAGS = \"-O2 -DOTHER\" }\n");
        assertThat(compiles("rebuild")).as(said).isEqualTo(4);
    }

    @Test
    void aMakefileThatChangesRebuildsAll() {
        project(Tool.MAKE_WITHOUT_HEADERS);
        compiles("rebuild");
        ws.write("app/Makefile", ws.read("app/Makefile").replace("-O1", "-O2 -DUNSEEN"));
        assertThat(compiles("rebuild")).isEqualTo(4);
    }

    @Test
    void anArchiveHasNothingOfASourceThatIsGone() {
        ws.write("cutoff.toml", """
                [unit.app]
                source = "app"
                build = ["make", "install -D libx.a $OUT/bin/app"]
                """)
                .write("app/Makefile", """
                libx.a: $(patsubst %.c,%.o,$(wildcard *.c))
                \tar qD $@ *.o
                %.o: %.c
                \tcc -c -o $@ $<
                """)
                .write("app/a.c", "int a;\n")
                .write("app/b.c", "int b;\n")
                .write("app/c.c", "int c;\n");
        compiles("rebuild");
        Cutoff.shell(ws.folder(), "rm app/b.c");
        compiles("rebuild");
        assertThat(Cutoff.shell(ws.folder(), "ar t .cutoff/out/app/bin/app")).isEqualTo("a.o\nc.o\n");
        // Which of both trees is the nearer one is a matter of milliseconds here.
        ws.write("app/a.c", "int a2;\n");
        compiles("rebuild");
        assertThat(Cutoff.shell(ws.folder(), "ar t .cutoff/out/app/bin/app")).isEqualTo("a.o\nc.o\n");
    }

    @Test
    @Tag("long")
    void outputsFromTheFutureAreNotTrusted() {
        project(Tool.MAKE_WITHOUT_HEADERS);
        ws.write(
                "app/Makefile", ws.read("app/Makefile").replace("-c -o $@ $<", "-c -o $@ $< && touch -d '+1 hour' $@"));
        compiles("rebuild");
        ws.write("app/u3.c", "int u3(void) { return 5; }\n");
        assertThat(compiles("rebuild")).isEqualTo(4);
        assertThat(output()).isEqualTo("18");
    }

    @Test
    @Tag("long")
    void whatAStampHidesIsBuiltClean() {
        ws.write("cutoff.toml", """
                [unit.app]
                source = "app"
                build = ["[ -e done ] || { sed s/1/2/ in >made; touch done; }", "install -D made $OUT/bin/app"]
                """).write("app/in", "1");
        compiles("rebuild");
        ws.write("app/in", "11");
        compiles("rebuild");
        ws.write("cutoff.toml", ws.read("cutoff.toml").replace("[\"[ -e done ] ||", "[\"make\", \"true ||"));
        ws.write("app/Makefile", "stamp:\n\tsed s/1/3/ in >made\n\ttouch stamp\n");
        compiles("rebuild");
        ws.write("app/in", "111");
        compiles("rebuild");
        assertThat(ws.read(".cutoff/out/app/bin/app")).isEqualTo("311");
    }

    @Test
    void whatFailsFromATreeIsBuiltClean() {
        ws.write("cutoff.toml", """
                [unit.app]
                source = "app"
                build = ["make", "install -D made $OUT/bin/app"]
                """)
                // What stands is in the way of what comes before it.
                .write(
                        "app/Makefile",
                        "all: made kept\nmade: in\n\ttest ! -e kept\n\tcp in made\nkept:\n\ttouch kept\n")
                .write("app/in", "1");
        compiles("rebuild");
        ws.write("app/in", "2");
        Cutoff.Run run = ws.run("build");
        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.all()).contains("app built clean: going on from an earlier build, line 1 failed");
        assertThat(ws.read(".cutoff/out/app/bin/app")).isEqualTo("2");
    }

    @Test
    void whatGoesThroughTmpIsNotTornApart() {
        ws.write("cutoff.toml", """
                [unit.app]
                source = "app"
                build = ["cp a /tmp/x", "mkdir -p $OUT/bin; cat b /tmp/x >$OUT/bin/app"]
                """).write("app/a", "1").write("app/b", "1");
        compiles("rebuild");
        ws.write("app/b", "2");
        compiles("rebuild");
        assertThat(ws.read(".cutoff/out/app/bin/app")).isEqualTo("21");
    }

    /** Times of outputs are no facts: what depends on which of two is newer comes out otherwise from a tree. */
    private void byTimes() {
        ws.write("cutoff.toml", """
                [unit.app]
                source = "app"
                build = ["make", "mkdir $OUT/bin; if [ a.o -nt b.o ]; then echo a; else echo b; fi >$OUT/bin/app"]
                """)
                .write("app/Makefile", """
                all: a.o
                \tsleep 0.05; $(MAKE) b.o
                %.o: %.c
                \tcc -c -o $@ $<
                """)
                .write("app/a.c", "int a;\n")
                .write("app/b.c", "int b;\n");
        ws.build();
        assertThat(ws.read(".cutoff/out/app/bin/app")).isEqualTo("b\n");
        ws.write("app/a.c", "int a2;\n");
        ws.build();
        assertThat(ws.read(".cutoff/out/app/bin/app")).isEqualTo("a\n");
    }

    @Test
    void aCleanBuildFindsOutWhatATreeGotWrong() {
        byTimes();
        Cutoff.Run run = ws.run("build", "--trust", "clean");
        assertThat(run.all()).contains("app was wrong when it was built from a build tree (bin/app)");
        assertThat(ws.read(".cutoff/out/app/bin/app")).isEqualTo("b\n");
        assertThat(ws.build().action("app")).isEqualTo("keep");
        ws.write("app/a.c", "int a3;\n");
        assertThat(ws.build().trust("app")).isEqualTo("clean");
        assertThat(ws.read(".cutoff/out/app/bin/app")).isEqualTo("b\n");
        assertThat(ws.run("store", "clear-incremental", "app").out()).contains("app is built from build trees again");
        ws.write("app/a.c", "int a4;\n");
        assertThat(ws.build().trust("app")).isEqualTo("incremental");
    }

    @Test
    @Tag("long")
    void aCleanBuildThatGivesTheSamePromotes() {
        project(Tool.MAKE);
        ws.build();
        ws.write("app/own.h", "#define OWN 20\n");
        assertThat(ws.build().trust("app")).isEqualTo("incremental");
        assertThat(ws.build("--trust", "clean").trust("app")).isEqualTo("clean");
        assertThat(ws.build().trust("app")).isEqualTo("clean");
        assertThat(ws.build().action("app")).isEqualTo("keep");
    }

    @Test
    void trustInTreesIsTheUsersChoice() {
        project(Tool.MAKE);
        ws.build();
        ws.write("app/own.h", "#define OWN 20\n");
        ws.build();
        assertThat(ws.build("--trust", "clean").action("app")).isEqualTo("rebuild");
        assertThat(COMPILES.matcher(ws.read(".cutoff/log/app.log")).results()).hasSize(4);
        ws.write("app/own.h", "#define OWN 30\n");
        ws.build("--no-trees");
        assertThat(COMPILES.matcher(ws.read(".cutoff/log/app.log")).results()).hasSize(4);
    }
}
