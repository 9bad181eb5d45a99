package dev.cutoff.abi.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinePairsTest {

    private static SourceLines read(String text) {
        return SourceLines.read(text.getBytes(StandardCharsets.UTF_8), SourceLines.Docs.PLAIN, 2021)
                .orElseThrow();
    }

    private static Optional<LinePairs.Texts> pair(String before, String after, LinePairs.Order order) {
        return LinePairs.of(read(before), read(after), order);
    }

    private static List<String> lines(byte[] text) {
        return new String(text, StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void whatStandsBehindAnEditStaysInPlace() {
        LinePairs.Texts texts = pair(
                        "a();\nfn f() {}\n",
                        "a(); // and much more than there was before\nfn f() {}\n",
                        LinePairs.Order.BY_NUMBER)
                .orElseThrow();
        String before = new String(texts.before(), StandardCharsets.UTF_8);
        String after = new String(texts.after(), StandardCharsets.UTF_8);
        assertThat(before).hasSameSizeAs(after);
        assertThat(before.indexOf("fn f")).isEqualTo(after.indexOf("fn f"));
    }

    @Test
    void theOldSideIsTheSameForSmallEdits() {
        byte[] one = pair("a();\nb();\n", "aa();\nb();\n", LinePairs.Order.BY_NUMBER)
                .orElseThrow()
                .before();
        byte[] other = pair("a();\nb();\n", "a();\nbbb();\n", LinePairs.Order.BY_NUMBER)
                .orElseThrow()
                .before();
        assertThat(one).isEqualTo(other);
    }

    @Test
    void linesByNumberShiftWithTheText() {
        LinePairs.Texts texts = pair("a();\nb();\n", "x();\na();\nb();\n", LinePairs.Order.BY_NUMBER)
                .orElseThrow();
        assertThat(lines(texts.before()).get(1).strip()).isEqualTo("b();");
        assertThat(lines(texts.after()).get(1).strip()).isEqualTo("a();");
    }

    @Test
    void linesByContentDoNot() {
        LinePairs.Texts texts = pair("a();\nb();\nc();\n", "x();\na();\ny();\nb();\nc();\n", LinePairs.Order.BY_CONTENT)
                .orElseThrow();
        assertThat(lines(texts.before()).stream().map(String::strip)).containsExactly("", "a();", "", "b();", "c();");
        assertThat(lines(texts.after()).stream().map(String::strip))
                .containsExactly("x();", "a();", "y();", "b();", "c();");
    }

    @Test
    void literalsGetNoBlanks() {
        assertThat(pair("let a = \"x\ny\";\n", "let a = \"xx\ny\";\n", LinePairs.Order.BY_NUMBER))
                .isEmpty();
        assertThat(pair("let a = \"x\ny\";\n", "let a = \"z\ny\";\n", LinePairs.Order.BY_NUMBER))
                .isPresent();
        assertThat(pair("let a = \"x\ny\";\n", "let a = \"x\nz\ny\";\n", LinePairs.Order.BY_CONTENT))
                .isEmpty();
    }

    @Test
    void nothingStandsBeforeWhatIsFirst() {
        assertThat(pair("#!/bin/run\na();\n", "// x\na();\n", LinePairs.Order.BY_CONTENT))
                .isEmpty();
    }
}
