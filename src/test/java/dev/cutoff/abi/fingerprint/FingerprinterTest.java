package dev.cutoff.abi.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.Tool;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fingerprints of what compilers make. */
class FingerprinterTest {

    private static final String LIBRARY = """
            #include <string.h>
            int data[10]; _Thread_local long tls; static int local;
            int func(const char *s) { return strlen(s) + local; }
            __attribute__((weak)) void weak(void) {}
            __attribute__((visibility("hidden"))) void hidden(void) {}
            extern void missing(void); void use(void) { missing(); hidden(); }
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void tools() {
        Skips.unlessInstalled("gcc", "strip", "objcopy", "ar");
    }

    private Path gcc(String name, String source, String... options) throws Exception {
        Tool.write(folder, name + ".c", source);
        List<String> command = new ArrayList<>(List.of("gcc", name + ".c", "-o", name));
        command.addAll(List.of(options));
        Tool.run(folder, command.toArray(String[]::new));
        return folder.resolve(name);
    }

    private Path library(String name, String source, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("-shared", "-fPIC", "-Wl,-soname,libx.so.1"));
        all.addAll(List.of(options));
        return gcc(name, source, all.toArray(String[]::new));
    }

    private static Binary binary(Path file) throws Exception {
        return (Binary) Fingerprinter.read(file);
    }

    @Test
    void whatALibraryOffersAndNeeds() throws Exception {
        Tool.write(folder, "map", "V1 { global: func; data; }; V2 { global: *; } V1;");
        Binary library = binary(library("a.so", LIBRARY, "-Wl,--version-script=map"));
        assertThat(library.form()).isEqualTo(Form.SHARED);
        assertThat(library.soname()).isEqualTo("libx.so.1");
        assertThat(library.versions()).containsExactly("V1", "V2");
        assertThat(library.offers().stream()
                        .map(o -> o.fullName() + " " + o.kind() + " " + o.binding() + " " + o.size()))
                .containsExactly(
                        "data@@V1 OBJECT GLOBAL 40",
                        "func@@V1 FUNC GLOBAL 0",
                        "tls@@V2 TLS GLOBAL 8",
                        "use@@V2 FUNC GLOBAL 0",
                        "weak@@V2 FUNC WEAK 0");
        assertThat(library.needs()).extracting(Need::name).contains("missing", "strlen");
        assertThat(library.content()).isNull();
    }

    @Test
    void whatNoConsumerSeesDoesNotCount() throws Exception {
        Path file = library("a.so", LIBRARY, "-g", "-Wl,--build-id");
        String digest = binary(file).digest().hex();
        Tool.run(folder, "strip", "-g", "-o", "stripped.so", "a.so");
        Tool.run(folder, "objcopy", "--remove-section=.note.gnu.build-id", "a.so", "anonymous.so");
        library("runpath.so", LIBRARY, "-Wl,-rpath,/a/b");
        library("body.so", LIBRARY.replace("+ local", "* 2 + local"), "-O2");
        library(
                "order.so",
                "int data[10]; extern void missing(void); void weak(void) __attribute__((weak));\n"
                        + "void use(void) { missing(); } void weak(void) {} _Thread_local long tls;\n"
                        + "#include <string.h>\nint func(const char *s) { return strlen(s); }\n");
        for (String other : new String[] {"stripped.so", "anonymous.so", "runpath.so", "body.so", "order.so"}) {
            assertThat(binary(folder.resolve(other)).digest().hex()).as(other).isEqualTo(digest);
        }
    }

    @Test
    void whatAConsumerSeesDoes() throws Exception {
        String digest = binary(library("a.so", LIBRARY)).digest().hex();
        assertThat(List.of(
                        binary(library("b.so", LIBRARY.replace("[10]", "[11]")))
                                .digest()
                                .hex(),
                        binary(library("c.so", LIBRARY.replace("int func", "int funk")))
                                .digest()
                                .hex(),
                        binary(library("d.so", LIBRARY, "-Wl,-soname,libx.so.2"))
                                .digest()
                                .hex(),
                        binary(library("e.so", LIBRARY, "-Wl,--no-as-needed", "-lm"))
                                .digest()
                                .hex(),
                        binary(library("f.so", LIBRARY.replace("((weak))", "((noinline))")))
                                .digest()
                                .hex()))
                .doesNotContain(digest)
                .doesNotHaveDuplicates();
    }

    @Test
    void aProgramHoldsCopies() throws Exception {
        library("libx.so", LIBRARY, "-Wl,--unresolved-symbols=ignore-all");
        Path program = gcc(
                "program",
                "extern int data[10]; int func(const char *); int main(void) { return data[1] + func(\"\"); }",
                "-no-pie",
                "-fno-pic",
                "-Wl,--unresolved-symbols=ignore-all",
                "libx.so");
        Binary binary = binary(program);
        assertThat(binary.form()).isEqualTo(Form.PROGRAM);
        assertThat(binary.needs().stream().filter(Need::copied).map(Need::name))
                .contains("data")
                .doesNotContain("func");
        assertThat(binary(gcc("pie", "int main(void) { return 0; }", "-pie", "-fPIE"))
                        .form())
                .isEqualTo(Form.PROGRAM);
    }

    @Test
    void anArchive() throws Exception {
        gcc("a.o", "int a; int b(void) { return a; }", "-c");
        gcc("c.o", "int b(void); int c(void) { return b(); }", "-c");
        Tool.run(folder, "ar", "rcsD", "libx.a", "a.o", "c.o");
        Tool.run(folder, "ar", "rcSD", "bare.a", "a.o", "c.o");
        Tool.run(folder, "ar", "rcsDT", "thin.a", "a.o", "c.o");
        StaticArchive archive = (StaticArchive) Fingerprinter.read(folder.resolve("libx.a"));
        assertThat(archive.parts()).extracting(StaticArchive.Part::name).containsExactly("a.o", "c.o");
        assertThat(archive.indexed()).isEqualTo(3);
        Binary c = archive.parts().get(1).object();
        assertThat(c).isEqualTo(binary(folder.resolve("c.o")));
        assertThat(c.offers()).extracting(Offer::name).containsExactly("c");
        assertThat(c.needs()).extracting(Need::name).contains("b");
        assertThat(((StaticArchive) Fingerprinter.read(folder.resolve("bare.a"))).index())
                .isNull();
        StaticArchive thin = (StaticArchive) Fingerprinter.read(folder.resolve("thin.a"));
        assertThat(thin.evidence()).isEqualTo("names");
        assertThat(thin.parts().getFirst().content()).isNull();
    }

    private String header(String text) throws Exception {
        return Fingerprinter.read(Tool.write(folder, "x.h", text)).digest().hex();
    }

    @Test
    void headersCountByTheirTokens() throws Exception {
        assertThat(header("int a; /* one */\n")).isEqualTo(header("\n\nint  a;\n"));
        assertThat(header("int a;\n")).isNotEqualTo(header("int b;\n"));
        assertThat(header("\n#define A __LINE__\n")).isNotEqualTo(header("#define A __LINE__\n"));
        assertThat(header("\n#define A __LINE__ // 1\n")).isEqualTo(header("\n#define A __LINE__ // 2\n"));
        assertThat(header("#define A __TIMESTAMP__ // 1\n")).isNotEqualTo(header("#define A __TIMESTAMP__ // 2\n"));
    }

    @Test
    void aFolder() throws Exception {
        Path root = Files.createDirectories(folder.resolve("root/include"));
        Tool.write(root, "x.h", "int a;\n");
        Tool.write(root, "open.h", "/* no end\n");
        Tool.write(root, "vector", "int v; // a header without a suffix\n");
        Tool.write(root, "x.pc", "Name: x\n");
        Tool.write(root, "x.h.abi.json", "{}");
        Files.write(root.resolve("bad.so"), new byte[] {0x7f, 'E', 'L', 'F', 9});
        Files.createSymbolicLink(root.resolve("y.h"), Path.of("x.h"));
        Folder read = (Folder) Fingerprinter.read(root.getParent());
        assertThat(read.files().keySet())
                .containsExactly(
                        "include/bad.so",
                        "include/open.h",
                        "include/vector",
                        "include/x.h",
                        "include/x.pc",
                        "include/y.h");
        assertThat(((Data) read.files().get("include/bad.so")).why())
                .contains("offset")
                .doesNotContain(root.toString());
        assertThat(((Data) read.files().get("include/open.h")).why()).contains("comment");
        assertThat(read.files().get("include/vector").kind()).isEqualTo("data");
        assertThat(read.files().get("include/y.h")).isEqualTo(new Link("x.h"));
        assertThat(Fingerprinter.includeFolder(root).files().get("vector").kind())
                .isEqualTo("header");
        Path link = Files.createSymbolicLink(folder.resolve("link"), root.getParent());
        assertThat(Fingerprinter.read(link)).isEqualTo(read);
    }

    @Test
    void whatIsNotRead() throws Exception {
        Path text = Tool.write(folder, "x.txt", "text");
        assertThatThrownBy(() -> Fingerprinter.read(text))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("x.txt: is of a kind that is not read; read are shared libraries");
        Path damaged = Files.write(folder.resolve("x.so"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        assertThatThrownBy(() -> Fingerprinter.read(damaged))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("offset");
    }

    @Test
    void wordsCannotRunIntoEachOther() {
        assertThat(digest("a\tb", "c")).isNotEqualTo(digest("a", "b\tc"));
        assertThat(digest("a\nb")).isNotEqualTo(digest("a", "b"));
        assertThat(digest((String) null)).isNotEqualTo(digest("\\0")).isNotEqualTo(digest(""));
        assertThat(digest("\udc80")).isNotEqualTo(digest("\udc81")).isNotEqualTo(digest("\\udc80"));
        assertThat(digest("é".repeat(20_000) + "1")).isNotEqualTo(digest("é".repeat(20_000) + "2"));
    }

    private static String digest(String... words) {
        Canon canon = new Canon("test");
        for (String word : words) {
            canon.word(word);
        }
        canon.end();
        return canon.digest().hex();
    }
}
