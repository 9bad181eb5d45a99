package dev.cutoff.abi.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.View;
import dev.cutoff.abi.fingerprint.Header;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Conditional groups: where their marks stand, and what was not seen. */
class ConditionsTest {

    private static final String HEADER = """
            #ifndef A_H
            #define A_H
            #if defined(X) && \\
                defined(Y)
            int x;
            #elif 0
            int y;
            #else
            int z;
            #endif
            #endif
            """;

    private static Conditions of(String text) throws Exception {
        return View.of(text.getBytes(StandardCharsets.ISO_8859_1), bytes -> Conditions.of(Header.lex(bytes)));
    }

    @Test
    void eachGroupHasAMark() throws Exception {
        assertThat(of(HEADER).marked(HEADER, 7)).isEqualTo("""
                #ifndef A_H
                #pragma cutoff_group 7 1
                #define A_H
                #if defined(X) && \\
                    defined(Y)
                #pragma cutoff_group 7 2
                int x;
                #elif 0
                #pragma cutoff_group 7 3
                int y;
                #else
                #pragma cutoff_group 7 4
                int z;
                #endif
                #endif
                """);
        assertThat(Conditions.mark("#pragma cutoff_group 7 4")).hasValue("7 4");
        assertThat(Conditions.mark("int z;")).isEmpty();
    }

    @Test
    void whatWasNotSeenCountsByItsTokens() throws Exception {
        Set<String> seen = new TreeSet<>(Set.of("0 1", "0 4"));
        var unseen = of(HEADER).unseen(0, seen);
        assertThat(unseen).isPresent();
        assertThat(of(HEADER.replace("int z;", "long z;")).unseen(0, seen)).isEqualTo(unseen);
        assertThat(of(HEADER.replace("int y;", "/* y */ int  y;")).unseen(0, seen))
                .isEqualTo(unseen);
        assertThat(of(HEADER.replace("int y;", "long y;")).unseen(0, seen)).isNotEqualTo(unseen);
        assertThat(of(HEADER.replace("defined(Y)", "defined(Z)")).unseen(0, seen))
                .isNotEqualTo(unseen);
        seen.addAll(Set.of("0 2", "0 3"));
        assertThat(of(HEADER).unseen(0, seen)).isEmpty();
        assertThat(of("int a;\n").unseen(0, Set.of())).isEmpty();
    }

    @Test
    void groupsThatDoNotCloseOrOpenAreRead() throws Exception {
        assertThat(of("#endif\n#else\n#if 1\nint a;").unseen(0, Set.of())).isPresent();
    }
}
