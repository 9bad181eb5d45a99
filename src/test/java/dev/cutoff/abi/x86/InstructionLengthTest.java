package dev.cutoff.abi.x86;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Skips;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** objdump as the oracle: it takes the same bytes for one instruction. */
class InstructionLengthTest {

    private static final Pattern LINE = Pattern.compile("\\s*[0-9a-f]+:\\t((?:[0-9a-f]{2} )+)\\s*\\t?(.*)");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/x86_64-linux-gnu/libc.so.6",
                // Not libcrypto, which has tables among its code.
                "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
                "/usr/lib/x86_64-linux-gnu/libgmp.so.10"
            })
    void agreesWithObjdump(String library) throws Exception {
        Skips.unlessInstalled("objdump");
        Skips.unless(Path.of(library).toFile().exists(), library + " is not installed");
        Process process = new ProcessBuilder("objdump", "-d", "-w", "--insn-width=16", "-j", ".text", library).start();
        int right = 0;
        int wrong = 0;
        try (BufferedReader lines = process.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                Matcher match = LINE.matcher(line);
                if (!match.matches()
                        || match.group(2).contains("(bad)")
                        || match.group(2).startsWith(".byte")
                        || match.group(2).startsWith("rex")) {
                    continue;
                }
                byte[] bytes = HexFormat.of().parseHex(match.group(1).replace(" ", ""));
                InstructionLength length = new InstructionLength(bytes);
                int found = length.at(0, bytes.length);
                if (found == bytes.length) {
                    right++;
                } else if (wrong++ < 20) {
                    System.out.println(found + ": " + line);
                }
            }
        }
        System.out.println("objdump agrees on " + right + " instructions of " + library + ", not on " + wrong);
        assertThat(wrong).isZero();
        assertThat(right).isGreaterThan(10_000);
    }
}
