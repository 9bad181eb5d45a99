package dev.cutoff.abi.c;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random edits of a header: where the preprocessed texts are alike, the real compilers must give the same objects. */
class PreprocessedCodeTest {

    private static final int EDITS = 24;

    private static final String HEADER = """
            #include <assert.h>
            #define ADD(a, b) \\
              ((a) + \\
               (b))
            #define TWICE(block) do { block; block; } while (0)
            #define HERE __LINE__
            struct point { int x; int y; };
            extern int calls(int);
            static inline int first(struct point *p) {
              int sum = 0;
              if (p->x) sum += calls(p->y);
              TWICE(sum += calls(1);
                    if (sum) sum++);
              return sum;
            }
            static inline int second(int n) { assert(n); return ADD(n,
              calls(2)); }
            static inline const char *third(void) { return "a" /* b */ "c"; }
            #pragma GCC visibility push(hidden)
            extern int hidden;
            #pragma GCC visibility pop
            """;

    private static final String SOURCE = """
            #include "a.h"
            int use(struct point *p) {
              int n = first(p);
              for (int i = 0; i < n; i++) { if (calls(i)) continue; n += second(i); }
              return n + third()[0] + hidden + sizeof(struct point);
            }
            """;

    @TempDir
    Path folder;

    private static final List<String> LINES = List.of(
            "",
            "// a comment",
            "/* a longer\n comment */",
            "#define UNUSED 1",
            "#undef UNUSED",
            "extern int other(int);",
            "static inline int here(void) { return HERE; }",
            "static inline int line(void) { return __builtin_LINE(); }",
            "#pragma pack(1)",
            "#pragma GCC system_header",
            "#line 100",
            "#line 7 \"b.h\"",
            "#ifdef UNUSED",
            "#endif",
            "enum { ONE = 1 };");

    private static String edited(Gen gen) {
        List<String> lines = new ArrayList<>(HEADER.lines().toList());
        int at = gen.below(lines.size());
        switch (gen.below(6)) {
            case 0 -> lines.set(at, lines.get(at).replace("{ ", "{\n"));
            case 1 -> lines.set(at, lines.get(at).replace("; ", " ;  "));
            case 2 -> lines.set(at, lines.get(at).replace("1", "2"));
            case 3 -> lines.set(at, lines.get(at) + " /* why */");
            default -> lines.add(at, gen.of(LINES));
        }
        return String.join("\n", lines) + "\n";
    }

    @Test
    void alikeTextsGiveTheSameCode() throws Exception {
        Skips.unlessInstalled("gcc", "g++");
        List<String> compilers = new ArrayList<>(
                List.of("gcc -O0 -c -x c", "gcc -O2 -c -x c", "g++ -O0 -c -x c++", "g++ -O2 -c -x c++"));
        if (Files.isExecutable(Path.of("/usr/bin/clang"))) {
            compilers.addAll(List.of("clang -O0 -c -x c", "clang -O2 -c -x c++"));
        }
        int alike = 0;
        int same = 0;
        for (int i = 0; i < EDITS; i++) {
            Gen gen = new Gen(7_000 + i);
            String header = edited(gen);
            String compiler = compilers.get(i % compilers.size());
            byte[][] old = make(HEADER, compiler);
            byte[][] now = make(header, compiler);
            if (old == null || now == null) {
                continue;
            }
            boolean sameCode = Arrays.equals(old[1], now[1]);
            same += sameCode ? 1 : 0;
            if (PreprocessedText.areAlike(old[0], now[0])) {
                alike++;
                assertThat(sameCode).as(compiler + "\n" + header).isTrue();
            }
        }
        System.out.println(EDITS + " edits: " + alike + " give alike texts, " + same + " the same code");
        assertThat(alike).isGreaterThan(EDITS / 6);
        assertThat(same).isLessThan(EDITS - 2);
    }

    /** Text and object; null where it does not compile. */
    private byte[][] make(String header, String compiler) throws Exception {
        // At one path, as in a room.
        Path place = Files.createDirectories(folder.resolve("place"));
        Files.writeString(place.resolve("a.h"), header);
        Files.writeString(place.resolve("a.c"), SOURCE);
        Cutoff.Run run = Cutoff.runAny(
                place,
                java.util.Map.of(),
                List.of(
                        "/bin/sh",
                        "-c",
                        compiler + " -w a.c -o a.o && " + compiler.replace(" -c ", " -E ") + " -w a.c -o a.i"));
        return run.exitCode() == 0
                ? new byte[][] {Files.readAllBytes(place.resolve("a.i")), Files.readAllBytes(place.resolve("a.o"))}
                : null;
    }
}
