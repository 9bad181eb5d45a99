package dev.cutoff.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.frontend.workspace.WorkspaceReader;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkspaceReaderTest {

    @TempDir
    Path folder;

    @BeforeEach
    void sources() throws IOException {
        Files.createDirectories(folder.resolve("s"));
    }

    private Unit unit(String toml) throws IOException {
        Files.writeString(folder.resolve("cutoff.toml"), toml);
        return WorkspaceReader.read(folder).graph().unit("a");
    }

    @Test
    void aFileThatIsNotUtf8IsRefusedByItsLine() throws IOException {
        Files.write(folder.resolve("cutoff.toml"), "[unit.a]\n# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> WorkspaceReader.read(folder))
                .hasMessageStartingWith(folder.toRealPath().resolve("cutoff.toml") + ":2: ");
    }

    @Test
    void allKeys() throws IOException {
        Unit unit = unit("""
                [cutoff]
                policy = "strict"
                network = true
                [unit.a]
                source = "s"
                needs = ["b", "b"]
                build = ["make", "make install"]
                check = ["$OUT/bin/a"]
                env = { CFLAGS = "-O2" }
                policy = "compatible"
                trust = "clean"
                keep-tree = false
                network = "pinned"
                system = "package"
                [unit.b]
                build = ["true"]
                """);
        assertThat(unit.needs()).containsExactly("b");
        assertThat(unit.source()).isEqualTo(folder.toRealPath().resolve("s").toString());
        assertThat(unit.environment()).containsEntry("CFLAGS", "-O2");
        assertThat(unit.options().policy()).isEqualTo(Policy.COMPATIBLE);
        assertThat(unit.options().network()).isEqualTo(Unit.Network.PINNED);
        assertThat(unit.options().system()).isEqualTo(Unit.SystemEvidence.PACKAGE);
        assertThat(unit.options().keepTree()).isFalse();
        Unit other = WorkspaceReader.read(folder).graph().unit("b");
        assertThat(other.options().policy()).isEqualTo(Policy.STRICT);
        assertThat(other.options().network()).isEqualTo(Unit.Network.OPEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[unit.a]~bild = [`x`]                            | cutoff.toml:2: unknown key 'bild' in [unit.a]; known are build",
                "[unt.a]~build = [`x`]                            | cutoff.toml:1: unknown key 'unt'",
                "[unit.a]~build = `x`                             | cutoff.toml:2: unit.a.build must be a list of strings, and is",
                "[unit.a]~build = [1]                             | cutoff.toml:2: unit.a.build must be a list of strings, and item 1 is none",
                "[unit.a]~                                        | cutoff.toml:1: unit a has no build lines",
                "[unit.a]~build = []                              | unit a has no build lines",
                "[unit.a]~build = [`x`]~policy = `lax`            | cutoff.toml:3: unit.a.policy must be one of",
                "[unit.a]~build = [`x`]~network = 1               | cutoff.toml:3: unit.a.network must be true, false or",
                "[unit.a]~build = [`x`]~source = `nowhere`        | cutoff.toml:3: the source of unit a, 'nowhere', is no folder",
                "[unit.a]~build = [`x`]~source = `../..`          | cutoff.toml:3: the source of unit a, '../..', lies outside of the workspace",
                "[unit.a]~build = [`x`]~needs = [`c`]             | cutoff.toml:1: unit a needs 'c', which is no unit",
                "[unit.a]~build = [`x`]~needs = [`a`]             | form a cycle: a -> a",
                "[unit.a]~build = [`x`]~[unit.a]~build = [`y`]    | cutoff.toml:3: ",
                "[unit.a]~build = [`x`]~env = { OUT = `y` }       | cutoff.toml:3: OUT is set by Cutoff",
                "[unit.a]~build = [`x`]~env = { A = 1 }           | cutoff.toml:3: unit.a.env.A must be a string",
                "[unit.a]~build = [`x`]~git = `describe`          | cutoff.toml:1: unit a has git",
                "[unit.`a/b`]~build = [`x`]                       | cutoff.toml:1: 'a/b' can't be a unit's name",
                "[unit.a]~build = [`x`                            | cutoff.toml:",
                "x = 1                                            | cutoff.toml:1: unknown key 'x' here",
                "[cutoff]~policy = `strict`                       | no units",
                "unit = 1                                         | cutoff.toml:1: unit must be a table",
            })
    void mistakesAreNamedWithTheirLine(String toml, String message) throws IOException {
        Files.writeString(folder.resolve("cutoff.toml"), toml.replace('~', '\n').replace('`', '"'));
        assertThatThrownBy(() -> WorkspaceReader.read(folder))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(message)
                .matches(e -> ((Failure) e).kind() == Failure.Kind.INPUT);
    }

    @Test
    void aLinkOutOfTheWorkspaceIsRefused(@TempDir Path elsewhere) throws IOException {
        Files.createSymbolicLink(folder.resolve("l"), elsewhere);
        assertThatThrownBy(() -> unit("[unit.a]\nbuild = [\"x\"]\nsource = \"l\"\n"))
                .hasMessageContaining("outside of the workspace");
    }
}
