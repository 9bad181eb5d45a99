package dev.cutoff.abi.c;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSightTest {

    private static Names names(String text) {
        try {
            return Names.of(Lexer.lex(text.getBytes(StandardCharsets.UTF_8), "x.h", Dialect.CPP));
        } catch (FormatException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the lines of the first file show in a unit of all of them. */
    private static boolean sees(String file, String... others) {
        List<Names> all = new ArrayList<>(List.of(names(file)));
        for (String other : others) {
            all.add(names(other));
        }
        return LineSight.of(all).sees(all.get(0));
    }

    @Test
    void codeThatSaysWhereItStandsShowsItsLine() {
        assertThat(sees("int here = __LINE__;")).isTrue();
        assertThat(sees("int here = 3;", "int there = __LINE__;")).isFalse();
        assertThat(sees("#if __LINE__ > 4\n#endif")).isTrue();
    }

    @Test
    void aDefinitionShowsNothingUntilItIsUsed() {
        assertThat(sees("#define WHERE __LINE__")).isFalse();
        assertThat(sees("#define WHERE __LINE__\nint here = WHERE;")).isTrue();
    }

    @Test
    void aMacroOfAnotherHeaderShowsTheLineOfWhoUsesIt() {
        String assertion = "#define assert(e) ((e) ? 0 : fail(#e, __FILE__, __LINE__))";
        assertThat(sees("int f(int x) { return assert(x); }", assertion)).isTrue();
        assertThat(sees("int f(int x) { return x; }", assertion, "int g(int x) { return assert(x); }"))
                .isFalse();
        assertThat(sees("int x = A;", "#define A B", "#define B C()", "#define C() __LINE__"))
                .isTrue();
    }

    @Test
    void whatPastingCouldMakeShowsAll() {
        String paste = "#define GLUE(a, b) a ## b\n";
        assertThat(sees("int x = GLUE(__LI, NE__);", paste)).isTrue();
        assertThat(sees("int x;", paste, "int y = GLUE(__LI, NE__);")).isTrue();
        assertThat(sees("int x = a + b;", paste)).isFalse();
        assertThat(sees("int x;", "#define P(a, b, c) a ## b ## c\nint y = P(__, LI, NE__);"))
                .isTrue();
    }

    @Test
    void defaultArgumentsShowTheLineOfEveryCaller() {
        assertThat(sees("int x = f();", "int f(int line = __builtin_LINE());")).isTrue();
    }

    @Test
    void columnsAreToldApart() {
        assertThat(LineSight.of(List.of(names("auto x = std::source_location::current();")))
                        .seesColumns())
                .isTrue();
        assertThat(LineSight.of(List.of(names("int x = __LINE__;"))).seesColumns())
                .isFalse();
    }

    @Test
    void whatIsNotKnownShowsAll() {
        assertThat(LineSight.unknown().sees(names("int x;"))).isTrue();
    }

    @Test
    void pragmasThatMakeErrorsOfWarningsAreNoticed() {
        assertThat(names("#pragma GCC diagnostic error \"-Wcomment\"").raisesErrors())
                .isTrue();
        assertThat(names("_Pragma(\"GCC diagnostic error \\\"-Wcomment\\\"\")").raisesErrors())
                .isTrue();
        assertThat(names("#define PRAGMA(x) _Pragma(#x)\n#define STRICT(how) PRAGMA(GCC diagnostic how)")
                        .raisesErrors())
                .isTrue();
        assertThat(names("#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Wcomment\"")
                        .raisesErrors())
                .isFalse();
        assertThat(names("#define _Static_assert(expr, diagnostic) extern int x")
                        .raisesErrors())
                .isFalse();
    }

    @Test
    void filesThatAreReadOnceAreNoticed() {
        assertThat(names("#pragma once").readOnce()).isTrue();
        assertThat(names("#import \"x.h\"").readOnce()).isTrue();
        assertThat(names("#include \"once.h\"").readOnce()).isFalse();
        assertThat(names("#embed \"x.bin\"").embeds()).isTrue();
    }
}
