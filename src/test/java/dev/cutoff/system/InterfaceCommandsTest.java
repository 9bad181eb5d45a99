package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fingerprint} and {@code diff} through the real command, on what a real compiler made. */
class InterfaceCommandsTest {

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("cc", "ar");
    }

    @BeforeEach
    void libraries() {
        library("old.so", "int a[2]; int f(void) { return 1; } int g(void) { return 2; }");
        library("body.so", "int a[2]; int f(void) { return 3; } int g(void) { return a[1]; }");
        library("more.so", "int a[2]; int f(void) { return 1; } int g(void) { return 2; } int h(void) { return 3; }");
        library("less.so", "int a[2]; int f(void) { return 1; }");
        library("wider.so", "int a[3]; int f(void) { return 1; } int g(void) { return 2; }");
    }

    private void library(String name, String source) {
        Cutoff.shell(folder, "printf '%s\\n' '" + source + "' > x.c && cc -shared -fPIC -o " + name + " x.c");
    }

    private Cutoff.Run cutoff(String... arguments) {
        return Cutoff.run(folder, Map.of(), arguments);
    }

    @Test
    void exitCodesTellNothingChangedChangedAndIncompatible() {
        assertThat(cutoff("diff", "old.so", "old.so").exitCode()).isZero();
        assertThat(cutoff("diff", "old.so", "body.so").exitCode())
                .as("bodies are no interface")
                .isZero();
        assertThat(cutoff("diff", "old.so", "more.so").exitCode()).isEqualTo(4);
        Cutoff.Run less = cutoff("diff", "old.so", "less.so");
        assertThat(less.exitCode()).isEqualTo(12);
        assertThat(less.out()).contains("g removed").contains("works: no").contains("types were not compared");
        assertThat(cutoff("diff", "old.so", "wider.so").exitCode()).isEqualTo(12);
        assertThat(cutoff("diff", "less.so", "old.so").exitCode())
                .as("the other way round it works")
                .isEqualTo(4);
    }

    @Test
    void symbolsAloneNeverShowThatARebuildGivesTheSame() {
        assertThat(cutoff("diff", "old.so", "more.so").out()).contains("same:  unknown");
        assertThat(cutoff("diff", "old.so", "body.so").out()).doesNotContain("same:  yes");
    }

    @Test
    void aConsumerIsJudgedByWhatItUses() {
        Cutoff.shell(folder, "echo 'int f(void); int main(void) { return f(); }' > p.c && cc -o p p.c ./old.so");
        assertThat(cutoff("diff", "old.so", "less.so", "--used-by", "p").exitCode())
                .isNotEqualTo(12);
        Cutoff.shell(folder, "echo 'int g(void); int main(void) { return g(); }' > q.c && cc -o q q.c ./old.so");
        assertThat(cutoff("diff", "old.so", "less.so", "--used-by", "q").exitCode())
                .isEqualTo(12);
    }

    @Test
    void headersAreComparedByTokensAndTheLineIsNamed() throws IOException {
        for (String side : new String[] {"ho", "hn"}) {
            Files.createDirectories(folder.resolve(side));
        }
        Files.writeString(folder.resolve("ho/x.h"), "#define LIMIT 3\nint f(void);\n");
        Files.writeString(folder.resolve("hn/x.h"), "#define LIMIT 3\nint f(void); /* a comment */\n");
        assertThat(cutoff("diff", "old.so", "body.so", "--headers-old", "ho", "--headers-new", "hn")
                        .exitCode())
                .isZero();
        Files.writeString(folder.resolve("hn/x.h"), "#define LIMIT 4\nint f(void);\n");
        Cutoff.Run changed = cutoff("diff", "old.so", "body.so", "--headers-old", "ho", "--headers-new", "hn");
        assertThat(changed.exitCode()).isEqualTo(4);
        assertThat(changed.out())
                .contains("`#define LIMIT 3` -> `#define LIMIT 4`")
                .contains("same:  no");
    }

    @Test
    void aWrittenFingerprintStandsForItsFile() {
        assertThat(cutoff("fingerprint", "--write", "old.so", "less.so").exitCode())
                .isZero();
        assertThat(folder.resolve("old.so.abi.json")).content().contains("cutoff.fingerprint/1");
        assertThat(cutoff("diff", "old.so.abi.json", "old.so").exitCode()).isZero();
        assertThat(cutoff("diff", "old.so.abi.json", "less.so.abi.json").exitCode())
                .isEqualTo(12);
    }

    @Test
    void jsonStandsAloneOnStandardOutput() {
        Cutoff.Run json = cutoff("fingerprint", "--json", "-", "old.so");
        assertThat(json.out()).startsWith("{").contains("\"schema\": \"cutoff.fingerprint/1\"");
        assertThat(cutoff("diff", "--json", "-", "old.so", "more.so").out())
                .startsWith("{")
                .contains("\"schema\": \"cutoff.diff/1\"");
    }

    @Test
    void badFilesEndWithTwoAndNoStackTrace() throws IOException {
        byte[] library = Files.readAllBytes(folder.resolve("old.so"));
        Files.write(folder.resolve("short.so"), java.util.Arrays.copyOf(library, 300));
        Files.writeString(folder.resolve("text"), "neither\n");
        for (String bad : new String[] {"short.so", "text", "missing.so"}) {
            Cutoff.Run run = cutoff("fingerprint", bad);
            assertThat(run.exitCode()).as(bad).isEqualTo(2);
            assertThat(run.all()).contains(bad).doesNotContain("\tat dev.cutoff");
        }
    }
}
