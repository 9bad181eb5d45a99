package dev.cutoff.frontend.fromager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.build.WheelUses;
import dev.cutoff.frontend.document.Json;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {

    @TempDir
    Path folder;

    private static TraceFile example() {
        return new TraceFile(
                "tiny",
                "1.0",
                new WheelUses(
                        "strace",
                        List.of("a gap"),
                        List.of(new Step(0, -1, 0, List.of("cc"), "/f", Digest.EMPTY, List.of(), List.of(), 0, "")),
                        List.of(
                                new WheelUses.Used(
                                        WheelUses.Of.DISTRIBUTION,
                                        List.of("numpy"),
                                        new Fact(FactKind.TOKENS, "numpy/x.h", "debug info", "ab", "cd"),
                                        List.of(0)),
                                new WheelUses.Used(
                                        WheelUses.Of.SYSTEM,
                                        List.of(),
                                        new Fact(FactKind.EXISTS, "/usr/x", Fact.ABSENT),
                                        List.of()))));
    }

    private String written() throws IOException {
        Path file = folder.resolve("trace.json");
        example().write(file);
        return Files.readString(file);
    }

    private static TraceFile read(String text) {
        return TraceFile.read(Json.parse("trace.json", text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertThat(read(written())).isEqualTo(example());
    }

    @Test
    void aProgramIsToldFromThePathsBehindIt() throws IOException {
        Step step = new Step(
                0,
                -1,
                0,
                List.of("/v/bin/python3", "/tmp/x/build.py"),
                "/f",
                Digest.EMPTY,
                List.of(),
                List.of(),
                0,
                "");
        Path file = folder.resolve("trace.json");
        new TraceFile("tiny", "1.0", new WheelUses("strace", List.of(), List.of(step), List.of())).write(file);
        Step read = TraceFile.read(Json.read(file)).uses().steps().getFirst();
        assertThat(read.program()).isEqualTo("python3");
        assertThat(read.display()).isEqualTo(step.display());
    }

    @Test
    void whatIsNoneIsRefusedWithItsPlace() throws IOException {
        String text = written();
        assertThatThrownBy(() -> read(text.replace(TraceFile.SCHEMA, "cutoff.build-trace/9")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("cutoff.build-trace/9");
        assertThatThrownBy(() -> read(text.replace("\"parent\":-1", "\"parent\":0")))
                .hasMessageContaining("steps[0]");
        assertThatThrownBy(() -> read(text.replace("\"steps\":[0]", "\"steps\":[1]")))
                .hasMessageContaining("uses[0]");
        assertThatThrownBy(() -> read(text.replace("\"tokens\"", "\"smell\""))).hasMessageContaining("smell");
        assertThatThrownBy(() -> read(text.replace("\"system\"", "\"moon\""))).hasMessageContaining("moon");
    }

    /** Damaged bytes are refused in words, or are another trace; nothing else comes of them. */
    @Test
    void damagedFiles() throws IOException {
        byte[] whole = written().getBytes(StandardCharsets.UTF_8);
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = whole.clone();
            for (int n = 0; n <= random.nextInt(3); n++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = java.util.Arrays.copyOf(
                    bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
            try {
                TraceFile.read(Json.parse("trace.json", cut));
            } catch (Failure e) {
                assertThat(e.getMessage()).contains("trace.json");
            }
        }
    }
}
