package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.Tool;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faces of libraries against the truth: where two are the same, the real linker must make the same product of both. */
class LinkOracleTest {

    private static final LinkCommand COMMAND =
            new LinkCommand("app", List.of("app.o", "-lx"), Set.of("_start", "_init", "_fini"), false);

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

    private record Linked(byte[] product, LinkScope scope) {}

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

    private Linked link(Path library, String app, String... options) throws Exception {
        // Always the same folder: the product must not differ by paths.
        Path home = Files.createDirectories(folder.resolve("link"));
        Files.deleteIfExists(home.resolve("libx.so"));
        Files.deleteIfExists(home.resolve("libx.a"));
        Files.copy(library, home.resolve(library.getFileName()));
        Tool.write(home, "app.c", app);
        String code = List.of(options).contains("-pie") ? "-fPIE" : "-fno-pie";
        Tool.run(home, "gcc", "-O1", code, "-c", "app.c");
        List<String> command = new ArrayList<>(List.of("gcc", "-o", "app", "app.o", "-L.", "-lx"));
        command.addAll(List.of(options));
        Tool.run(home, command.toArray(String[]::new));
        Path product = home.resolve("app");
        Optional<LinkScope> scope = MappedFile.read(product, bytes -> LinkScope.of(COMMAND, ElfFile.open(bytes)));
        LinkScope read = scope.orElseThrow();
        assertThat(LinkScope.parse(read.text()).text()).isEqualTo(read.text());
        return new Linked(Files.readAllBytes(product), read);
    }

    private static List<String> face(LinkScope scope, Path library) throws Exception {
        return MappedFile.read(library, bytes -> LibraryFace.of(scope, bytes)).orElseThrow();
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
        LinkScope scope = link(old, app, "-no-pie").scope();
        return face(scope, old).equals(face(scope, library("new", shared, now, options)));
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
        LinkScope scope = link(old, APP, "-no-pie").scope();
        Tool.write(folder, "map", "V1 { global: call; };");
        String map = "-Wl,--version-script=" + folder.resolve("map");
        List<String> before = face(scope, old);
        assertThat(face(scope, library("soname", true, LIBRARY, "-Wl,-soname,libx.so.2")))
                .isNotEqualTo(before);
        assertThat(face(scope, library("versions", true, LIBRARY, map))).isNotEqualTo(before);
        assertThat(face(scope, library("needs", true, LIBRARY, "-Wl,--no-as-needed", "-lm")))
                .isNotEqualTo(before);
        assertThat(face(scope, library("runpath", true, LIBRARY, "-Wl,-rpath,/x")))
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

    @Test
    void aStrippedProductTellsNothing() throws Exception {
        link(library("old", true, LIBRARY), APP, "-no-pie");
        Path product = folder.resolve("link/app");
        Tool.run(folder, "strip", product.toString());
        Optional<LinkScope> scope = MappedFile.read(product, bytes -> LinkScope.of(COMMAND, ElfFile.open(bytes)));
        assertThat(scope).isEmpty();
    }

    /** What it defines, and the text. */
    private static String[] mutation(Gen gen, int i) {
        int n = gen.below(3);
        return switch (gen.below(9)) {
            case 0 -> new String[] {"call", "int call(int x) { return x + " + i + "; }"};
            case 1 -> new String[] {"used", "int used[" + (1 + n) + "] = {1};"};
            case 2 -> new String[] {"idle", "int idle[" + (1 + gen.below(9)) + "];"};
            case 3 -> new String[] {"other", "int other(void) { extern int abs(int); return abs(" + i + "); }"};
            case 4 -> new String[] {"call", "__attribute__((weak)) int call(int x) { return x; }"};
            case 5 -> new String[] {"maybe", "void maybe(void) {}"};
            case 6 -> new String[] {"calls", "void hook(void); void calls(void) { hook(); }"};
            case 7 -> new String[] {"added" + n, "int added" + n + "(void) { return " + i + "; }"};
            default ->
                new String[] {"other", "__attribute__((visibility(\"protected\"))) int other(void) { return 4; }"};
        };
    }

    /** Random changes of a library, the product linked anew each time: equal faces must give equal bits. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void equalFacesGiveEqualProducts(boolean shared) throws Exception {
        int cases = Integer.getInteger("link.oracle.cases", 14);
        int kept = 0;
        int wasted = 0;
        for (int i = 0; i < cases; i++) {
            Gen gen = new Gen(4711 + i);
            List<String> now = new ArrayList<>(LIBRARY);
            for (int m = 0; m <= gen.below(2); m++) {
                String[] change = mutation(gen, i);
                now.removeIf(line -> line.matches(".*\\b" + change[0] + "[(\\[].*"));
                now.add(gen.below(now.size() + 1), change[1]);
            }
            String[] options = gen.oneIn(2) ? new String[] {"-no-pie"} : new String[] {"-pie"};
            String app = gen.oneIn(2) ? APP : TAKES_ADDRESS;
            Path old = library("old", shared, LIBRARY);
            Path changed = library("new", shared, now);
            Linked before = link(old, app, options);
            boolean sameFace = face(before.scope(), old).equals(face(before.scope(), changed));
            boolean sameBits = java.util.Arrays.equals(
                    before.product(), link(changed, app, options).product());
            if (sameFace) {
                kept++;
                assertThat(sameBits).as("case %d: %s", i, now).isTrue();
            } else if (sameBits) {
                wasted++;
            }
        }
        System.out.printf(
                "links of %s libraries: %d of %d faces equal, %d different for nothing%n",
                shared ? "shared" : "static", kept, cases, wasted);
        assertThat(kept).isPositive();
    }
}
