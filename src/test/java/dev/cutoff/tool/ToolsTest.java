package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTest {

    private final Tools tools = Tools.forgetful();

    private static Path real(String command) throws IOException {
        String path = Cutoff.runAny(Path.of("/"), Map.of(), List.of("/bin/sh", "-c", command))
                .all()
                .strip();
        return Path.of(path).toRealPath();
    }

    @Test
    void knowsTheToolsOfThisMachine() throws IOException {
        Skips.unlessInstalled("cc", "make", "ld", "as", "ar");
        assertThat(tools.recognise(real("cc -print-prog-name=cc1"))).isEqualTo(Tool.GCC_COMPILER);
        assertThat(tools.recognise(real("command -v cc"))).isEqualTo(Tool.GCC_DRIVER);
        assertThat(tools.recognise(real("command -v ld"))).isEqualTo(Tool.GNU_LINKER);
        assertThat(tools.recognise(real("command -v as"))).isEqualTo(Tool.GNU_ASSEMBLER);
        assertThat(tools.recognise(real("command -v ar"))).isEqualTo(Tool.GNU_ARCHIVER);
        assertThat(tools.recognise(real("command -v make"))).isEqualTo(Tool.MAKE);
        assertThat(tools.recognise(real("command -v cp"))).isEqualTo(Tool.FILE_TOOL);
        assertThat(tools.recognise(real("command -v cat"))).isEqualTo(Tool.UNKNOWN);
    }

    @Test
    void aNameAloneIsNotEnough(@TempDir Path folder) throws IOException {
        Path script = Files.writeString(folder.resolve("cc1"), "#!/bin/sh\n# GNU C GNU GIMPLE\nexec cat \"$@\"\n");
        Path other = Files.copy(real("command -v cat"), folder.resolve("cc1plus"));
        assertThat(tools.recognise(script)).isEqualTo(Tool.UNKNOWN);
        assertThat(tools.recognise(other)).isEqualTo(Tool.UNKNOWN);
        assertThat(tools.recognise(folder.resolve("make"))).isEqualTo(Tool.UNKNOWN);
    }
}
