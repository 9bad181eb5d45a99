package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MesonSizesTest {

    private static final String OWN = "/usr/lib/python3/dist-packages/mesonbuild/";

    private final MesonSizes sizes = new MesonSizes();

    private void code(String path, String text) {
        sizes.addCode(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private void project(String text) {
        sizes.addProject(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"setup build", "--internal regenerate /src ."})
    void configures(String arguments) {
        assertThat(MesonSizes.configures(List.of(("/usr/bin/python3 -s /usr/bin/meson " + arguments).split(" "))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"install -C build", "--internal exe x", "--internal", "dist", "regenerate"})
    void otherCommandsDoNot(String arguments) {
        assertThat(MesonSizes.configures(List.of(("/usr/bin/python3 /usr/bin/meson " + arguments).split(" "))))
                .isFalse();
    }

    @Test
    void anotherProgramMayAsk() {
        code("/usr/bin/meson", "import mine");
        assertThat(sizes.mayBeAsked()).isTrue();
        code("/usr/lib/python3/dist-packages/mesonbuild/mesonmain.py", "import sys");
        assertThat(sizes.mayBeAsked()).isFalse();
    }

    @Test
    void mesonAsksWhereAProjectDoes() {
        code(OWN + "modules/__pycache__/fs.cpython-311.pyc", "\0st_size\0");
        code(OWN + "__pycache__/minstall.cpython-311.pyc", "\0st_size\0");
        project("project('a', 'c')\nexecutable('sizes', 'resize.c')\n");
        assertThat(sizes.mayBeAsked()).isFalse();
        project("fs = import('fs')\nn = fs . size('a.h')\n");
        assertThat(sizes.mayBeAsked()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OWN + "interpreter/interpreter.py",
                OWN + "interpreter/__pycache__/interpreter.cpython-313.pyc",
                OWN + "fs.py",
                OWN + "scripts/minstall.py",
                "/usr/lib/python3/dist-packages/x.pth",
                "/usr/lib/python3/dist-packages/mine/modules/fs.py"
            })
    void otherCodeThatAsksCounts(String path) {
        code(OWN + "mesonmain.py", "import sys");
        code(path, "n = os.stat(path).st_size");
        assertThat(sizes.mayBeAsked()).isTrue();
    }
}
