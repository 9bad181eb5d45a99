package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tests of integrations/fromager, by pytest with the real fromager, in a virtual environment that is kept in target. */
class FromagerPluginTest {

    /** The release whose formats and hooks are those that the plugin and docs/fromager.md speak of. */
    private static final String FROMAGER = "fromager==0.101.0";

    private static final Path PLUGIN = Cutoff.root().resolve("integrations/fromager");
    private static final Path VENV = Cutoff.root().resolve("target/fromager-venv");

    private static Cutoff.Run run(Map<String, String> environment, int seconds, Object... words) {
        List<String> command = Stream.of(words).map(String::valueOf).toList();
        return Cutoff.runAny(PLUGIN, environment, seconds, command);
    }

    /** Python 3.12: of PATH, or one of pyenv's. fromager 0.101 runs on no older one, and wheels' names here say cp312. */
    private static Optional<Path> python() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : System.getenv("PATH").split(":")) {
            found.add(Path.of(folder, "python3.12"));
        }
        Path home = Path.of(System.getProperty("user.home"));
        String root = System.getenv()
                .getOrDefault("PYENV_ROOT", home.resolve(".pyenv").toString());
        Path versions = Path.of(root, "versions");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> all = Files.list(versions)) {
                all.filter(version -> String.valueOf(version.getFileName()).startsWith("3.12."))
                        .sorted()
                        .forEach(version -> found.add(version.resolve("bin/python3.12")));
            }
        }
        return found.stream()
                .filter(Files::isExecutable)
                .filter(python -> run(Map.of(), 30, python, "-c", "import ensurepip, venv")
                                .exitCode()
                        == 0)
                .findFirst();
    }

    @BeforeAll
    static void install() throws IOException {
        Skips.unlessInstalled("cc");
        Path mark = VENV.resolve("installed");
        String wanted = FROMAGER + " "
                + Digest.of(Files.readAllBytes(PLUGIN.resolve("pyproject.toml")))
                        .hex();
        if (Files.isRegularFile(mark) && Files.readString(mark).equals(wanted)) {
            return;
        }
        Optional<Path> python = python();
        Skips.unless(python.isPresent(), "there is no Python 3.12 with venv");
        assertThat(run(Map.of(), 120, python.orElseThrow(), "-m", "venv", "--clear", VENV)
                        .exitCode())
                .isZero();
        Cutoff.Run pip =
                run(Map.of(), 600, VENV.resolve("bin/pip"), "install", "-q", FROMAGER, "pytest>=8", "-e", PLUGIN);
        Skips.unless(pip.exitCode() == 0, "pip can't install " + FROMAGER + ": " + lastLine(pip.err()));
        Files.writeString(mark, wanted);
    }

    private static String lastLine(String text) {
        return text.strip().substring(text.strip().lastIndexOf('\n') + 1);
    }

    private static void pytest(String marked, int seconds) {
        Cutoff.Run run = run(
                Map.of("CUTOFF_PROGRAM", Cutoff.root().resolve("cutoff").toString()),
                seconds,
                VENV.resolve("bin/python"),
                "-m",
                "pytest",
                "-q",
                "-rs",
                "-p",
                "no:cacheprovider",
                "-m",
                marked);
        assertThat(run.exitCode()).as(run.all()).isZero();
        List<String> skipped =
                run.out().lines().filter(line -> line.startsWith("SKIPPED")).toList();
        Skips.unless(skipped.isEmpty(), String.join("; ", skipped));
    }

    @Test
    void itsTests() {
        pytest("not long", 600);
    }

    @Test
    @Tag("long")
    void wholeBuilds() {
        pytest("long", 3600);
    }
}
