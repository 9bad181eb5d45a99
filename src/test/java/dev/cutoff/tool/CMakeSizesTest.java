package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CMakeSizesTest {

    private static final List<String> CONFIGURE = List.of("cmake", "-B", "build", ".");
    private static final String PLAIN =
            "project(a C)\nfind_path(A a.h)\nfile(GLOB b *.c)\nfile(STRINGS a.h v REGEX ${X})\n";

    private static boolean asked(String script) {
        return CMakeSizes.mayBeAsked(
                Map.of("/cutoff/build/a/CMakeLists.txt", script), false, CONFIGURE, List.of("PATH=/bin"));
    }

    @Test
    void plainScriptsDoNotAsk() {
        assertThat(asked(PLAIN)).isFalse();
        assertThat(asked(PLAIN + "set(CMAKE_SIZEOF_VOID_P 8)\ncheck_type_size(int INT_SIZE)\n"))
                .isFalse();
        assertThat(asked(PLAIN + "set(INFO SIZE) # file (a) of SIZE n\n")).isFalse();
    }

    /** Templates of C that CMake fills in, as for check_type_size. */
    @Test
    void textsThatAreNoScriptsDoNot() {
        assertThat(CMakeSizes.mayBeAsked(
                        Map.of("/t/Size.c.in", "char x[] = {'0' + (SIZE % 10)};\n"), false, CONFIGURE, List.of()))
                .isFalse();
        assertThat(CMakeSizes.mayBeAsked(Map.of("/t/x.in", "file(@OP@ a n) )\n"), false, CONFIGURE, List.of()))
                .isTrue();
        assertThat(CMakeSizes.mayBeAsked(
                        Map.of("/t/x.inc", "file(SIZE a n) ) what is this\n"), false, CONFIGURE, List.of()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file(SIZE a.h n)",
                "FILE( SIZE a.h n)",
                "file( # of what\n SIZE a.h n)",
                "file(@op@ a.h n)",
                "macro(f)\nfile(${ARGN})\nendmacro()\nf(SIZE a.h n)",
                "cmake_language(CALL file SIZE a.h n)",
                "cmake_language(EVAL CODE [[file(SIZE a.h n)]])",
                "file(${op} a.h n)",
                "file(\"${op}\" a.h n)",
                "cmake_language(EVAL CODE \"${code}\")",
                "cmake_language(CALL ${f} a.h)",
                "file(WRITE x.cmake [[file(SIZE a.h n)]])",
                "set(op SIZE)\nfile(WRITE x.cmake \"file(\")\nfile(APPEND x.cmake \"${op} a.h n)\")",
            })
    void whoeverMayAskDoes(String line) {
        assertThat(asked(PLAIN + line + "\n")).isTrue();
    }

    @Test
    void wordsFromElsewhereCount() {
        Map<String, String> texts = Map.of("/cutoff/build/a/CMakeLists.txt", PLAIN);
        assertThat(CMakeSizes.mayBeAsked(texts, false, List.of("cmake", "-DOP=SIZE", "."), List.of()))
                .isTrue();
        assertThat(CMakeSizes.mayBeAsked(texts, false, CONFIGURE, List.of("OP=SIZE")))
                .isTrue();
        assertThat(CMakeSizes.mayBeAsked(texts, false, List.of("cmake", "-E", "compare_files", "a", "b"), List.of()))
                .isTrue();
    }

    /** Modules hand on what they are called with; the words are in the text of whoever calls. */
    @Test
    void modulesOfCMakeMayPutOperationsTogether() {
        String module = "/usr/share/cmake-3.25/Modules/FindX.cmake";
        assertThat(CMakeSizes.mayBeAsked(Map.of(module, "file(${op} x)\n"), false, CONFIGURE, List.of()))
                .isFalse();
        assertThat(CMakeSizes.mayBeAsked(
                        Map.of(module, "file(${op} x)\n", "/cutoff/build/a/CMakeLists.txt", "x(SIZE)\n"),
                        false,
                        CONFIGURE,
                        List.of()))
                .isTrue();
        assertThat(CMakeSizes.mayBeAsked(Map.of(module, "file(${op} x)\n"), true, CONFIGURE, List.of()))
                .isTrue();
        assertThat(CMakeSizes.mayBeAsked(
                        Map.of(module, "cmake_language(EVAL CODE \"if(${d})\")\n"), true, CONFIGURE, List.of()))
                .isFalse();
        assertThat(CMakeSizes.mayBeAsked(Map.of(module, "file(SIZE x n)\n"), false, CONFIGURE, List.of()))
                .isTrue();
    }
}
