package dev.cutoff.abi.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncludeConditionsTest {

    private static boolean asks(String text) {
        return IncludeConditions.mayAskFor(text.getBytes(StandardCharsets.UTF_8), Set.of("gen.h"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#if __has_include(<gen.h>)",
                "#if __has_include ( \"sub/gen.h\" )",
                "#if __has_include_next(<gen.h>)",
                "#define H <gen.h>\n#if __has_include(H)",
                "#if __has_include(NAME)",
                "asm(\".incbin \\\"gen.h\\\"\");",
                "# embed \"gen.h\"",
                "#if __has_embed(NAME)"
            })
    void mayAsk(String text) {
        assertThat(asks(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int gen.h;",
                "#if __has_include(<other.h>)",
                "#ifdef __has_include\n# if __has_include(<other.h>)",
                "#if defined __has_include && __has_include (\"other.h\")",
                ""
            })
    void doesNot(String text) {
        assertThat(asks(text)).isFalse();
    }
}
