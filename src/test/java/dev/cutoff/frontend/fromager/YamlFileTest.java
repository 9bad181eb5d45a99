package dev.cutoff.frontend.fromager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.model.Failure;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlFileTest {

    private static final Path FILE = Path.of("a.yaml");

    @TempDir
    Path folder;

    private static String value(String scalar) {
        return YamlFile.parse(FILE, "a: " + scalar).value().entries().get("a").canonical();
    }

    /** What PyYAML's safe_load makes of scalars: measured, and asked again where it is installed. */
    private static final List<String> SCALARS = List.of(
            "yes",
            "No",
            "on",
            "OFF",
            "true",
            "y",
            "1",
            "010",
            "0o10",
            "0x1F",
            "0b101",
            "1_000",
            "-5",
            "+7",
            "1:30",
            "190:20:30",
            "1.0",
            "1.10",
            "3.",
            ".5",
            "1e3",
            "1.0e3",
            "1.5e+3",
            "1.0e16",
            "1e-05",
            "1.0e-5",
            "0.0001",
            "123456789.125",
            "-0.0",
            ".inf",
            "-.INF",
            ".nan",
            "~",
            "null",
            "Null",
            "''",
            "'1.0'",
            "\"yes\"",
            "a b",
            "1.2.3",
            "0.0",
            "1.0e+22",
            "12e03");

    @Test
    void scalarsAreWhatPyYamlMakesOfThem() throws IOException {
        String script = """
                import sys, yaml
                for line in open(sys.argv[1]):
                    v = yaml.safe_load('a: ' + line)['a']
                    print('null' if v is None else str(v).lower() if isinstance(v, bool)
                          else '"' + v + '"' if isinstance(v, str) else str(v))
                """;
        Skips.unlessInstalled("python3");
        Path input = Files.write(folder.resolve("scalars"), SCALARS);
        Path file = Files.writeString(folder.resolve("script.py"), script);
        Cutoff.Run run = Cutoff.runAny(folder, Map.of(), List.of("python3", file.toString(), input.toString()));
        Skips.unless(!run.err().contains("No module named"), "python3 has no PyYAML");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(SCALARS.stream().map(YamlFileTest::value).toList())
                .isEqualTo(run.out().lines().toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "yes|true",
                "010|8",
                "1e3|\"1e3\"",
                "1.10|1.1",
                "1.0e+16|1e+16",
                "1.0e-5|1e-05",
                "190:20:30|685230",
                "~|null",
                "0o10|\"0o10\"",
                "2026-11-21|!\"2026-11-21\"",
                "'1.0'|\"1.0\"",
            })
    void someOfThem(String scalar, String canonical) {
        assertThat(value(scalar)).isEqualTo(canonical);
    }

    @Test
    void anchorsAndMergesAreFollowed() {
        YamlFile file = YamlFile.parse(FILE, """
                base: &base
                  A: "1"
                  B: "2"
                env:
                  <<: *base
                  B: "3"
                twice: 1
                twice: 2
                """);
        assertThat(file.value().canonical())
                .isEqualTo("{\"base\":{\"A\":\"1\",\"B\":\"2\"},\"env\":{\"A\":\"1\",\"B\":\"3\"},\"twice\":2}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: b: c|a.yaml: line 1: ",
                "a: [1,\\n b|a.yaml: line 2: ",
                "- a|a.yaml: line 1: is no mapping",
                "1.0: a|a.yaml: line 1: the key 1.0 is no text; put it between quotes",
                "a: !!python/object:os.system x|a.yaml: line 1: Global tag",
                "a: &x [*x]|a.yaml: line 1: holds itself",
                "a: 1\\n---\\nb: 2|a.yaml: line",
            })
    void errorsSayWhere(String text, String error) {
        assertThatThrownBy(() -> YamlFile.parse(FILE, text.replace("\\n", "\n")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(error);
    }

    @Test
    void aliasesThatRepeatWithoutEndAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a%d: &a%d [%s]\n"
                    .formatted(i, i, String.join(",", java.util.Collections.nCopies(9, "*a" + (i - 1)))));
        }
        assertThatThrownBy(() -> YamlFile.parse(FILE, bomb.toString())).isInstanceOf(Failure.class);
        assertThatThrownBy(() -> YamlFile.parse(FILE, "[".repeat(10_000))).isInstanceOf(Failure.class);
    }

    @Test
    void damagedFilesAreToldOf() {
        String good =
                "# c\nchangelog:\n  \"1.0\":\n    - \"a\" # b\nenv: {A: \"${B:-} x\", C: |\n  lines\n }\nvariants:\n  cpu: {pre_built: true}\n";
        SplittableRandom random = new SplittableRandom(3);
        String pieces = "{}[]:,-#&*!|>'\"% \n\t0ay<~\\";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                } else {
                    text.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
                }
            }
            try {
                YamlFile.parse(FILE, text.toString());
            } catch (Failure failure) {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.INPUT);
                assertThat(failure.getMessage()).startsWith("a.yaml: ");
            }
        }
    }
}
