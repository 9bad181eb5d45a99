package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrialCommandTest {

    private static TrialCommand command(String words) {
        return TrialCommand.of(List.of(words.split(" "))).orElseThrow();
    }

    private static List<String> lines(List<List<String>> commands) {
        return commands.stream().map(command -> String.join(" ", command)).toList();
    }

    @Test
    void gccWritesAssemblyWithoutDebugInfoAndNoListsOfHeaders() {
        TrialCommand trial = command(
                "/usr/lib/gcc/cc1 -quiet -MD a.d -MP -MT a.o -I include a.c -g -gdwarf-5 -O2" + " -o /tmp/ccabcdef.s");
        assertThat(lines(trial.compile("/tmp/t/1.o")))
                .containsExactly(
                        "/usr/lib/gcc/cc1 -quiet -I include a.c -O2 -o /tmp/t/1.o.s",
                        "/usr/bin/as -o /tmp/t/1.o /tmp/t/1.o.s");
        assertThat(lines(trial.describe("x.o")))
                .containsExactly("/usr/lib/gcc/cc1 -g -quiet -I include a.c -O2 -o x.o.s", "/usr/bin/as -o x.o x.o.s");
        assertThat(String.join(" ", trial.preprocess("x.i")))
                .isEqualTo("/usr/lib/gcc/cc1 -E -quiet -I include a.c -O2 -o x.i");
    }

    @Test
    void clangProperWritesAnObject() {
        TrialCommand trial = command("/usr/lib/llvm/bin/clang -cc1 -triple x -emit-obj -main-file-name a.c"
                + " -debug-info-kind=constructor -dwarf-version=5 -debugger-tuning=gdb -dependency-file a.d -MT a.o"
                + " -sys-header-deps -O1 -fdebug-compilation-dir=/x -o a.o -x c a.c");
        String plain = "-triple x -emit-obj -main-file-name a.c -O1 -fdebug-compilation-dir=/x -x c a.c";
        assertThat(lines(trial.compile("t.o"))).containsExactly("/usr/lib/llvm/bin/clang -cc1 " + plain + " -o t.o");
        assertThat(lines(trial.describe("t.o")))
                .containsExactly(
                        "/usr/lib/llvm/bin/clang -cc1 -debug-info-kind=limited -dwarf-version=5 " + plain + " -o t.o");
        assertThat(String.join(" ", trial.preprocess("t.i")))
                .isEqualTo("/usr/lib/llvm/bin/clang -cc1 " + plain.replace("-emit-obj", "-E") + " -o t.i");
    }

    /** With one source and -c it compiles by itself. The -MD of a driver takes no word. */
    @Test
    void clangsDriverToo() {
        TrialCommand trial = command("clang++-14 -O1 -g -MD -MF a.d -Iinc -c a.cc");
        assertThat(lines(trial.compile("t.o"))).containsExactly("clang++-14 -O1 -Iinc -c a.cc -o t.o");
        assertThat(lines(trial.describe("t.o"))).containsExactly("clang++-14 -g -O1 -Iinc -c a.cc -o t.o");
        assertThat(String.join(" ", trial.preprocess("t.i"))).isEqualTo("clang++-14 -O1 -Iinc -E a.cc -o t.i");
        assertThat(lines(command("/usr/bin/clang -MMD -Iinc -o a.o -c a.c").compile("t.o")))
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
