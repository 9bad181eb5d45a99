package dev.cutoff.frontend.cargo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@link Changes}: no kind of cause hides behind another. */
class ChangesTest {

    private static String text(Map<String, String> before, Map<String, String> now) {
        return Changes.text(before, now, Inputs.different(before, now));
    }

    @Test
    void everyKindIsNamedAndCausesComeFirst() {
        assertThat(text(
                        Map.of("dependency a /t/liba.rmeta", "1", "source /w/a.rs", "1", "toolchain", "1"),
                        Map.of("dependency a /t/liba.rmeta", "2", "source /w/a.rs", "2", "toolchain", "2")))
                .isEqualTo("toolchain, source /w/a.rs and dependency a changed");
        assertThat(text(Map.of("source /a", "1", "source /b", "1"), Map.of("source /a", "2", "source /b", "2")))
                .isEqualTo("source /a, one of 2, changed");
        assertThat(text(Map.of(), Map.of("search path of the linker", "2", "variable X", "=1")))
                .isEqualTo("variable X and search path of the linker changed");
    }

    @Test
    void argumentsAreShown() {
        assertThat(text(Map.of("arguments", "-C a=1 -g"), Map.of("arguments", "-C a=2 -g")))
                .isEqualTo("arguments (now a=2; no more a=1) changed");
        assertThat(text(Map.of("arguments", "a b"), Map.of("arguments", "b a")))
                .isEqualTo("arguments (in their order) changed");
        assertThat(text(Map.of("arguments", "a"), Map.of("arguments", "a " + "b".repeat(200))))
                .hasSizeLessThan(130)
                .endsWith(" ...) changed");
    }
}
