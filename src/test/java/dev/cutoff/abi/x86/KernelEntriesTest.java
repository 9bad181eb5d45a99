package dev.cutoff.abi.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelEntriesTest {

    @TempDir
    static Path folder;

    @BeforeAll
    static void compiler() {
        Skips.unlessInstalled("cc", "strip");
        Skips.unless(System.getProperty("os.arch").equals("amd64"), "instructions of x86-64 alone are known");
    }

    private static Path compile(String name, String text, String... options) throws Exception {
        Path source = Files.writeString(folder.resolve(name + ".c"), text);
        Path program = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("cc", "-O1", "-o", program.toString(), source.toString()));
        command.addAll(List.of(options));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return program;
    }

    private static boolean mayBeIn(Path file) throws IOException, FormatException {
        return MappedFile.read(file, KernelEntries::mayBeIn);
    }

    @Test
    void aPlainProgramHasNone() throws Exception {
        Path program = compile("plain", "#include <stdio.h>\nint main(void) { return puts(\"x\") < 0; }\n");
        assertThat(mayBeIn(program)).isFalse();
        assertThat(new ProcessBuilder("strip", program.toString()).start().waitFor())
                .isZero();
        assertThat(mayBeIn(program)).isFalse();
    }

    @Test
    void eachOfTheInstructionsIsFound() throws Exception {
        for (String instruction : List.of("syscall", "sysenter", "int $0x80", ".byte 0x48, 0x0f, 0x05")) {
            Path program = compile("entry", "int main(void) { __asm__(\"" + instruction + "\"); return 0; }\n");
            assertThat(mayBeIn(program)).as(instruction).isTrue();
        }
    }

    @Test
    void outsideOfFunctionsItIsFoundToo() throws Exception {
        Path program = compile(
                "top",
                "__asm__(\".text\\n.globl f\\nf:\\n mov %rdi, %rax\\n syscall\\n ret\\n\");\nlong f(long);\n"
                        + "int main(void) { return (int)f(39); }\n");
        assertThat(mayBeIn(program)).isTrue();
    }

    @Test
    void bytesWithinAnotherInstructionAreNone() throws Exception {
        Path program = compile(
                "within",
                "volatile unsigned a;\nint main(void) { a = 0x050f340f; a = 0x80cd0f05; return a == 0x0f05; }\n");
        assertThat(mayBeIn(program)).isFalse();
    }

    @Test
    void theCLibraryAndStaticProgramsHaveThem() throws Exception {
        assertThat(mayBeIn(compile("static", "int main(void) { return 0; }\n", "-static")))
                .isTrue();
    }

    @Test
    void anotherProcessorsFileMay() throws Exception {
        byte[] bytes = Files.readAllBytes(compile("other", "int main(void) { return 0; }\n"));
        // e_machine: AArch64.
        bytes[18] = (byte) 183;
        assertThat(KernelEntries.mayBeIn(Cursor.copyOf(bytes, "other"))).isTrue();
        assertThatThrownBy(() -> KernelEntries.mayBeIn(Cursor.copyOf(new byte[] {1, 2, 3}, "none")))
                .isInstanceOf(FormatException.class);
    }

    /** A damaged file gives an answer or a {@link FormatException}, and nothing else. */
    @Test
    void damagedFiles() throws Exception {
        byte[] whole = Files.readAllBytes(compile(
                "damaged", "volatile unsigned a;\nint main(void) { a = 0x050f; __asm__(\"syscall\"); return 0; }\n"));
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = whole.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                KernelEntries.mayBeIn(Cursor.copyOf(bytes, "damaged"));
            } catch (FormatException e) {
                assertThat(e).hasMessageContaining("damaged");
            }
        }
    }
}
