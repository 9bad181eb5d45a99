package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellLineTest {

    private static boolean fails(String text, boolean endsWithEach) {
        return new ShellLine(text, endsWithEach).failsWith(Set.of("make", "ninja"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "make",
                "/usr/bin/make -C sub all",
                "cd sub && make 'a;b' >log 2>&1",
                "CC=gcc make",
                "(cd sub && make) || exit 1",
                "for d in a b; do (cd $d && make all) || eval $failcom; done; test -z \"$fail\"",
                "echo one; ninja -C b;"
            })
    void itFailsWithIt(String text) {
        assertThat(fails(text, false)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "make || echo fallback > result",
                "make -C sub; echo done",
                "make | tee log",
                "make & wait",
                "if make; then :; fi",
                "! make",
                "while CC=c make -q; do :; done",
                "x=$(make -s print)",
                "x=`make -s print`",
                "trap : EXIT; make",
                "for d in a b; do make -C $d; done",
                "$MAKE"
            })
    void itMayGoOn(String text) {
        assertThat(fails(text, false)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"make -C a; make -C b", "make\nmake install"})
    void oneThatEndsWithEach(String text) {
        assertThat(fails(text, true)).isTrue();
        assertThat(fails(text, false)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"set +e; make; echo", "make || true", "if make; then :; fi"})
    void oneThatEndsWithEachAndDoesNotHere(String text) {
        assertThat(fails(text, true)).isFalse();
    }
}
