package dev.cutoff.frontend.fromager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Failure;
import dev.cutoff.testing.Gen;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangelogEditTest {

    private static final Path FILE = Path.of("a.yaml");
    private static final Version VERSION = Version.parse("1.6.0").orElseThrow();

    private static String edited(String text) {
        return ChangelogEdit.edited(YamlFile.parse(FILE, text), VERSION, "rebuild: \"x\"");
    }

    @Test
    void anEntryGoesBehindTheLastOne() {
        assertThat(edited("""
                # head
                changelog: # ours
                  "1.5":
                    - old
                  "1.6": # not 1.60
                      - "first"   # why
                      # between
                      - second  # last

                # env
                env: {A: "1"}
                """)).isEqualTo("""
                # head
                changelog: # ours
                  "1.5":
                    - old
                  "1.6": # not 1.60
                      - "first"   # why
                      # between
                      - second  # last
                      - "rebuild: \\"x\\""

                # env
                env: {A: "1"}
                """);
    }

    @Test
    void aVersionWithoutEntriesGetsItsKey() {
        assertThat(edited("changelog:\n    '1.5':\n    - |\n      text\n      more\nz: 1\n"))
                .isEqualTo(
                        "changelog:\n    '1.5':\n    - |\n      text\n      more\n    \"1.6.0\":\n      - \"rebuild: \\\"x\\\"\"\nz: 1\n");
        assertThat(edited("env:\n  A: 1"))
                .isEqualTo("env:\n  A: 1\nchangelog:\n  \"1.6.0\":\n    - \"rebuild: \\\"x\\\"\"\n");
        assertThat(edited("# only this\n"))
                .isEqualTo("# only this\nchangelog:\n  \"1.6.0\":\n    - \"rebuild: \\\"x\\\"\"\n");
        assertThat(edited("")).isEqualTo("changelog:\n  \"1.6.0\":\n    - \"rebuild: \\\"x\\\"\"\n");
        assertThat(edited("changelog: # none\nz: 1\n"))
                .isEqualTo("changelog: # none\n  \"1.6.0\":\n    - \"rebuild: \\\"x\\\"\"\nz: 1\n");
    }

    @Test
    void bracketsStay() {
        assertThat(edited("changelog: {\"1.6.0\": [ \"a\", 'b' ]} # c\n"))
                .isEqualTo("changelog: {\"1.6.0\": [ \"a\", 'b', \"rebuild: \\\"x\\\"\" ]} # c\n");
        assertThat(edited("changelog:\n  \"1.6.0\": []\n"))
                .isEqualTo("changelog:\n  \"1.6.0\": [\"rebuild: \\\"x\\\"\"]\n");
        assertThat(edited("{env: {A: '1'}}"))
                .isEqualTo("{env: {A: '1'}, changelog: {\"1.6.0\": [\"rebuild: \\\"x\\\"\"]}}");
        assertThat(edited("changelog: {}\n")).isEqualTo("changelog: {\"1.6.0\": [\"rebuild: \\\"x\\\"\"]}\n");
        assertThat(edited("changelog: {\"1.5\": [a],}\n"))
                .isEqualTo("changelog: {\"1.5\": [a], \"1.6.0\": [\"rebuild: \\\"x\\\"\"]}\n");
    }

    @Test
    void linesEndAsTheyDidAndPositionsCountCodePoints() {
        assertThat(edited("# \uD83D\uDE00\r\nchangelog:\r\n  \"1.6.0\":\r\n  - \"\uD83D\uDE00\"\r\nz: 1\r\n"))
                .isEqualTo(
                        "# \uD83D\uDE00\r\nchangelog:\r\n  \"1.6.0\":\r\n  - \"\uD83D\uDE00\"\r\n  - \"rebuild: \\\"x\\\"\"\r\nz: 1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a\n  - x\nchangelog:\n  \"1.6.0\": *a\n",
                "a: &a {\"1.6.0\": [x]}\nchangelog: *a\n",
                "changelog:\n  \"1.6.0\": text\n",
            })
    void whatIsWrittenOtherwiseIsLeftAlone(String text) {
        assertThatThrownBy(() -> edited(text)).isInstanceOf(Failure.class).hasMessageContaining("a.yaml");
    }

    /** Files put together at random: only lines or a piece are added, and all else that they say stays. */
    @Test
    void whateverAFileLooksLikeNothingElseChanges() {
        Gen gen = new Gen(11);
        int made = 0;
        for (int i = 0; i < 3000; i++) {
            String text = random(gen);
            YamlFile file = YamlFile.parse(FILE, text);
            String after;
            try {
                after = ChangelogEdit.edited(file, VERSION, "rebuild: y");
            } catch (Failure failure) {
                continue;
            }
            made++;
            assertThat(Settings.ownEntries(YamlFile.parse(FILE, after), VERSION))
                    .as(text)
                    .isEqualTo(Settings.ownEntries(file, VERSION) + 1);
            int head = 0;
            while (head < text.length() && head < after.length() && text.charAt(head) == after.charAt(head)) {
                head++;
            }
            assertThat(after)
                    .as("something was inserted, nothing taken: " + text)
                    .endsWith(text.substring(head));
        }
        assertThat(made).isGreaterThan(2500);
    }

    private static String random(Gen gen) {
        StringBuilder text = new StringBuilder();
        text.append(gen.of(List.of("", "# c\n", "---\n", "\n\n")));
        text.append(gen.of(List.of(
                "",
                "env:\n  A: '1' # c\n",
                "build_dir: x\n",
                "variants:\n  cpu:\n    env:\n      B: |\n        x\n\n        y\n")));
        String step = gen.of(List.of(" ", "  ", "    "));
        if (!gen.oneIn(5)) {
            text.append("changelog:").append(gen.of(List.of("", " # c"))).append('\n');
            int versions = gen.below(3);
            for (int i = 0; i < versions; i++) {
                text.append(step)
                        .append(gen.of(List.of("\"1.6.0\"", "'1.6'", "\"1.5\"", "1.4.0")))
                        .append(i)
                        .append(':');
                if (gen.oneIn(3)) {
                    text.append(" [a, \"b\"]")
                            .append(gen.of(List.of("", " # c")))
                            .append('\n');
                } else {
                    text.append('\n');
                    String dash = gen.of(List.of(step, step + step));
                    for (int n = 1 + gen.below(2); n > 0; n--) {
                        text.append(dash)
                                .append(gen.of(List.of(
                                        "- a\n",
                                        "- 'b' # c\n",
                                        "- \"c: d\"\n",
                                        "- >-\n" + dash + "    long\n" + dash + "    text\n",
                                        "# c\n" + dash + "- e\n")));
                    }
                }
            }
            text.append(gen.of(List.of("", "\n", "# end\n", step + "# end\n")));
        }
        text.append(gen.of(List.of("", "purl: {name: x}\n", "# last", "z:\n- 1\n- 2\n")));
        return text.toString()
                .replace("\"1.6.0\"0", "\"1.6.0\"")
                .replace("'1.6'1", "'1.6'")
                .replaceAll("([\"'])(\\d):", "$1:");
    }
}
