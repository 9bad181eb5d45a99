package dev.cutoff.abi.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.FormatException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LexerTest {

    private static TokenStream lex(String text) {
        return lex(text, Dialect.CPP);
    }

    private static TokenStream lex(String text, Dialect dialect) {
        try {
            return Lexer.lex(text.getBytes(StandardCharsets.UTF_8), "x.h", dialect);
        } catch (FormatException e) {
            throw new AssertionError(e);
        }
    }

    /** Tokens one by one, a blank before those that have one: {@code [a][ b]}; directives as {@code [ #]…[$]}. */
    private static String show(TokenStream tokens) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            String text = tokens.kind(i) == TokenKind.DIRECTIVE_END ? "$" : tokens.text(i);
            shown.append('[')
                    .append(tokens.spaceBefore(i) ? " " : "")
                    .append(text)
                    .append(']');
        }
        return shown.toString();
    }

    private static String show(String text) {
        return show(lex(text));
    }

    private static boolean same(String one, String other) {
        return lex(one).digest().equals(lex(other).digest());
    }

    @Test
    void commentsVanish() {
        assertThat(show("a/* x */b")).isEqualTo("[ a][ b]");
        assertThat(show("a//b\nc")).isEqualTo("[ a][ c]");
        assertThat(show("a//b\\\nc\nd")).isEqualTo("[ a][ d]");
        assertThat(show("a/\\\n/b\nc")).isEqualTo("[ a][ c]");
        assertThat(show("a/\\\n* x *\\\n/b")).isEqualTo("[ a][ b]");
        assertThat(show("a/*/b*/c")).isEqualTo("[ a][ c]");
        assertThat(show("\"/*\"'/*'\"*/\"")).isEqualTo("[ \"/*\"]['/*'][\"*/\"]");
        assertThat(show("\"a\\\"/*\" /*\"*/ b")).isEqualTo("[ \"a\\\"/*\"][ b]");
        assertThat(show("a / b /= c")).isEqualTo("[ a][ /][ b][ /=][ c]");
        assertThat(show("")).isEmpty();
        assertThat(show("// only")).isEmpty();
    }

    @Test
    void splicesJoin() {
        assertThat(show("in\\\nt a;")).isEqualTo("[ int][ a][;]");
        assertThat(show("in\\ \t\r\nt")).isEqualTo("[ int]");
        assertThat(show("\"a\\\nb\"")).isEqualTo("[ \"ab\"]");
        assertThat(show("#define A \\\n 1\nB")).isEqualTo("[ #][define][ A][ 1][$][ B]");
        assertThat(show("a\\b")).isEqualTo("[ a][\\][b]");
        TokenStream tokens = lex("a\\\n\\\n\\\nb c\\\n\n d");
        assertThat(show(tokens)).isEqualTo("[ ab][ c][ d]");
        assertThat(List.of(tokens.line(0), tokens.line(1), tokens.line(2))).containsExactly(1, 4, 6);
    }

    @Test
    void directivesHaveEnds() {
        assertThat(show("#if A\n#endif")).isEqualTo("[ #][if][ A][$][ #][endif][$]");
        assertThat(show("  # define F(x) /*\n*/ x\ny")).isEqualTo("[ #][ define][ F][(][x][)][ x][$][ y]");
        assertThat(show("#\na # b")).isEqualTo("[ #][$][ a][ #][ b]");
        assertThat(show("%:define A\n")).isEqualTo("[ %:][define][ A][$]");
        assertThat(show("/* c */ #pragma once")).isEqualTo("[ #][pragma][ once][$]");
        assertThat(show("## a\nb")).isEqualTo("[ ##][ a][ b]");
        assertThat(same("#define A\nB", "#define A B")).isFalse();
        assertThat(same("#define F(x) x", "#define F (x) x")).isFalse();
        assertThat(same("a\n#b", "a #b")).isFalse();
    }

    @Test
    void headerNamesAreNoComments() {
        assertThat(show("#include <sys//x.h> // c")).isEqualTo("[ #][include][ <sys//x.h>][$]");
        assertThat(show("#  include_next \"a/*b.h\"")).isEqualTo("[ #][ include_next][ \"a/*b.h\"][$]");
        assertThat(show("#include \"a\\\" // c")).isEqualTo("[ #][include][ \"a\\\"][$]");
        assertThat(show("#import<a//b>")).isEqualTo("[ #][import][<a//b>][$]");
        assertThat(show("#embed <a//b> limit(3)")).isEqualTo("[ #][embed][ <a//b>][ limit][(][3][)][$]");
        assertThat(show("#if __has_include(<a//b>) && 1"))
                .isEqualTo("[ #][if][ __has_include][(][<a//b>][)][ &&][ 1][$]");
        assertThat(show("#elif __has_include_next ( <a//b> )"))
                .isEqualTo("[ #][elif][ __has_include_next][ (][ <a//b>][ )][$]");
        assertThat(show("#include MACRO <a//b>")).isEqualTo("[ #][include][ MACRO][ <][a][$]");
        assertThat(show("a < b // c >")).isEqualTo("[ a][ <][ b]");
        assertThat(show("#include <a\nb>")).isEqualTo("[ #][include][ <][a][$][ b][>]");
        assertThat(lex("#include <a.h>").kind(2)).isEqualTo(TokenKind.HEADER_NAME);
    }

    @Test
    void literals() {
        assertThat(show("L\"a\" u8\"b\" u'c' U'd' u8'e' xL\"f\" L'\\'' '\\\\'"))
                .isEqualTo("[ L\"a\"][ u8\"b\"][ u'c'][ U'd'][ u8'e'][ xL][\"f\"][ L'\\''][ '\\\\']");
        assertThat(show("R\"(a\"b)\" c")).isEqualTo("[ R\"(a\"b)\"][ c]");
        assertThat(show("u8R\"xy(a)\" )x\" )xy\"_s")).isEqualTo("[ u8R\"xy(a)\" )x\" )xy\"][_s]");
        assertThat(show("LR\"(/*)\" b /* c */")).isEqualTo("[ LR\"(/*)\"][ b]");
        assertThat(show("R\"(a\\\nb)\"c")).isEqualTo("[ R\"(a\\\nb)\"][c]");
        assertThat(show("x\\\ny R\"(\\\n\n)\" z\\\nw")).isEqualTo("[ xy][ R\"(\\\n\n)\"][ zw]");
        assertThat(show("#define A R\"(\n)\" b\nc")).isEqualTo("[ #][define][ A][ R\"(\n)\"][ b][$][ c]");
        assertThat(show("XR\"(/*)\"")).isEqualTo("[ XR][\"(/*)\"]");
        assertThat(show("R\"a b\" c")).isEqualTo("[ R][\"a b\"][ c]");
    }

    @Test
    void aQuoteWithoutPartnerTakesItsLine() {
        assertThat(show("#error don't /* go\nb")).isEqualTo("[ #][error][ don]['t /* go][$][ b]");
        assertThat(lex("'abc").kind(0)).isEqualTo(TokenKind.OTHER);
        assertThat(show("'a\r\r\nb")).isEqualTo("[ 'a][ b]");
        assertThat(lex("'a\r\r\nb").ambiguities()).containsExactly(Ambiguity.CARRIAGE_RETURN);
        assertThat(show("\"abc\\\" // x\r\nb")).isEqualTo("[ \"abc\\\" // x][ b]");
    }

    @Test
    void numbers() {
        assertThat(show("1.5e+3f+0x1p-2-.5e1.2 1..2")).isEqualTo("[ 1.5e+3f][+][0x1p-2][-][.5e1.2][ 1..2]");
        assertThat(show("1'000'x 0x1'F")).isEqualTo("[ 1'000'x][ 0x1'F]");
        TokenStream c = lex("1'a' /* b */", Dialect.C);
        assertThat(show(c)).isEqualTo("[ 1]['a']");
        assertThat(c.ambiguities()).containsExactly(Ambiguity.DIGIT_SEPARATOR);
    }

    @Test
    void namesBeyondAscii() {
        assertThat(show("caf\u00e9 b\\u00e9x \\U0001F600 a\\u{e9}b c\\N{LATIN SMALL LETTER E}d \\u12 \\x"))
                .isEqualTo(
                        "[ caf\u00e9][ b\\u00e9x][ \\U0001F600][ a\\u{e9}b][ c\\N{LATIN SMALL LETTER E}d][ \\][u12][ \\][x]");
        assertThat(show("\ufeffa")).isEqualTo("[ a]");
    }

    @Test
    void punctuators() {
        assertThat(show("a<<=b>>=c->*d->e...f<=>g::h.*i##j"))
                .isEqualTo("[ a][<<=][b][>>=][c][->*][d][->][e][...][f][<=>][g][::][h][.*][i][##][j]");
        assertThat(show("<::a> <:::b <::> <% %> %:%: %: :>"))
                .isEqualTo("[ <][::][a][>][ <:][::][b][ <:][:>][ <%][ %>][ %:%:][ %:][ :>]");
        assertThat(show("a+++b@`$c")).isEqualTo("[ a][++][+][b][@][`][$c]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int  a;|int a;|true",
                "int a ;|int a;|false",
                "a+b|a + b|false",
                "a/**/b|a b|true",
                "a/**/b|ab|false",
                "/* x */int a;|int a;|true",
                "'a'|\"a\"|false",
                "x|y|false",
                "+ +|++|false"
            })
    void spacingCountsAndAmountsOfItDoNot(String one, String other, boolean expected) {
        assertThat(same(one, other)).isEqualTo(expected);
    }

    @Test
    void aLineEndIsABlankOutsideDirectivesAndPartsNeighbours() {
        assertThat(same("a\nb", "a b")).isFalse();
        assertThat(same("a\n\n\nb", "a\n/* x */b")).isTrue();
        assertThat(same("a /* \n */ b", "a\nb")).isTrue();
        assertThat(same("a\r\nb\r\n", "a\nb\n")).isTrue();
        assertThat(lex("a\nb").startsLine(1)).isTrue();
        assertThat(lex("a b").startsLine(1)).isFalse();
        assertThat(lex("a\nb").digestWithLines()).isNotEqualTo(lex("a b").digestWithLines());
        assertThat(lex("a").digestWithLines()).isNotEqualTo(lex("a").digest());
        assertThat(lex("a /* \n */ b").digestWithLines())
                .isNotEqualTo(lex("a b").digestWithLines());
        assertThat(lex("a /* x */ b // y").digestWithLines())
                .isEqualTo(lex("a b").digestWithLines());
    }

    @Test
    void tokensOfLongSpellingsAreDigestedWhole() {
        String text = "\"" + "x".repeat(20_000);
        assertThat(same(text + "a\" b", text + "b\" b")).isFalse();
        assertThat(same(text + "a\" b", text + "a\"  b")).isTrue();
    }

    @Test
    void namesThatSeePlaces() {
        TokenStream tokens =
                lex("#define X __LINE__\nint a = __COUNTER__; assert(1); // __FILE__\n\"__DATE__\" __LI\\\nNE__X");
        assertThat(tokens.places()).containsExactlyInAnyOrder(PlaceName.LINE, PlaceName.COUNTER, PlaceName.ASSERT);
        for (PlaceName place : PlaceName.values()) {
            assertThat(lex("x " + place.text() + "()").places()).containsExactly(place);
            assertThat(lex("x a" + place.text() + "()").places()).isEmpty();
        }
        assertThat(tokens.mentions("assert")).isTrue();
        assertThat(tokens.mentions("__FILE__")).isFalse();
        assertThat(lex("__LI\\\nNE__").places()).containsExactly(PlaceName.LINE);
    }

    @Test
    void whatCompilersReadDifferentlyIsSaid() {
        assertThat(lex("int a; // plain\nchar b = '\"';\r\n").ambiguities()).isEmpty();
        assertThat(lex("// a ??/\nb").ambiguities()).containsExactly(Ambiguity.TRIGRAPH);
        assertThat(lex("/* a ??/ \n */b").ambiguities()).containsExactly(Ambiguity.TRIGRAPH);
        assertThat(lex("// a\rb").ambiguities()).containsExactly(Ambiguity.CARRIAGE_RETURN);
        assertThat(lex("a\rb").ambiguities()).containsExactly(Ambiguity.CARRIAGE_RETURN);
        assertThat(lex("a\0b").ambiguities()).containsExactly(Ambiguity.NUL);
        assertThat(lex("R\"()\"").ambiguities()).containsExactly(Ambiguity.RAW_STRING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb /* c", "a\nb /*/", "a\n R\"x(c)y\"", "a\nR\"(", "a\nb /*\nc *"})
    void whatHasNoEndIsAnError(String text) {
        assertThatThrownBy(() -> Lexer.lex(text.getBytes(StandardCharsets.UTF_8), "x.h", Dialect.CPP))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("x.h: line 2: a ")
                .hasMessageContaining("has no end");
    }

    @Test
    void theFirstLineThatDiffers() {
        assertThat(change(
                        "int a;\n#define ZLIB_VERNUM 0x12d0\nint b;",
                        "int a; /* x */\n#define ZLIB_VERNUM 0x1310\nint b;"))
                .isEqualTo("line 2: `#define ZLIB_VERNUM 0x12d0` -> `#define ZLIB_VERNUM 0x1310`");
        assertThat(change("a;\nb;\nc;", "a;\nx;\nb;\nc;")).isEqualTo("line 2: added `x;`");
        assertThat(change("#define A 1\n#define C 1\n", "#define A 1\n#define B 1\n#define C 1\n"))
                .isEqualTo("line 2: added `#define B 1`");
        assertThat(change("a;\nx;\nb;\nc;", "a;\nb;\nc;")).isEqualTo("line 2: removed `x;`");
        assertThat(change("a;\n", "a;\nb;\n")).isEqualTo("line 2: added `b;`");
        assertThat(change("a;\nb;\n", "a;\n")).isEqualTo("line 2: removed `b;`");
        assertThat(change("f(a, b)", "f(a, b, c)")).isEqualTo("line 1: `f(a, b)` -> `f(a, b, c)`");
        assertThat(change("x y", "x")).isEqualTo("line 1: `x y` -> `x`");
        assertThat(change("#define S(x) #x\n", "#define S(x) # x\n"))
                .isEqualTo("line 1: `#define S(x) #x` -> `#define S(x) # x`");
        assertThat(change("a", "a // b")).isEqualTo("none");
    }

    /** Of a long line that is shown which has changed, whatever stands before and behind it. */
    @Test
    void aChangeInALongLine() {
        String long1 = "x = " + "1 + ".repeat(100);
        String long2 = " + 2".repeat(100) + ";";
        assertThat(change(long1 + "a" + long2, long1 + "b" + long2))
                .contains("line 1: `… 1 + 1 + 1 + 1 + a + 2 + ")
                .contains("…` -> `… 1 + 1 + 1 + 1 + b + 2 + ")
                .hasSizeLessThan(400);
        assertThat(change("a = " + long1, "b = " + long1))
                .startsWith("line 1: `a = x = 1 + ")
                .contains("…` -> `b = x");
        assertThat(change("a" + "1".repeat(1 << 20), "b" + "1".repeat(1 << 20))).hasSizeLessThan(400);
        assertThat(change("a;", "b;\n" + long1)).isEqualTo("line 1: `a;` -> `b;`");
    }

    private static String change(String before, String after) {
        return LineChange.between(lex(before), lex(after)).map(LineChange::text).orElse("none");
    }

    @Test
    void aLineThatMoved() {
        assertThat(LineChange.betweenWithLines(lex("a;\nb;"), lex("a;\n// c\nb;"))
                        .map(LineChange::text))
                .contains("line 2 is now line 3: `b;`");
        assertThat(LineChange.betweenWithLines(lex("a;\nb;"), lex("a;\nb; //"))).isEmpty();
    }

    /** Texts that would take hours if any step looked back or ahead without a bound. */
    @Test
    void timeIsLinear() {
        int n = 2_000_000;
        List<String> texts = new ArrayList<>();
        for (String part : new String[] {
            "a",
            "\\\n",
            "/",
            "R\"x( ",
            "'",
            "\"",
            "#if __has_include(<\n",
            "__has_include(< ",
            "\\u{aaaa",
            "R\"",
            "1'",
            "\\    ",
            ")x\"",
            "<",
            "%:",
            "a ",
            "// ??/\n",
            "\\N{A ",
            "#",
            "\r"
        }) {
            texts.add("#if 0\n" + part.repeat(n / part.length()));
            texts.add("#if " + part.repeat(n / part.length()));
            texts.add("R\"x(" + part.repeat(n / part.length()));
        }
        for (String text : texts) {
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                try {
                    lex(text, Dialect.CPP).digestWithLines();
                } catch (AssertionError e) {
                    assertThat(e).hasCauseInstanceOf(FormatException.class);
                }
            });
        }
    }
}
