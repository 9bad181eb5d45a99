package dev.cutoff.abi.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessedTextTest {

    /** Line ends are written as | here. */
    @ParameterizedTest
    @CsvSource({
        "int a;|, int a;|, true",
        "int a;|, int  a;|, false",
        // Numbers of lines, and lines with nothing.
        "# 1 \"a.h\" 1|int a;|, # 1 \"a.h\" 1||||int a;|, true",
        "# 1 \"a.h\" 1|int a;|# 9 \"a.h\"|int b;|, # 1 \"a.h\" 1|int a;||int b;|, true",
        "# 1 \"a.h\" 1|int a;|# 2 \"a.c\" 2|int b;|, # 1 \"a.h\" 1|int a;|# 7 \"a.c\" 2|int b;|, true",
        // On which line they stand does not count; which stand on one does.
        "int a;|int b;|, int a; int b;|, false",
        "int a;|int b;, int a;|int b;|, true",
        // Files and what they are do count.
        "# 1 \"a.h\" 1|int a;|, # 1 \"b.h\" 1|int a;|, false",
        "# 1 \"a.h\" 1|int a;|, # 1 \"a.h\" 1 3|int a;|, false",
        "# 1 \"a.h\"|int a;|# 5 \"b.h\"|int b;|, # 1 \"a.h\"|int a;|int b;|, false",
        "# 1 \"a.h\" 1|# 1 \"a.h\" 2|int a;|, # 1 \"a.h\" 1|int a;|, false",
        "#pragma pack(1)|int a;|, int a;|, false",
        "# 1 \"a\\\"b.h\" 1|int a;|, # 2 \"a\\\"b.h\" 1|int a;|, true",
        "# 1 what|int a;|, # 2 what|int a;|, false",
        // Empty lines in a raw string are text, and so is a carriage return.
        "char *a = R\"(x||y)\";|, char *a = R\"(x|y)\";|, false",
        "char *a = R\"(x|# 1 \"a.h\"|y)\";|, char *a = R\"(x|# 2 \"a.h\"|y)\";|, false",
        "char *a = R\"(x)\";|, char *a = R\"(x)\";|, true",
        "int a;^|int b;|, int a;|int b;|, false",
        // Who asks the compiler where it stands.
        "int a = __builtin_LINE();|, int a = __builtin_LINE();|, false",
        "int a = __builtin_COLUMN();|, int a = __builtin_COLUMN();|, false",
        "f(__builtin_source_location());|, f(__builtin_source_location());|, false",
    })
    void whatACompilerMakesCodeOf(String old, String now, boolean alike) {
        assertThat(PreprocessedText.areAlike(bytes(old), bytes(now))).isEqualTo(alike);
        assertThat(PreprocessedText.areAlike(bytes(now), bytes(old))).isEqualTo(alike);
    }

    private static byte[] bytes(String text) {
        return text.replace('|', '\n').replace('^', '\r').getBytes(StandardCharsets.ISO_8859_1);
    }
}
