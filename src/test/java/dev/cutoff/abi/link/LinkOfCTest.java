package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.Tool;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a link of compiled C sees of its library, as gcc starts the linker. */
class LinkOfCTest {

    /** Uses a function and an object of the library, asks weakly for another, and defines what a library may ask for. */
    private static final String APP = "extern int used[]; int call(int); __attribute__((weak)) void maybe(void);\n"
            + "int (*volatile pointer)(int);\n"
            + "void hook(void) {} int main(void) { if (maybe) maybe(); return call(used[0]) + (pointer ? 1 : 0); }\n";

    private static final String TAKES_ADDRESS = APP.replace("return", "pointer = call; return");

    private static final List<String> LIBRARY = List.of(
            "int used[2] = {1, 2};",
            "int call(int x) { return x + 1; }",
            "int idle[4];",
            "int other(void) { return 3; }",
            "__thread int local_to_thread;");

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("gcc", "ar", "ld");
    }

    private Path library(String name, boolean shared, List<String> lines, String... options) throws Exception {
        Path home = Files.createDirectories(folder.resolve(name));
        List<String> command = new ArrayList<>();
        if (shared) {
            Tool.write(home, "x.c", String.join("\n", lines));
            command.addAll(List.of("gcc", "-O1", "-fPIC", "-shared", "x.c", "-o", "libx.so"));
            command.addAll(List.of(options));
            Tool.run(home, command.toArray(String[]::new));
            return home.resolve("libx.so");
        }
        command.addAll(List.of("ar", "rcD", "libx.a"));
        for (int i = 0; i < lines.size(); i++) {
            Tool.write(home, "m" + i + ".c", lines.get(i));
            Tool.run(home, "gcc", "-O1", "-c", "m" + i + ".c");
            command.add("m" + i + ".o");
        }
        Tool.run(home, command.toArray(String[]::new));
        return home.resolve("libx.a");
    }

    /** The scope of a link of the program, made in a folder of its own. */
    private LinkScope link(Path library, String app) throws Exception {
        Linking linking = new Linking(Files.createDirectories(folder.resolve("link")));
        Path home = linking.folder();
        String name = library.getFileName().toString();
        Files.copy(library, home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        Tool.write(home, "app.c", app);
        Tool.run(home, "gcc", "-O1", "-fno-pie", "-c", "app.c");
        Tool.run(home, "gcc", "-no-pie", "-o", "app", "app.o", name);
        List<String> inputs = new ArrayList<>(List.of(name));
        for (String file :
                List.of("libc.so.6", "ld-linux-x86-64.so.2", "libgcc_s.so.1", "libgcc.a", "libc_nonshared.a")) {
            inputs.add(Linking.found(file));
        }
        return linking.scope(Linking.gcc("-no-pie", "-o", "app", "app.o", name), "app", inputs)
                .orElseThrow();
    }

    private static String state(LinkScope scope, Path library) throws Exception {
        return MappedFile.read(library, scope::state);
    }

    private List<String> with(int line, String text) {
        List<String> lines = new ArrayList<>(LIBRARY);
        lines.set(line, text);
        return lines;
    }

    private List<String> and(String... more) {
        List<String> lines = new ArrayList<>(LIBRARY);
        lines.addAll(List.of(more));
        return lines;
    }

    private boolean same(boolean shared, String app, List<String> now, String... options) throws Exception {
        Path old = library("old", shared, LIBRARY, options);
        LinkScope scope = link(old, app);
        return state(scope, old).equals(state(scope, library("new", shared, now, options)));
    }

    @Test
    void whatALinkDoesNotSeeOfASharedLibrary() throws Exception {
        assertThat(same(true, APP, with(1, "int call(int x) { return x * x + 40; }")))
                .as("a body")
                .isTrue();
        assertThat(same(true, APP, with(2, "int idle[40];")))
                .as("the size of an unused object")
                .isTrue();
        assertThat(same(true, APP, with(1, "__attribute__((weak)) int call(int x) { return x; }")))
                .as("weak")
                .isTrue();
        assertThat(same(
                        true,
                        APP,
                        with(
                                1,
                                "static int f(int x) { return x; } static void *r(void) { return f; }"
                                        + " int call(int) __attribute__((ifunc(\"r\")));")))
                .as("IFUNC")
                .isTrue();
    }

    @Test
    void whatALinkSeesOfASharedLibrary() throws Exception {
        assertThat(same(true, APP, with(0, "int used[3];")))
                .as("the size of a copied object")
                .isFalse();
        assertThat(same(true, APP, with(0, "const int used[2] = {1, 2};")))
                .as("its section")
                .isFalse();
        assertThat(same(true, APP, with(0, "int used[2] __attribute__((aligned(64))) = {1};")))
                .as("its alignment")
                .isFalse();
        assertThat(same(true, APP, and("extern int again[] __attribute__((alias(\"used\")));")))
                .as("its aliases")
                .isFalse();
        assertThat(same(true, APP, with(1, "int callee(int x) { return x; }")))
                .as("a name")
                .isFalse();
        assertThat(same(true, APP, and("void maybe(void) {}")))
                .as("what was asked for weakly")
                .isFalse();
        assertThat(same(true, APP, and("void hook(void); void f(void) { hook(); }")))
                .as("what it asks for")
                .isFalse();
        assertThat(same(true, APP, and("__attribute__((weak)) void hook(void); void f(void) { if (hook) hook(); }")))
                .isFalse();
        assertThat(same(true, APP, and("void hook(void) {}")))
                .as("what both define")
                .isFalse();
        assertThat(same(
                        true,
                        TAKES_ADDRESS,
                        with(
                                1,
                                "static int f(int x) { return x; } static void *r(void) { return f; }"
                                        + " int call(int) __attribute__((ifunc(\"r\")));")))
                .as("IFUNC of an address that is fixed")
                .isFalse();
        assertThat(same(true, APP, LIBRARY)).as("nothing changed").isTrue();
    }

    @Test
    void sonamesVersionsAndNeedsAreSeen() throws Exception {
        Path old = library("old", true, LIBRARY);
        LinkScope scope = link(old, APP);
        Tool.write(folder, "map", "V1 { global: call; };");
        String map = "-Wl,--version-script=" + folder.resolve("map");
        String before = state(scope, old);
        assertThat(state(scope, library("soname", true, LIBRARY, "-Wl,-soname,libx.so.2")))
                .isNotEqualTo(before);
        assertThat(state(scope, library("versions", true, LIBRARY, map))).isNotEqualTo(before);
        assertThat(state(scope, library("needs", true, LIBRARY, "-Wl,--no-as-needed", "-lm")))
                .isNotEqualTo(before);
        assertThat(state(scope, library("runpath", true, LIBRARY, "-Wl,-rpath,/x")))
                .isNotEqualTo(before);
    }

    @Test
    void membersThatAreNotTakenAreNotSeen() throws Exception {
        assertThat(same(false, APP, and("int extra(void) { return 1; }")))
                .as("another member")
                .isTrue();
        assertThat(same(false, APP, with(3, "int other(void) { return 9; }")))
                .as("a member that is not taken")
                .isTrue();
        assertThat(same(false, APP, with(1, "int call(int x) { return x + 2; }")))
                .as("one that is")
                .isFalse();
        List<String> twice = new ArrayList<>(List.of("int call(int x) { return 7; }"));
        twice.addAll(LIBRARY);
        assertThat(same(false, APP, twice)).as("an earlier definition").isFalse();
    }
}
