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
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Compilers that a script starts, which knows nothing of what stands (docs/decisions/0026): what would give the same is not run, and
 * the result is a clean build's.
 */
@Execution(ExecutionMode.CONCURRENT)
class TakenStepsTest {

    private static final Pattern COMPILES = Pattern.compile("(?m)^\\+ .*gcc .*-c .*$");
    private static final Pattern TAKEN = Pattern.compile("(?m)^cutoff: taken over: .*\\.o$");

    @TempDir
    Path folder;

    private Workspace ws;
    private String said = "";

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "gcc");
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

    /** A program of three files, and the script that builds it. */
    private void project(String script) {
        ws.write("cutoff.toml", """
                [unit.add]
                source = "add"
                build = ["install -D -t $OUT/include add.h"]
                [unit.app]
                source = "app"
                needs = ["add"]
                build = ["sh -ex build.sh"]
                """)
                .write("add/add.h", "#define ADD 1\n")
                .write("app/own.h", "#define OWN 10\n")
                .write("app/u1.c", "#include <add.h>\nint u1(void) { return ADD; }\n")
                .write("app/u2.c", "int u2(void) { return 2; }\n")
                .write("app/main.c", """
                        #include <stdio.h>
                        #include "own.h"
                        int u1(void), u2(void);
                        int main(void) { printf("%d\\n", u1() + u2() + OWN); return 0; }
                        """);
        script(script);
    }

    private static final String PLAIN = """
            mkdir -p o $OUT/bin
            for f in main u1 u2; do gcc -O1 -I. -c $f.c -o o/$f.o; done
            gcc -o $OUT/bin/app o/main.o o/u1.o o/u2.o
            """;

    private void script(String text) {
        ws.write("app/build.sh", text);
    }

    /** Builds, compares with a clean build elsewhere, and says how many files were compiled and what the program prints. */
    private String built() {
        Cutoff.shell(ws.folder(), "rm -f .cutoff/log/app.log");
        BuildResult result = ws.build();
        String log = Files.exists(ws.folder().resolve(".cutoff/log/app.log")) ? ws.read(".cutoff/log/app.log") : "";
        said = log + result.units();
        try {
            CleanBuild clean = new CleanBuild(folder.resolve("clean")).mustBuild(ws.folder());
            assertThat(Files.readAllBytes(ws.out("app/bin/app")))
                    .as(said)
                    .isEqualTo(Files.readAllBytes(clean.out("app/bin/app")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        long compiled = COMPILES.matcher(log).results().count()
                - TAKEN.matcher(log).results().count();
        return compiled + " compiled, prints "
                + Cutoff.shell(ws.folder(), ".cutoff/out/app/bin/app").strip();
    }

    private void gives(String what) {
        String found = built();
        assertThat(found).as(said).isEqualTo(what);
    }

    @Test
    void whatWouldGiveTheSameIsNotRun() {
        project(PLAIN);
        gives("3 compiled, prints 13");
        ws.write("app/u2.c", "int u2(void) { return 4; }\n");
        gives("1 compiled, prints 15");
        assertThat(said).contains("without being run");
        ws.write("app/own.h", "#define OWN 20\n");
        gives("1 compiled, prints 25");
        ws.write("add/add.h", "#define ADD 2\n");
        gives("1 compiled, prints 26");
        // The script itself, which every step comes from.
        script("# Another\n" + PLAIN);
        gives("0 compiled, prints 26");
    }

    @Test
    @Tag("long")
    void otherWordsAndVariablesAreOtherCalls() {
        project(PLAIN);
        gives("3 compiled, prints 13");
        script(PLAIN.replace("-O1", "-O2"));
        gives("3 compiled, prints 13");
        script("export CPATH=sub:$CPATH\n" + PLAIN.replace("-O1", "-O2"));
        gives("3 compiled, prints 13");
        script("export CPATH=sub:$CPATH\n" + PLAIN.replace("-O1", "-O2").replace("$f.c -o", "./$f.c -o"));
        gives("3 compiled, prints 13");
    }

    @Test
    void aHeaderThatTheScriptMakesCountsAsItIs() {
        String makes = "sh gen.sh > own.h; sleep 0.1\n" + PLAIN;
        project(makes);
        Cutoff.shell(ws.folder(), "rm app/own.h");
        ws.write("app/gen.sh", "echo '#define OWN 10'\n");
        gives("3 compiled, prints 13");
        script("sleep 0.1\n" + makes);
        gives("0 compiled, prints 13");
        ws.write("app/gen.sh", "echo '#define OWN 30'\n");
        gives("1 compiled, prints 33");
        // And from a build that took over.
        ws.write("app/gen.sh", "echo '#define OWN 40'\n");
        gives("1 compiled, prints 43");
    }

    @Test
    @Tag("long")
    void aHeaderThatIsMadeTwiceIsNotKnown() {
        project("""
                mkdir -p o $OUT/bin
                echo '#define OWN 10' > made.h; sleep 0.1
                gcc -O1 -include made.h -c u1.c -o o/u1.o
                gcc -O1 -include made.h -c u2.c -o o/u2.o
                echo "#define OWN $(cat value)" > made.h
                gcc -O1 -include made.h -I. -c main.c -o o/main.o
                gcc -o $OUT/bin/app o/main.o o/u1.o o/u2.o
                """);
        ws.write("app/value", "20\n").write("app/own.h", "\n");
        gives("3 compiled, prints 23");
        // What u1 and u2 had read is no longer there to be compared with.
        ws.write("app/value", "30\n");
        gives("3 compiled, prints 33");
    }

    /** The same from a build whose steps were taken over: it rewrites what these had found. */
    @Test
    void aHeaderThatIsMadeAgainBehindAStepThatWasTakenOver() {
        String before = """
                mkdir -p o $OUT/bin
                echo '#define M 1' > m.h; sleep 0.1
                gcc -O1 -I. -c u1.c -o o/u1.o
                """;
        String after = """
                for f in main u2; do gcc -O1 -I. -c $f.c -o o/$f.o; done
                gcc -o $OUT/bin/app o/main.o o/u1.o o/u2.o
                """;
        project(before + after);
        ws.write("app/u1.c", "#include \"m.h\"\nint u1(void) { return M; }\n");
        gives("3 compiled, prints 13");
        script(before + "echo '#define M 5' > m.h\n" + after);
        gives("0 compiled, prints 13");
        // Now that is what the first command makes.
        script(before.replace("M 1", "M 5") + "echo '#define M 6' > m.h\n" + after);
        gives("1 compiled, prints 17");
    }

    @Test
    void aHeaderThatComesFirstIsFound() {
        project(PLAIN.replace("-I.", "-Ifirst -I."));
        ws.write("app/u2.c", "#include <second.h>\nint u2(void) { return V; }\n")
                .write("app/second.h", "#define V 2\n");
        gives("3 compiled, prints 13");
        String made = "mkdir first; echo '#define V 7' > first/second.h\n" + PLAIN.replace("-I.", "-Ifirst -I.");
        script(made);
        // All had looked for the folder.
        gives("3 compiled, prints 18");
        script(PLAIN.replace("-I.", "-Ifirst -I."));
        gives("0 compiled, prints 13");
        ws.write("app/first/second.h", "#define V 9\n");
        gives("3 compiled, prints 20");
    }

    /** Places that are the build's own, of which no record tells. */
    @Test
    @Tag("long")
    void headersInTheArtifactAndInMemoryAreFound() {
        for (String place : new String[] {"$OUT/include", "/dev/shm"}) {
            Cutoff.shell(folder, "chmod -R u+w . && rm -rf ws store clean");
            workspaceAnew();
            String plain = PLAIN.replace("-I.", "-I" + place + " -I.");
            project(plain);
            ws.write("app/u2.c", "#include <second.h>\nint u2(void) { return V; }\n")
                    .write("app/second.h", "#define V 2\n");
            assertThat(built()).endsWith("prints 13");
            script("mkdir -p " + place + "; echo '#define V 7' > " + place + "/second.h\n" + plain);
            assertThat(built()).as(said).endsWith("prints 18");
            script("mkdir -p " + place + "; echo '#define V 8' > " + place + "/second.h\n" + plain);
            assertThat(built()).as(said).endsWith("prints 19");
        }
    }

    private void workspaceAnew() {
        try {
            workspace();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSourceThatTheScriptChangesCountsAsItIs() {
        project("sed -i \"s/OWN [0-9]*/OWN $(cat value)/\" own.h\n" + PLAIN);
        ws.write("app/value", "20\n");
        gives("3 compiled, prints 23");
        ws.write("app/value", "30\n");
        assertThat(built()).as(said).endsWith("prints 33");
        script(PLAIN);
        assertThat(built()).as(said).endsWith("prints 13");
    }

    @Test
    @Tag("long")
    void linksThatTheScriptMakesAreFollowed() {
        project("ln -s $(cat value) sub\n" + PLAIN.replace("-I.", "-Isub -I."));
        ws.write("app/a/second.h", "#define V 2\n")
                .write("app/b/second.h", "#define V 3\n")
                .write("app/value", "a\n")
                .write("app/u2.c", "#include <second.h>\nint u2(void) { return V; }\n");
        gives("3 compiled, prints 13");
        ws.write("app/value", "b\n");
        assertThat(built()).as(said).endsWith("prints 14");
    }

    /** What is staged as a link, and led elsewhere by the script. */
    @Test
    @Tag("long")
    void linksAreLookedAt() {
        project(PLAIN.replace("-I.", "-Isub -I."));
        ws.write("app/a/second.h", "#define V 2\n")
                .write("app/b/second.h", "#define V 3\n")
                .write("app/u2.c", "#include <second.h>\nint u2(void) { return V; }\n");
        Cutoff.shell(ws.folder(), "ln -s a app/sub");
        gives("3 compiled, prints 13");
        script("rm sub; ln -s b sub\n" + PLAIN.replace("-I.", "-Isub -I."));
        assertThat(built()).as(said).endsWith("prints 14");
    }

    @Test
    @Tag("long")
    void anotherCompilerThatComesFirstIsRun() {
        String path = "PATH=$PWD/tools:$PATH\nexport PATH\n" + PLAIN;
        project(path);
        gives("3 compiled, prints 13");
        ws.write(
                "app/tools/gcc",
                "#!/bin/sh\ncase \"$*\" in *u2.c*) exec /usr/bin/gcc -Du2=u2 -Dreturn='return 5 +' \"$@\" ;; esac\n"
                        + "exec /usr/bin/gcc \"$@\"\n");
        Cutoff.shell(ws.folder(), "chmod +x app/tools/gcc");
        assertThat(built()).as(said).endsWith("prints 18");
        ws.write("app/build.sh", "# Another\n" + path);
        assertThat(built()).as(said).endsWith("prints 18");
    }

    @Test
    void whatSaysSomethingIsRun() {
        project(PLAIN);
        ws.write("app/u2.c", "#warning heard\nint u2(void) { return 2; }\n");
        gives("3 compiled, prints 13");
        script("# Another\n" + PLAIN);
        gives("1 compiled, prints 13");
        assertThat(said).contains("warning: #warning heard");
    }

    @Test
    @Tag("long")
    void anObjectThatSomebodyElseWritesToIsMadeAnew() {
        project("""
                mkdir -p o $OUT/bin
                for f in main u1 u2; do gcc -O1 -I. -c $f.c -o o/$f.o; done
                objcopy --redefine-sym u2=u3 o/u2.o
                objcopy --redefine-sym u2=u3 o/main.o
                gcc -o $OUT/bin/app o/main.o o/u1.o o/u2.o
                """);
        gives("3 compiled, prints 13");
        ws.write("app/u1.c", "int u1(void) { return 3; }\n");
        gives("3 compiled, prints 15");
    }

    /** Two calls for one object. */
    @Test
    @Tag("long")
    void anObjectThatIsMadeTwice() {
        project("""
                mkdir -p o $OUT/bin
                gcc -O1 -DV=1 -c u2.c -o o/u2.o
                test -z "$(cat value)" || gcc -O1 -DV=5 -c u2.c -o o/u2.o
                for f in main u1; do gcc -O1 -I. -c $f.c -o o/$f.o; done
                gcc -o $OUT/bin/app o/main.o o/u1.o o/u2.o
                """);
        ws.write("app/value", "x\n").write("app/u2.c", "int u2(void) { return V; }\n");
        gives("4 compiled, prints 16");
        ws.write("app/value", "");
        gives("1 compiled, prints 12");
        ws.write("app/value", "x\n");
        assertThat(built()).as(said).endsWith("prints 16");
    }

    /** A script that compiles what has no object yet, as some do. */
    @Test
    void nothingIsThereBeforeItIsAskedFor() {
        project("""
                mkdir -p o $OUT/bin
                for f in main u1 u2; do test -e o/$f.o || gcc -O1 -I. -c $f.c -o o/$f.o; done
                ls o > $OUT/list
                gcc -o $OUT/bin/app o/*.o
                """);
        gives("3 compiled, prints 13");
        ws.write("app/u2.c", "int u2(void) { return 4; }\n");
        gives("1 compiled, prints 15");
        assertThat(Cutoff.shell(ws.folder(), "cat .cutoff/out/app/list")).isEqualTo("main.o\nu1.o\nu2.o\n");
    }

    /** Its trial fails, and later does not. */
    @Test
    @Tag("long")
    void aCallThatFailedIsMadeAgain() {
        project("""
                mkdir -p o $OUT/bin
                if gcc -c try.c -o o/try.o 2>/dev/null; then D=-DOWN2=100; else D=-DOWN2=0; fi
                for f in main u1 u2; do gcc -O1 $D -I. -c $f.c -o o/$f.o; done
                gcc -o $OUT/bin/app o/main.o o/u1.o o/u2.o
                """);
        ws.write("app/u2.c", "int u2(void) { return 2 + OWN2; }\n").write("app/try.c", "#include <try.h>\n");
        gives("4 compiled, prints 13");
        ws.write("add/try.h", "int x;\n");
        ws.write("cutoff.toml", ws.read("cutoff.toml").replace("add.h\"", "add.h try.h\""));
        gives("4 compiled, prints 113");
        ws.write("cutoff.toml", ws.read("cutoff.toml").replace("add.h try.h\"", "add.h\""));
        gives("0 compiled, prints 13");
    }

    @Test
    @Tag("long")
    void listsOfDependenciesAreMadeToo() {
        project(PLAIN.replace("-O1", "-O1 -MMD") + "cat o/*.d > $OUT/needs\n");
        gives("3 compiled, prints 13");
        ws.write("app/u2.c", "int u2(void) { return 4; }\n");
        gives("1 compiled, prints 15");
        assertThat(Cutoff.shell(ws.folder(), "cat .cutoff/out/app/needs")).contains("o/main.o: main.c", "o/u2.o: u2.c");
    }

    @Test
    void notWithoutTrustOrTrees() {
        project(PLAIN);
        gives("3 compiled, prints 13");
        ws.write("app/u2.c", "int u2(void) { return 4; }\n");
        ws.build("--trust", "clean");
        assertThat(ws.read(".cutoff/log/app.log")).doesNotContain("taken over");
    }

    private static final String SECOND = PLAIN.replace("-I.", "-Ifirst -I.");

    /** With a header of two places, of which the first is not there. */
    private void second(String script) {
        project(script);
        ws.write("app/u2.c", "#include <second.h>\nint u2(void) { return V; }\n")
                .write("app/second.h", "#define V 2\n");
    }

    /** The same call twice rests on what one had. */
    @Test
    @Tag("long")
    void whatIsTakenOverTwiceIsNotKept() {
        project(PLAIN);
        gives("3 compiled, prints 13");
        script(PLAIN.replace("; done", "; gcc -O1 -I. -c u2.c -o o/u2.o; done"));
        assertThat(built()).endsWith("prints 13");
        ws.write("app/u2.c", "int u2(void) { return 5; }\n");
        assertThat(built()).endsWith("prints 16");
        ws.write("app/u2.c", "int u2(void) { return 6; }\n");
        assertThat(built()).endsWith("prints 17");
    }

    /** What a step that was taken over had found is changed behind it, and before it in the next build. */
    @Test
    @Tag("long")
    void whatIsChangedBehindAStepThatWasTakenOver() {
        for (String change : new String[] {
            "sed -i 's/OWN 10/OWN 90/' own.h", "rm sub; ln -s b sub", "mkdir first; echo '#define V 7' > first/second.h"
        }) {
            Cutoff.shell(folder, "chmod -R u+w . && rm -rf ws store clean");
            workspaceAnew();
            String plain = SECOND.replace("-Ifirst", "-Isub -Ifirst");
            second(plain);
            ws.write("app/a/a.h", "\n").write("app/b/second.h", "#define V 9\n");
            Cutoff.shell(ws.folder(), "ln -s a app/sub");
            gives("3 compiled, prints 13");
            script(plain + change + "\n");
            assertThat(built()).as(said).endsWith("prints 13");
            script(change + "\n" + plain);
            assertThat(built()).as(said).doesNotContain("prints 13");
        }
    }

    /** A folder that comes too late is not looked into; and one must be there for a path to lead through it. */
    @Test
    @Tag("long")
    void foldersThatAreMadeLater() {
        second(SECOND + "mkdir -p first; echo '#define V 7' > first/second.h\n");
        gives("3 compiled, prints 13");
        script("mkdir -p first; echo '#define V 7' > first/second.h\n" + SECOND);
        assertThat(built()).as(said).endsWith("prints 18");
        ws.write("app/inc/second.h", "#define V 4\n");
        script(PLAIN.replace("-I.", "-Inone/../inc -I."));
        assertThat(built()).as(said).endsWith("prints 13");
        script("mkdir none\n" + PLAIN.replace("-I.", "-Inone/../inc -I."));
        assertThat(built()).as(said).endsWith("prints 15");
        script(PLAIN.replace("-I.", "-Inone/../inc -I."));
        assertThat(built()).as(said).endsWith("prints 13");
        ws.write("app/none/keep", "");
        assertThat(built()).as("in the sources").endsWith("prints 15");
    }

    /** What stands where an object is to be made is written through, or in the way. */
    @Test
    void whatStandsAtAnOutput() {
        project(PLAIN + "cp o/*.o $OUT\n");
        gives("3 compiled, prints 13");
        script(PLAIN.replace("for f", "ln -s $OUT/u2.o o/u2.o; for f") + "test -L o/u2.o\n");
        assertThat(built()).as(said).endsWith("prints 13");
        assertThat(ws.out("app/u2.o")).exists();
    }

    @Test
    void whatCompilersAreGivenByOtherWaysThanWords() {
        project(PLAIN + "echo 'int v = VALUE;' | sed s/VALUE/1/ | gcc -O1 -c -o v.o @args; nm -S v.o; cp v.o $OUT\n");
        ws.write("app/args", "-x c -\n");
        gives("4 compiled, prints 13");
        script(ws.read("app/build.sh").replace("VALUE/1", "VALUE/2"));
        gives("1 compiled, prints 13");
        // An assembler that is a script, and then none.
        ws.write("app/tools/as", "#!/bin/sh\nexec /usr/bin/as --defsym V=7 \"$@\"\n")
                .write("app/v.s", ".globl u2\n.text\nu2: mov $V, %eax\nret\n.ifndef V\n.set V, 2\n.endif\n");
        Cutoff.shell(ws.folder(), "chmod +x app/tools/as");
        String own = PLAIN.replace("for f in main u1 u2", "gcc -Btools/ -c v.s -o o/u2.o; for f in main u1");
        script(own);
        assertThat(built()).as(said).endsWith("prints 18");
        script("chmod -x tools/as\n" + own);
        assertThat(built()).as(said).endsWith("prints 13");
    }

    /** Folders that an earlier build had made are not there either. */
    @Test
    void foldersAreMadeAnew() {
        project("mkdir -p $OUT; if [ -d o ]; then echo again; else echo first; fi > $OUT/said\n" + PLAIN);
        gives("3 compiled, prints 13");
        script(ws.read("app/build.sh") + "# more\n");
        gives("0 compiled, prints 13");
        assertThat(ws.read(".cutoff/out/app/said")).isEqualTo("first\n");
        ws.write("app/u2.c", "int u2(void) { return 4; }\n");
        script(PLAIN.replace("mkdir -p o $OUT/bin", "mkdir -p $OUT/bin"));
        assertThat(ws.run("build").exitCode()).isEqualTo(1);
    }
}
