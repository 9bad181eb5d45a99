package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Json;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.WheelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cutoff fingerprint} and {@code cutoff diff} say of small libraries, and of mistakes. */
class InterfaceVerdictsTest {

    @TempDir
    Path folder;

    @BeforeEach
    void libraries() {
        Skips.unlessInstalled("gcc");
        Cutoff.shell(folder, """
                mkdir old new
                echo 'int f(void);' >old/x.h
                printf 'int f(void); // 1\\nint g(void);\\n' >new/x.h
                echo 'int f(void) { return 1; } int table[4];' >old.c
                echo 'int f(void) { return 2; } int g(void) { return 3; } int table[4];' >new.c
                echo 'int table[8];' >broken.c
                for name in old new broken; do gcc -shared -fPIC -Wl,-soname,libx.so.1 $name.c -o $name.so; done
                echo 'int f(void); int main(void) { return f(); }' >app.c
                gcc app.c old.so -o app
                echo text >text.txt
                head -c 3000 old.so >cut.so
                """);
    }

    private Cutoff.Run cutoff(String... arguments) {
        return Cutoff.run(folder, Map.of(), arguments);
    }

    private static void says(Cutoff.Run run, int code, String... texts) {
        assertThat(run.exitCode()).as(run.all()).isEqualTo(code);
        assertThat(run.all()).contains(texts).doesNotContain("\tat ");
    }

    @Test
    void whatAnInterfaceIs() throws Exception {
        says(
                cutoff("fingerprint", "old.so", "old"),
                0,
                "old.so: shared library, ",
                "soname libx.so.1",
                "offers 2 symbols, 1 of them data",
                "types are not known: it has no debug information",
                "old: folder, 1 file: 1 header");
        Cutoff.Run json = cutoff("fingerprint", "--write", "--json", "-", "old.so");
        assertThat(json.out()).isEqualTo(Files.readString(folder.resolve("old.so.abi.json")));
        assertThat(json.err()).contains("shared library");
        assertThat(Json.object(Json.parse(json.out())))
                .containsEntry("schema", "cutoff.fingerprint/1")
                .containsEntry("evidence", "symbols");
        Cutoff.shell(folder, "mkdir elsewhere; cp old.so elsewhere/other.so");
        assertThat(cutoff("fingerprint", "--json", "-", "elsewhere/other.so").out())
                .isEqualTo(json.out());
    }

    /** The document beside a wheel stands for the wheel, and none is written beside what is no wheel. */
    @Test
    void ofWheels() throws Exception {
        Path wheel = new WheelFile("a", "1")
                .file("a/old.so", Files.readAllBytes(folder.resolve("old.so")))
                .file("a/include/x.h", "int f(void);\n")
                .write(folder);
        String name = wheel.getFileName().toString();
        Cutoff.Run json = cutoff("fingerprint", "--write", "--json", "-", name);
        assertThat(json.exitCode()).as(json.all()).isZero();
        assertThat(json.out()).isEqualTo(Files.readString(folder.resolve(name + ".abi.json")));
        assertThat(Json.object(Json.parse(json.out()))).containsEntry("schema", "cutoff.wheel/2");
        assertThat(cutoff("diff", name + ".abi.json", name).exitCode()).isZero();
        Files.copy(folder.resolve("cut.so"), folder.resolve("b-1-py3-none-any.whl"));
        says(cutoff("fingerprint", "--write", "b-1-py3-none-any.whl"), 2, "b-1-py3-none-any.whl");
        assertThat(folder.resolve("b-1-py3-none-any.whl.abi.json")).doesNotExist();
    }

    @Test
    void whatChangedAndWhatFollows() {
        cutoff("fingerprint", "--write", "old.so");
        says(
                cutoff("diff", "old.so.abi.json", "old.so"),
                0,
                "no changes",
                "same:  unknown: no headers were compared",
                "works: yes: as far as symbols say; types were not compared");
        says(
                cutoff("diff", "old.so", "new.so", "--headers-old", "old", "--headers-new", "new"),
                4,
                "g added",
                "x.h: line 2: added `int g(void);`",
                "same:  no: ",
                "works: unknown: ");
        Cutoff.Run broken = cutoff("diff", "old.so", "broken.so", "--json", "-");
        says(broken, 12, "table: data of 16 bytes, now of 32", "f removed");
        Map<String, Object> document = Json.object(Json.parse(broken.out()));
        assertThat(document).containsEntry("schema", "cutoff.diff/1").containsEntry("types_compared", false);
        assertThat(Json.object(document.get("works"))).containsEntry("verdict", "no");
        says(cutoff("diff", "old.so", "broken.so", "--used-by", "app"), 12, "f removed", "1 change in what");
        says(
                cutoff("diff", "new.so", "old.so", "--used-by", "app"),
                0,
                "1 change in what the consumer does not use",
                "the consumer uses 1 of its symbols");
    }

    @Test
    void errorsSayWhatToDo() {
        says(cutoff("fingerprint", "none.so"), 2, "none.so: no such file or folder");
        says(
                cutoff("fingerprint", "text.txt"),
                2,
                "text.txt: is of a kind that is not read; read are shared libraries");
        says(cutoff("fingerprint", "cut.so"), 2, "cut.so: ", "(offset ");
        says(cutoff("diff", "old.so", "text.json"), 2, "text.json: no such file");
        says(cutoff("diff", "old.so", "new.so", "--headers-old", "old"), 2, "belong together");
        says(cutoff("diff", "old.so", "new.so", "--used-by", "old"), 2, "this is a folder");
        says(cutoff("diff", "--help"), 0, "./cutoff diff");
    }
}
