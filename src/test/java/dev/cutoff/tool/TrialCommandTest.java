package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrialCommandTest {

    private static TrialCommand command(String words) {
        return TrialCommand.of(List.of(words.split(" "))).orElseThrow();
    }

    private static final List<String> ASSEMBLER =
            List.of("as", "--gdwarf-5", "-I", "include", "--64", "--defsym", "X=1", "-o", "a.o", "/tmp/ccabcdef.s");

    private static List<String> lines(Optional<List<List<String>>> commands) {
        return commands.orElseThrow().stream()
                .map(command -> String.join(" ", command))
                .toList();
    }

    @Test
    void gccWritesAssemblyWithoutDebugInfoAndNoListsOfHeaders() {
        TrialCommand trial = command(
                "/usr/lib/gcc/cc1 -quiet -MD a.d -MP -MT a.o -I include a.c -g -gdwarf-5 -O2" + " -o /tmp/ccabcdef.s");
        assertThat(lines(trial.compile("/tmp/t/1.o", ASSEMBLER)))
                .containsExactly(
                        "/usr/lib/gcc/cc1 -quiet -I include a.c -O2 -o /tmp/t/1.o.s",
                        "as -I include --64 --defsym X=1 -o /tmp/t/1.o /tmp/t/1.o.s");
        assertThat(lines(trial.describe("x.o", ASSEMBLER)))
                .containsExactly(
                        "/usr/lib/gcc/cc1 -g -quiet -I include a.c -O2 -o x.o.s",
                        "as -I include --64 --defsym X=1 -o x.o x.o.s");
        assertThat(String.join(" ", trial.preprocess("x.i")))
                .isEqualTo("/usr/lib/gcc/cc1 -E -quiet -I include a.c -O2 -o x.i");
    }

    /** By options of the assembler two texts can be one that are two by others. */
    @Test
    void withoutTheAssemblersCommandGccIsNotTried() {
        TrialCommand trial = command("/usr/lib/gcc/cc1 -quiet a.c -o /tmp/ccabcdef.s");
        for (String assembler : List.of(
                "",
                "/cutoff/deps/x/bin/wrap as -o a.o a.s",
                "/bin/sh as -o a.o a.s",
                "as -o a.o",
                "as a.s",
                "as -o a.o a.s b.s")) {
            assertThat(trial.compile("t.o", List.of(assembler.split(" "))))
                    .as(assembler)
                    .isEmpty();
        }
        assertThat(trial.compile("t.o", List.of())).isEmpty();
        assertThat(trial.compile("t.o", List.of("/usr/bin/x86_64-linux-gnu-as", "-o", "a.o", "a.s")))
                .isPresent();
    }

    @Test
    void clangProperWritesAnObject() {
        TrialCommand trial = command("/usr/lib/llvm/bin/clang -cc1 -triple x -emit-obj -main-file-name a.c"
                + " -debug-info-kind=constructor -dwarf-version=5 -debugger-tuning=gdb -dependency-file a.d -MT a.o"
                + " -sys-header-deps -O1 -fdebug-compilation-dir=/x -o a.o -x c a.c");
        String plain = "-triple x -emit-obj -main-file-name a.c -O1 -fdebug-compilation-dir=/x -x c a.c";
        assertThat(lines(trial.compile("t.o", ASSEMBLER)))
                .containsExactly("/usr/lib/llvm/bin/clang -cc1 " + plain + " -o t.o");
        assertThat(lines(trial.describe("t.o", ASSEMBLER)))
                .containsExactly(
                        "/usr/lib/llvm/bin/clang -cc1 -debug-info-kind=limited -dwarf-version=5 " + plain + " -o t.o");
        assertThat(String.join(" ", trial.preprocess("t.i")))
                .isEqualTo("/usr/lib/llvm/bin/clang -cc1 " + plain.replace("-emit-obj", "-E") + " -o t.i");
    }

    /** With one source and -c it compiles by itself. The -MD of a driver takes no word. */
    @Test
    void clangsDriverToo() {
        TrialCommand trial = command("clang++-14 -O1 -g -MD -MF a.d -Iinc -c a.cc");
        assertThat(lines(trial.compile("t.o", ASSEMBLER))).containsExactly("clang++-14 -O1 -Iinc -c a.cc -o t.o");
        assertThat(lines(trial.describe("t.o", ASSEMBLER))).containsExactly("clang++-14 -g -O1 -Iinc -c a.cc -o t.o");
        assertThat(String.join(" ", trial.preprocess("t.i"))).isEqualTo("clang++-14 -O1 -Iinc -E a.cc -o t.i");
        assertThat(lines(command("/usr/bin/clang -MMD -Iinc -o a.o -c a.c").compile("t.o", ASSEMBLER)))
                .containsExactly("/usr/bin/clang -Iinc -c a.c -o t.o");
    }

    @Test
    void whatDoesNotMakeOneObjectIsNotTried() {
        for (String words : List.of(
                "/usr/lib/gcc/cc1 a.c",
                "/usr/lib/gcc/cc1 a.c -o a.s -o b.s",
                "clang -o a a.c",
                "clang -S a.c",
                "clang -cc1 -S -o a.s a.c",
                "clang -cc1 -emit-obj a.c",
                "clang -c a.c -o a.o -o b.o",
                "gcc -c a.c",
                "clangd -c a.c")) {
            assertThat(TrialCommand.of(List.of(words.split(" ")))).as(words).isEmpty();
        }
        assertThat(TrialCommand.of(List.of())).isEmpty();
    }
}
