package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.CleanBuild;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random edits of units with good and poor makefiles: whatever a build goes on from, its artifacts are those of a clean build,
 * bit for bit. {@code -Dtrees.seed=N} begins with another sequence.
 */
class RandomTreesTest {

    private static final int EDITS = 8;
    private static final List<String> BUILDS =
            List.of("poor", "glob", "depfile", "cmake with ninja", "cmake with make", "meson", "script");

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "cc", "make", "ar", "cmake", "ninja", "meson");
        Cutoff.run(Path.of("/"), Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    @Test
    void aSequence() throws IOException {
        run(1, 3);
    }

    @Test
    @Tag("long")
    void twoHundredSequences() throws IOException {
        run(Integer.getInteger("trees.sequences", 200), EDITS);
    }

    private void run(int sequences, int edits) throws IOException {
        long first = Long.getLong("trees.seed", 1);
        int incremental = 0;
        for (long seed = first; seed < first + sequences; seed++) {
            incremental += new Sequence(seed, folder.resolve("s" + seed)).run(edits);
            Cutoff.shell(folder, "chmod -R u+w . && rm -rf s" + seed);
            if (sequences > 1) {
                System.out.println("sequence " + seed + ": " + incremental + " builds went on from others so far");
            }
        }
        assertThat(incremental).as("builds that went on from earlier ones").isPositive();
    }

    /**
     * One workspace: a compiler that is a wrapper of cc, a library of code, one of headers, and a program that uses all three, which change
     * step by step.
     */
    private static final class Sequence {
        private final Gen gen;
        private final long seed;
        private final Workspace ws;
        private final CleanBuild clean;
        private final List<String> told = new ArrayList<>();
        private final List<Integer> sources = new ArrayList<>(List.of(1, 2, 3));
        private int next = 4;
        private int constant = 1;
        private int code = 1;
        private int wrapped = 1;
        private String flags = "-O1";
        private final String build;

        Sequence(long seed, Path folder) throws IOException {
            this.seed = seed;
            this.gen = new Gen(seed);
            this.ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
            this.clean = new CleanBuild(folder.resolve("clean"));
            this.build = BUILDS.get(gen.below(BUILDS.size()));
        }

        int run(int edits) throws IOException {
            int incremental = 0;
            for (int i = 1; i <= 3; i++) {
                source(i);
            }
            write();
            told.add("first build, " + build);
            incremental += check();
            for (int i = 0; i < edits; i++) {
                told.add(edit());
                write();
                incremental += check();
            }
            return incremental;
        }

        private void source(int number) {
            String header = gen.below(2) == 0 ? "#include <inc.h>\n" : "#include \"own.h\"\n#define INC 5\n";
            ws.write(
                    "app/u" + number + ".c",
                    header + "#ifndef OWN\n#define OWN 3\n#endif\nint f" + number + "(void) { return " + gen.below(100)
                            + " + INC + OWN + WRAPPED\n#ifdef MADE\n + MADE\n#endif\n; }\n");
        }

        @SuppressWarnings("ListRemoveAmbiguous") // By index.
        private String edit() throws IOException {
            return switch (gen.below(11)) {
                case 0 -> {
                    int number = sources.get(gen.below(sources.size()));
                    source(number);
                    yield "u" + number + ".c edited";
                }
                case 1 -> {
                    source(next);
                    sources.add(next);
                    yield "u" + next++ + ".c added";
                }
                case 2 -> {
                    if (sources.size() < 2) {
                        yield "nothing";
                    }
                    int number = sources.remove(gen.below(sources.size()));
                    Files.delete(ws.folder().resolve("app/u" + number + ".c"));
                    yield "u" + number + ".c removed";
                }
                case 3 -> {
                    int number = sources.remove(gen.below(sources.size()));
                    int to = next++;
                    String text = ws.read("app/u" + number + ".c").replace("f" + number + "(", "f" + to + "(");
                    Files.delete(ws.folder().resolve("app/u" + number + ".c"));
                    ws.write("app/u" + to + ".c", text);
                    sources.add(to);
                    yield "u" + number + ".c renamed to u" + to + ".c";
                }
                case 4 -> {
                    Cutoff.shell(ws.folder(), "find . -path ./.cutoff -prune -o -type f -exec touch {} +");
                    yield "everything touched";
                }
                case 5 -> {
                    constant++;
                    yield "the header of the library changed";
                }
                case 6 -> {
                    code++;
                    yield "the code of the library changed";
                }
                case 7 -> {
                    flags = flags.equals("-O1") ? "-O2" : "-O1";
                    yield "flags are " + flags;
                }
                case 8 -> {
                    wrapped++;
                    yield "the compiler's wrapper changed";
                }
                case 9 -> {
                    ws.write("app/own.h", "#define OWN " + gen.below(50) + "\n");
                    yield "own.h changed";
                }
                default -> {
                    ws.write("app/own.h", ws.read("app/own.h") + "/* more */\n");
                    yield "a comment in own.h";
                }
            };
        }

        private void write() {
            if (!Files.exists(ws.folder().resolve("app/own.h"))) {
                ws.write("app/own.h", "#define OWN 7\n");
            }
            StringBuilder main = new StringBuilder("#include <stdio.h>\n#include \"own.h\"\nint code(void);\n");
            StringBuilder sum = new StringBuilder("code()");
            for (int number : sources) {
                main.append("int f").append(number).append("(void);\n");
                sum.append(" + f").append(number).append("()");
            }
            main.append("int main(void) { printf(\"%d\\n\", ").append(sum).append("); return 0; }\n");
            ws.write("app/main.c", main.toString());
            ws.write("inc/inc.h", "#define INC " + constant + "\n");
            ws.write("lib/code.c", "#include <inc.h>\nint code(void) { return " + code + " + INC; }\n");
            String[] files = sources.stream().sorted().map(n -> "u" + n).toArray(String[]::new);
            String objects = "main.o " + String.join(".o ", files) + ".o";
            String lines = "\"make CC=wrapper\", \"install -D app $OUT/bin/app\"";
            switch (build) {
                case "poor" ->
                    ws.write(
                            "app/Makefile",
                            "app: " + objects + "\n\t$(CC) -o $@ " + objects + " -lcode\n%.o: %.c\n\t$(CC) " + flags
                                    + " -c -o $@ $<\n");
                case "glob" -> {
                    ws.write(
                            "app/Makefile",
                            "app: libu.a\n\t$(CC) -o $@ main.o libu.a -lcode\n"
                                    + "libu.a: $(patsubst %.c,%.o,$(wildcard *.c))\n\tar qD $@ u*.o\n%.o: %.c\n\t$(CC) "
                                    + flags
                                    + " -c -o $@ $<\n");
                }
                case "depfile" ->
                    ws.write(
                            "app/Makefile",
                            "app: " + objects + "\n\t$(CC) -o $@ " + objects + " -lcode\n%.o: %.c\n\t$(CC) -MD " + flags
                                    + " -c -o $@ $<\n-include *.d\n");
                case "script" -> {
                    // Compiles all, after it has made a header, which it may make once more in between.
                    StringBuilder script =
                            new StringBuilder("echo '#define MADE " + code % 3 + "' > made.h; sleep 0.03\n");
                    for (String file : objects.replace(".o", "").split(" ")) {
                        script.append(
                                "wrapper " + flags + " -include made.h -I. -c " + file + ".c -o " + file + ".o\n");
                        if (constant % 3 == 0 && file.equals("main")) {
                            script.append("echo '#define MADE 77' > made.h; sleep 0.03\n");
                        }
                    }
                    ws.write("app/build.sh", script + "wrapper -o app " + objects + " -lcode\n");
                    lines = "\"sh -e build.sh\", \"install -D app $OUT/bin/app\"";
                }
                case "meson" -> {
                    ws.write(
                            "app/meson.build",
                            "project('app', 'c', default_options: ['buildtype=plain'])\nexecutable('app', 'main.c', '"
                                    + String.join(".c', '", files) + ".c', c_args: '" + flags
                                    + "', dependencies: meson.get_compiler('c').find_library('code'))\n");
                    lines = "\"CC=wrapper meson setup b\", \"ninja -C b\", \"install -D b/app $OUT/bin/app\"";
                }
                default -> {
                    ws.write(
                            "app/CMakeLists.txt",
                            "cmake_minimum_required(VERSION 3.10)\nproject(app C)\n"
                                    + "set(CMAKE_C_FLAGS \"" + flags + "\")\nadd_executable(app main.c "
                                    + String.join(".c ", files) + ".c)\ntarget_link_libraries(app code)\n");
                    String generator = build.endsWith("ninja") ? "Ninja" : "'Unix Makefiles'";
                    lines = "\"cmake -G " + generator + " -DCMAKE_C_COMPILER=wrapper -B b -S .\", \"cmake --build b\","
                            + " \"install -D b/app $OUT/bin/app\"";
                }
            }
            ws.write("tools/wrapper", "#!/bin/sh\nexec cc -DWRAPPED=" + wrapped + " \"$@\"\n");
            ws.write("cutoff.toml", """
                    [unit.tools]
                    source = "tools"
                    build = ["install -D wrapper $OUT/bin/wrapper"]
                    [unit.inc]
                    source = "inc"
                    build = ["install -D -m644 inc.h $OUT/include/inc.h"]
                    [unit.lib]
                    source = "lib"
                    needs = ["inc"]
                    build = ["make -f- code.o <<X\\ncode.o: code.c\\n\\tcc -c code.c\\nX", "mkdir -p $OUT/lib", "ar rcsD $OUT/lib/libcode.a code.o"]
                    [unit.app]
                    source = "app"
                    needs = ["tools", "lib", "inc"]
                    build = [LINES]
                    """.replace("LINES", lines));
        }

        private int check() throws IOException {
            if (gen.below(8) == 0) {
                // Killed somewhere in the middle; the next run is right all the same.
                Cutoff.Running running = ws.start("build");
                try {
                    Thread.sleep(200 + gen.below(800));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                running.process().descendants().forEach(ProcessHandle::destroyForcibly);
                running.process().destroyForcibly();
                running.end(60);
                told.add("(a run was killed)");
            }
            BuildResult result = ws.build();
            clean.mustBuild(ws.folder());
            assertThat(artifacts(ws.folder()))
                    .as("seed %s: %s%n%s", seed, told, ws.read(".cutoff/log/app.log"))
                    .isEqualTo(artifacts(clean.workspace()));
            int incremental = 0;
            for (String unit : result.units().keySet()) {
                boolean built = result.action(unit).equals("relink")
                        || result.action(unit).equals("rebuild");
                incremental += built && "incremental".equals(result.trust(unit)) ? 1 : 0;
            }
            return incremental;
        }

        private static Map<String, String> artifacts(Path workspace) throws IOException {
            Map<String, String> all = new TreeMap<>();
            Path out = workspace.resolve(".cutoff/out").toRealPath();
            try (Stream<Path> files = Files.walk(out)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String path = out.relativize(file).toString();
                    all.put(
                            path,
                            dev.cutoff.model.Digest.of(Files.readAllBytes(file)).hex());
                }
            }
            return all;
        }
    }
}
