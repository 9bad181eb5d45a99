package dev.cutoff.abi.wheel;

import static dev.cutoff.abi.wheel.OfferRules.Effect.BREAKS;
import static dev.cutoff.abi.wheel.OfferRules.Effect.HARMLESS;
import static dev.cutoff.abi.wheel.OfferRules.Effect.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.wheel.OfferRules.Effect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changes in what is offered without a link mean. */
class OfferRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "capsule p._API slot 1 | F void (int) | F void (int) | HARMLESS",
                "capsule p._API slot 1 | NULL | F void (int) | HARMLESS",
                "capsule p._API slot 1 | F void (int) | NULL | BREAKS",
                "capsule p._API slot 1 | F void (int) |  | BREAKS",
                "capsule p._API slot 1 | F void (int) | G void (int) | BREAKS",
                "capsule p._API slot 1 | F void (int) | F void (long) | UNKNOWN",
                "capsule p._API | header a.h | header b.h | HARMLESS",
                "capsule p._API | table | header b.h | UNKNOWN",
                "capsule p._API | code aa | code bb | UNKNOWN",
                "capsule p._API | table |  | BREAKS",
                "domain pybind11-internals | v4 | v5 | BREAKS",
                "flag _GLIBCXX_USE_CXX11_ABI | 0 | 1 | BREAKS",
                "archive p/lib/libp.a | f g | f | HARMLESS",
                "cython p/a.pxd | aa | bb | UNKNOWN",
                "cython-copied p/a.pxd | aa | bb | UNKNOWN",
                "something new | aa | bb | UNKNOWN",
                "constant NPY_ABI_VERSION | 0x01000009 | 0x02000000 | BREAKS",
                "constant NPY_ABI_VERSION | 0x01000009 |  | UNKNOWN",
                "constant NPY_API_VERSION | 0x12 | 0x13 | HARMLESS",
                "constant NPY_API_VERSION | 0x13 | 0x12 | UNKNOWN",
                "constant NPY_API_VERSION | 0x13 | thirteen | UNKNOWN",
                "constant NPY_2_0_API_VERSION | 0x12 | 0x13 | BREAKS",
                "constant PYBIND11_INTERNALS_VERSION | 4 | 5 | UNKNOWN",
            })
    void aChangeOfAnOffer(String key, String was, @Nullable String now, Effect effect) {
        assertThat(OfferRules.of(key, was, now)).isEqualTo(effect);
    }

    @Test
    void aChangeOfAMacro() {
        assertThat(OfferRules.ofMacro("P_MAX", "64", "64", false)).isEqualTo(BREAKS);
        assertThat(OfferRules.ofMacro("P_MAX", "32", "64", true)).isEqualTo(BREAKS);
        assertThat(OfferRules.ofMacro("P_MAX", "32", null, false)).isEqualTo(UNKNOWN);
        assertThat(OfferRules.ofMacro("P_MAX", "32", null, true)).isEqualTo(HARMLESS);
        assertThat(OfferRules.ofMacro("NPY_NO_DEPRECATED_API", "1", "2", false)).isEqualTo(HARMLESS);
    }
}
