package dev.cutoff.frontend.fromager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.build.WheelUses;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which distributions of a build environment can have put nothing into a wheel, and which files of the machine count. */
class ObservedUsesTest {

    private static final int PYTHON = 0;
    private static final int COMPILER = 1;
    private static final int CONFIG = 2;

    private static final String SITE = "lib/python3.12/site-packages/";

    private static Step step(int number, String program) {
        return new Step(number, -1, 0, List.of(program), "/", Digest.EMPTY, List.of(), List.of(), 0, "");
    }

    private static WheelUses uses(WheelUses.Used... used) {
        return new WheelUses(
                "strace",
                List.of(),
                List.of(step(PYTHON, "/x/bin/python3.12"), step(COMPILER, "cc1"), step(CONFIG, "python3-config")),
                List.of(used));
    }

    private static WheelUses.Used of(FactKind kind, String path, String state, int... steps) {
        List<Integer> by = new ArrayList<>();
        for (int step : steps) {
            by.add(step);
        }
        return new WheelUses.Used(WheelUses.Of.DISTRIBUTION, List.of("numpy"), new Fact(kind, path, state), by);
    }

    private static WheelUses.Used near(FactKind kind, String path, String state, int step) {
        return new WheelUses.Used(
                WheelUses.Of.ENVIRONMENT, List.of("numpy"), new Fact(kind, path, state), List.of(step));
    }

    private static boolean isUntouched(WheelUses.Used... used) {
        return ObservedUses.of(uses(used), List.of("numpy")).untouched().contains("numpy");
    }

    @ParameterizedTest
    @CsvSource({
        "numpy/__init__.py", "numpy/core/_x.cpython-312-x86_64-linux-gnu.so", "numpy.libs/libopenblas-1a.so.0",
        "numpy-2.dist-info/METADATA", "x.pth", "numpy/__pycache__/a.pyc"
    })
    void pythonRunsIt(String path) {
        assertThat(isUntouched(of(FactKind.BYTES, path, "ab", PYTHON))).isTrue();
        assertThat(isUntouched(of(FactKind.BYTES, path, "ab", PYTHON, COMPILER)))
                .isFalse();
        assertThat(isUntouched(of(FactKind.BYTES, path, "ab", CONFIG))).isFalse();
    }

    /** Cython is Python and reads them; a setup script may copy a header. */
    @ParameterizedTest
    @CsvSource({
        "numpy/__init__.pxd",
        "numpy/core/include/x.h",
        "eigen/Dense",
        "numpy/lib/libnpymath.a",
        "x.pc",
        "x.cmake"
    })
    void pythonReadsWhatGoesIntoWheels(String path) {
        assertThat(isUntouched(of(FactKind.BYTES, path, "ab", PYTHON))).isFalse();
    }

    @Test
    void whatIsLookedForCountsToo() {
        assertThat(isUntouched(near(FactKind.PRESENCE, SITE + "numpy/include/stdio.h", Fact.ABSENT, COMPILER)))
                .isFalse();
        assertThat(isUntouched(near(FactKind.EXISTS, SITE + "numpy/include", Fact.FOLDER, COMPILER)))
                .isFalse();
        assertThat(isUntouched(near(FactKind.EXISTS, SITE + "numpy/x.pxd", Fact.ABSENT, PYTHON)))
                .isFalse();
        assertThat(isUntouched(near(FactKind.EXISTS, SITE + "numpy/x.py", Fact.ABSENT, PYTHON)))
                .isTrue();
        assertThat(isUntouched(near(FactKind.EXISTS, SITE + "numpy/x", Fact.ABSENT, PYTHON)))
                .isTrue();
        assertThat(isUntouched(near(FactKind.LISTING, SITE + "numpy", "f a", PYTHON)))
                .isTrue();
        assertThat(isUntouched(near(FactKind.LISTING, SITE + "numpy", "f a", COMPILER)))
                .isFalse();
        assertThat(isUntouched(near(FactKind.BYTES, "pyvenv.cfg", "ab", PYTHON)))
                .isTrue();
        assertThat(isUntouched(near(FactKind.BYTES, "pyvenv.cfg", "ab", COMPILER)))
                .isFalse();
        assertThat(isUntouched(near(FactKind.EXISTS, "bin/as", Fact.ABSENT, COMPILER)))
                .isTrue();
        assertThat(isUntouched(near(FactKind.EXISTS, "binary/as", Fact.ABSENT, COMPILER)))
                .isFalse();
    }

    @Test
    void filesOfTheMachineCountByContent() {
        String digest = Digest.ofText("x").hex();
        WheelUses uses = uses(
                new WheelUses.Used(
                        WheelUses.Of.SYSTEM,
                        List.of(),
                        new Fact(FactKind.BYTES, "/usr/bin/cc", digest + "+x"),
                        List.of(1)),
                new WheelUses.Used(
                        WheelUses.Of.SYSTEM, List.of(), new Fact(FactKind.EXISTS, "/usr/x", "file 1"), List.of(1)),
                new WheelUses.Used(
                        WheelUses.Of.SYSTEM, List.of(), new Fact(FactKind.BYTES, "/gone", Fact.ABSENT), List.of(1)));
        assertThat(ObservedUses.of(uses, List.of()).system())
                .containsExactly(java.util.Map.entry("/usr/bin/cc", digest));
    }
}
