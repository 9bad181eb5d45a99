package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One row for each thing that a link sees, or does not; each is checked against what the linker really does. */
class LinkScopeTest {

    private static final String PROGRAM = """
            .globl _start
            .type _start,@function
            .size _start,1
            _start: call used@PLT
            movq data@GOTPCREL(%rip),%rax
            leaq copied(%rip),%rax
            movq thread@gottpoff(%rip),%rax
            .weak maybe
            movq maybe@GOTPCREL(%rip),%rax
            .globl offered
            .type offered,@function
            .size offered,1
            offered: ret
            """;

    private static final String LIBRARY = """
            func used 8
            func unused 8
            object data 8
            object copied 8
            tls thread 8
            """;

    @TempDir
    Path folder;

    private Linking linking;

    @BeforeEach
    void tools() {
        Skips.unlessInstalled("as", "ld", "ar", "gcc");
        linking = new Linking(folder);
    }

    /** Assembly for lines of a few words; other lines are taken as they stand. */
    private static String assembly(String lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines.split("[\n;]")) {
            String[] words = line.strip().split(" ");
            text.append(
                    switch (words[0]) {
                        case "func" -> define(".text", words, "@function");
                        case "ifunc" -> define(".text", words, "@gnu_indirect_function");
                        case "object" -> define(".data", words, "@object");
                        case "zeroed" -> define(".bss", words, "@object");
                        case "constant" -> define(".section .rodata", words, "@object");
                        case "tls" -> define(".section .tdata,\"awT\",@progbits", words, "@tls_object");
                        case "asks" -> ".text\ncall " + words[1] + "@PLT\n";
                        case "weakly" -> ".weak " + words[1] + "\n.text\ncall " + words[1] + "@PLT\n";
                        default -> line + "\n";
                    });
        }
        return text.toString();
    }

    private static String define(String section, String[] words, String type) {
        String bytes = section.equals(".bss") ? ".zero 64" : ".fill 64,1,0x90";
        return "%s\n.globl %s\n.type %s,%s\n.size %s,%s\n.balign 64\n%s: %s\n"
                .formatted(section, words[1], words[1], type, words[1], words[2], words[1], bytes);
    }

    private void library(String lines, String... options) throws Exception {
        assertThat(linking.assemble("l", assembly(lines))).isTrue();
        List<String> command = new ArrayList<>(List.of("ld", "-shared", "l.o", "-o", "l.so", "--hash-style=sysv"));
        command.addAll(List.of(options));
        if (!command.contains("-soname")) {
            command.addAll(List.of("-soname", "libl.so"));
        }
        assertThat(linking.run(command)).isZero();
    }

    private static List<String> command(String... more) {
        List<String> command = new ArrayList<>(
                List.of("ld", "-pie", "-dynamic-linker", "/lib/ld.so", "--export-dynamic", "-o", "product", "main.o"));
        command.addAll(List.of(more));
        return command;
    }

    /**
     * Whether the state changed, after asking the linker whether the product did.
     *
     * @param matters true or false for the product and the state alike; maybe where the state is finer
     */
    private void judge(List<String> command, String file, LinkScope scope, Cursor was, String matters)
            throws Exception {
        if (matters.equals("maybe")) {
            assertThat(scope.difference(was, linking.cursor(file))).isPresent();
        } else {
            judge(command, file, scope, was, Boolean.parseBoolean(matters));
        }
    }

    private void judge(List<String> command, String file, LinkScope scope, Cursor was, boolean matters)
            throws Exception {
        byte[] product = linking.bytes("product");
        Files.delete(folder.resolve("product"));
        int code = linking.run(command);
        assertThat(code != 0 || !Arrays.equals(product, linking.bytes("product")))
                .as("the product differs")
                .isEqualTo(matters);
        Optional<String> difference = scope.difference(was, linking.cursor(file));
        assertThat(difference.isPresent()).as("%s", difference).isEqualTo(matters);
        assertThat(scope.state(linking.cursor(file)).equals(scope.state(was))).isNotEqualTo(matters);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                func used 8     | func used 48                     | false
                func used 8     | ifunc used 8                     | false
                func used 8     | .weak used; func used 8          | false
                func used 8     | .nops 99; func used 8            | false
                func used 8     | func gone 8                      | true
                func used 8     | object used 8                    | true
                func unused 8   | func unused 48                   | false
                func unused 8   | func other 8                     | false
                func unused 8   | func unused 8; func other 8      | false
                func unused 8   | object unused 8                  | false
                func unused 8   | func unused 8; func maybe 8      | true
                func unused 8   | func unused 8; asks nobody       | true
                func unused 8   | func unused 8; func etext 8      | true
                func unused 8   | func unused 8; weakly nobody     | maybe
                object data 8   | object data 16                   | maybe
                object data 8   | zeroed data 8                    | maybe
                object data 8   | tls data 8                       | true
                object copied 8 | object copied 16                 | true
                object copied 8 | constant copied 8                | true
                object copied 8 | .protected copied; object copied 8 | maybe
                object copied 8 | object copied 8; .globl alias; .set alias,copied; .type alias,@object | maybe
                object copied 8 | object copied 8; .weak alias; .set alias,copied; .type alias,@object; .size alias,8 | true
                tls thread 8    | tls thread 16                    | maybe
                tls thread 8    | tls other 8; tls thread 8        | maybe
                """)
    void symbolsOfASharedLibrary(String was, String now, String matters) throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        library(LIBRARY.replace(was, now));
        judge(command, "l.so", scope, before, matters);
    }

    @ParameterizedTest
    @CsvSource({
        "-soname libl.so.2, true",
        "--version-script=all.map, true",
        "--version-script=hidden.map, true",
        "-z now, false",
        "-rpath /opt, maybe",
        "--no-as-needed other.so, maybe",
        "-z nodelete, false",
        "--hash-style=both, maybe"
    })
    void theLibraryAsAWhole(String options, String matters) throws Exception {
        Files.writeString(folder.resolve("all.map"), "V1 { global: *; };");
        Files.writeString(folder.resolve("hidden.map"), "{ local: data; };");
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library("func another 8", "-soname", "other.so");
        Files.move(folder.resolve("l.so"), folder.resolve("other.so"));
        library(LIBRARY);
        List<String> command = command("-rpath-link", ".", "l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        library(LIBRARY, options.split(" "));
        if (matters.equals("maybe")) {
            scope.difference(before, linking.cursor("l.so"));
        } else {
            judge(command, "l.so", scope, before, Boolean.parseBoolean(matters));
        }
    }

    /** What a link sees and a product is bound by; where it is bound alike, a new link binds it alike indeed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                object data 8   | object data 16                   | true
                object data 8   | zeroed data 8                    | true
                object data 8   | .weak data; object data 8        | true
                object data 8   | .weak data; .globl other; .set other,data; .type other,@object; object data 8 | false
                object data 8   | object data 8; .globl other; .set other,data; .type other,@object | false
                object data 8   | .protected data; object data 8   | false
                object data 8   | tls data 8                       | false
                object data 8   | func data 8                      | false
                object data 8   | object gone 8                    | false
                object copied 8 | object copied 16                 | false
                object copied 8 | zeroed copied 8                  | false
                object copied 8 | .weak copied; object copied 8    | false
                tls thread 8    | tls thread 16                    | true
                tls thread 8    | tls other 8; tls thread 8        | false
                object _ZTV1c 8 | object _ZTV1c 16                 | false
                func used 8     | ifunc used 8                     | true
                func unused 8   | func unused 8; func maybe 8      | false
                func unused 8   | func unused 8; weakly offered    | false
                func unused 8   | func unused 8; asks nobody       | false
                """)
    void whatAProductIsBoundBy(String was, String now, boolean alike) throws Exception {
        assertThat(linking.assemble("main", PROGRAM + "movq _ZTV1c@GOTPCREL(%rip),%rax\n"))
                .isTrue();
        library(LIBRARY + "object _ZTV1c 8");
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        List<String> binding = ProductBinding.of(linking.cursor("product"));
        library((LIBRARY + "object _ZTV1c 8").replace(was, now));
        assertThat(scope.bindsOtherwise(before, linking.cursor("l.so")).isEmpty())
                .isEqualTo(alike);
        if (alike) {
            assertThat(linking.run(command)).isZero();
            assertThat(ProductBinding.of(linking.cursor("product"))).isEqualTo(binding);
        }
    }

    /** Where the linker's table grows the product is another one, and bound alike; not where objects are gone. */
    @Test
    void inAnotherOrderAProductIsBoundAlike() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY + names(2000));
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        Cursor product = linking.cursor("product");
        library(LIBRARY + names(4000));
        Cursor more = linking.cursor("l.so");
        assertThat(scope.state(before)).isNotEqualTo(scope.state(more));
        assertThat(scope.bindsOtherwise(before, more)).isEmpty();
        assertThat(linking.run(command)).isZero();
        assertThat(linking.bytes("product")).isNotEqualTo(product.bytesAt(0, product.size()));
        assertThat(ProductBinding.of(linking.cursor("product"))).isEqualTo(ProductBinding.of(product));
        LinkScope objectsGone = LinkScope.parse(scope.text().replace("objects known", "objects gone"));
        assertThat(objectsGone.bindsOtherwise(before, more)).isPresent();
        assertThat(objectsGone.bindsOtherwise(more, before)).isEmpty();
        assertThatThrownBy(() -> LinkScope.ofUnseenProduct().bindsOtherwise(before, before))
                .isInstanceOf(FormatException.class);
    }

    /** Versions that only who asks for them gets may come; the one that others get may not. */
    @ParameterizedTest
    @CsvSource({"older, true", "newer, false", "hidden, false"})
    void versionsOfAName(String change, boolean alike) throws Exception {
        Files.writeString(folder.resolve("two.map"), "V1 { }; V2 { used; data; };");
        String rest = LIBRARY.replace("func used 8\n", "");
        String older = "func first 8; .symver first,used@V1,remove; ";
        String newer = "func second 8; .symver second,used@@V2,remove; ";
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        String now = switch (change) {
            case "older" -> {
                library(newer + rest, "--version-script=two.map");
                yield newer + older + rest;
            }
            case "newer" -> {
                library(older.replace("@V1", "@@V1") + rest, "--version-script=two.map");
                yield newer + older + rest;
            }
            default -> {
                library(newer + older + rest, "--version-script=two.map");
                yield newer.replace("@@", "@") + older.replace("@V1", "@@V1") + rest;
            }
        };
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        List<String> binding = ProductBinding.of(linking.cursor("product"));
        library(now, "--version-script=two.map");
        assertThat(scope.state(before)).isNotEqualTo(scope.state(linking.cursor("l.so")));
        assertThat(scope.bindsOtherwise(before, linking.cursor("l.so")).isEmpty())
                .isEqualTo(alike);
        assertThat(linking.run(command)).isZero();
        assertThat(ProductBinding.of(linking.cursor("product")).equals(binding)).isEqualTo(alike);
        if (alike) {
            // What is there for who asks for it may not go.
            assertThat(scope.bindsOtherwise(linking.cursor("l.so"), before)).isPresent();
        }
    }

    /** The program exports what a library asks for. */
    @Test
    void aReferenceThatTheProgramNowSatisfies() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY);
        List<String> command = new ArrayList<>(command("l.so"));
        command.remove("--export-dynamic");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        library(LIBRARY + "weakly offered");
        judge(command, "l.so", scope, before, true);
        assertThat(scope.difference(before, linking.cursor("l.so"))).contains("now also asks for offered");
    }

    /** A library that has one gives the product a symbol that it did not have. */
    @ParameterizedTest
    @ValueSource(strings = {"etext", "end", "__executable_start", "__start_place", "__stop_place"})
    void namesThatTheLinkerMakes(String name) throws Exception {
        assertThat(linking.assemble("main", PROGRAM + ".section place,\"aw\"\n.quad 1\n"))
                .isTrue();
        library(LIBRARY);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        library(LIBRARY + "object " + name + " 8");
        judge(command, "l.so", scope, before, true);
        library(LIBRARY + "weakly " + name);
        assertThat(scope.difference(before, linking.cursor("l.so"))).isPresent();
    }

    /** Of versions that are settled, what is asked for is there if the version is. */
    @ParameterizedTest
    @CsvSource({"fresh, GLIBC_2.7, false", "plain, OTHER_1, maybe", "later, GLIBC_2.9, true", "gone, OTHER_1, true"})
    void whatALibraryAsksForOfAVersion(String name, String version, String matters) throws Exception {
        Files.writeString(folder.resolve("y.map"), "GLIBC_2.5 { old; }; GLIBC_2.7 { fresh; }; OTHER_1 { plain; };");
        library("func old 8; func fresh 8; func plain 8", "-soname", "libm.so.6", "--version-script=y.map");
        Files.move(folder.resolve("l.so"), folder.resolve("libm.so.6"));
        Files.writeString(folder.resolve("z.map"), version + " { " + name + "; }; GLIBC_2.5 { old; };");
        library("func old 8; func " + name + " 8", "-soname", "libm.so.6", "--version-script=z.map");
        Files.move(folder.resolve("l.so"), folder.resolve("z.so"));
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY + "asks old", "libm.so.6");
        List<String> command = command("-rpath-link", ".", "l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope =
                linking.scope(command, "product", List.of("l.so", "libm.so.6")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        library(LIBRARY + "asks old; asks " + name, "z.so");
        judge(command, "l.so", scope, before, matters);
    }

    /** Where the linker's table grows, symbols that nobody uses change the order of those that are used. */
    @ParameterizedTest
    @CsvSource({
        "16, plain, 2400, 2480, false",
        "16, plain, 2000, 3100, true",
        "16, plain, 3000, 3080, true",
        "16, plain, 3040, 3140, true",
        "16, plain, 4400, 4500, false",
        "16, plain, 6100, 6180, true",
        // Of so many, some share a slot; the objects brought them in before the table grew.
        "800, plain, 3700, 3760, false",
        "800, plain, 3700, 5400, true",
        // The library brings in those with versions, and their order depends on when the table grew.
        "500, versioned, 1600, 2530, true",
        // One that is used has no order in the library; the program's own have one in the table.
        "1, plain, 2000, 2040, false",
        "1, plain, 2000, 3030, true"
    })
    void theNumberOfNames(int used, String kind, int was, int now, boolean matters) throws Exception {
        Files.writeString(folder.resolve("used.map"), "V1 { u*; };");
        StringBuilder program = new StringBuilder(".globl _start\n.type _start,@function\n_start:\n");
        StringBuilder library = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            program.append(".globl p%d\n.type p%d,@function\np%d: ret\n".replace("%d", Integer.toString(i)));
        }
        for (int i = 0; i < used; i++) {
            program.append("call u").append(i).append("@PLT\n");
            library.append("func u").append(i).append(" 8\n");
        }
        String[] options = kind.equals("plain") ? new String[0] : new String[] {"--version-script=used.map"};
        assertThat(linking.assemble("main", program.toString())).isTrue();
        library(library + names(was), options);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        library(library + names(now), options);
        judge(command, "l.so", scope, before, matters);
    }

    /** A linker with a table of another size is told by the order in which it wrote the product's symbols. */
    @Test
    void aLinkerWithAnotherTable() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        assertThat(linking.scope(command, "product", List.of("l.so"))
                        .orElseThrow()
                        .cell("libl.so"))
                .isPositive();
        List<String> other = new ArrayList<>(command);
        other.add("--hash-size=9001");
        assertThat(linking.run(other)).isZero();
        assertThat(linking.scope(command, "product", List.of("l.so"))
                        .orElseThrow()
                        .cell("libl.so"))
                .isZero();
    }

    /** What an object asks for weakly stands in a library that is made of it, and not in a program. */
    @ParameterizedTest
    @CsvSource({"-pie, true", "-no-pie, true", "-shared, false"})
    void anObjectThatIsGone(String kind, boolean allCount) throws Exception {
        String program = ".data\n.weak maybe\n.quad maybe\n.text\n.globl _start, a, b, c, d\n_start: call used@PLT\n"
                + "a: ret\nb: ret\nc: ret\nd: ret\n";
        assertThat(linking.assemble("main", program)).isTrue();
        library(LIBRARY);
        List<String> command = List.of("ld", kind, "-dynamic-linker", "/lib/ld.so", "-o", "product", "main.o", "l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = LinkScope.of(
                        LinkCommand.of(command).orElseThrow(),
                        ElfFile.open(linking.cursor("product")),
                        List.of(LinkInput.goneObject()),
                        List.of(LinkInput.read(linking.cursor("l.so"))))
                .orElseThrow();
        assertThat(scope.cell("libl.so") == 0).isEqualTo(allCount);
        Cursor before = linking.cursor("l.so");
        library(LIBRARY + "func maybe 8");
        judge(command, "l.so", scope, before, true);
    }

    /** A library's symbols are in the order of its own hash table, and so are their names in the product. */
    @Test
    void theOrderOfWhatIsUsed() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY, "--hash-style=gnu");
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        assertThat(scope.cell("libl.so")).isPositive();
        Cursor before = linking.cursor("l.so");
        library(LIBRARY + names(60), "--hash-style=gnu");
        judge(command, "l.so", scope, before, true);
    }

    private static String names(int count) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            names.append(".globl z").append(i).append("\n.set z").append(i).append(",1\n");
        }
        return names.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                func taken 8 | func spare 8 | func taken 8 | func spare 48               | false
                func taken 8 | func spare 8 | func taken 8 | func spare 8; func other 8  | false
                func taken 8 | func spare 8 | func taken 8; .nops 9 | func spare 8       | true
                func taken 8 | func spare 8 | func spare 8 | func taken 8                | false
                func taken 8 | func spare 8 | func taken 8 | func spare 8; func maybe 8  | maybe
                func taken 8 | func taken 8; .nops 5 | func taken 8; .nops 5 | func taken 8 | true
                func taken 8 | func spare 8 | func gone 8  | func spare 8                | true
                func taken 8 | func spare 8 | func taken 8 | func wanted 8               | true
                """)
    void membersOfAnArchive(String first, String second, String firstNow, String secondNow, String matters)
            throws Exception {
        assertThat(linking.assemble("main", ".globl _start\n_start: call taken@PLT\n.weak maybe\ncall maybe@PLT\n"))
                .isTrue();
        library("weakly nothing; asks wanted");
        archive(first, second);
        List<String> command = command("--allow-shlib-undefined", "l.so", "l.a");
        assertThat(linking.run(command)).isZero();
        LinkScope scope =
                linking.scope(command, "product", List.of("l.so", "l.a")).orElseThrow();
        Cursor before = linking.cursor("l.a");
        archive(firstNow, secondNow);
        judge(command, "l.a", scope, before, matters);
    }

    private void archive(String... members) throws Exception {
        Files.deleteIfExists(folder.resolve("l.a"));
        for (String member : members) {
            String file = "m" + member.replaceAll("\\W", "") + ".o";
            assertThat(linking.assemble("m", assembly(member))).isTrue();
            Files.move(folder.resolve("m.o"), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            assertThat(linking.run("ar", "qcsD", "l.a", file)).isTrue();
        }
    }

    @Test
    void archivesThatAreSeenAsAWholeHaveNoState() throws Exception {
        assertThat(linking.assemble("main", ".globl _start\n_start: call taken@PLT\n"))
                .isTrue();
        archive("func taken 8");
        List<String> command = command("--whole-archive", "l.a");
        assertThat(linking.run(command)).isZero();
        LinkScope whole = linking.scope(command, "product", List.of("l.a")).orElseThrow();
        assertThatThrownBy(() -> whole.state(linking.cursor("l.a"))).isInstanceOf(FormatException.class);
        List<String> plain = command("l.a");
        LinkScope scope = linking.scope(plain, "product", List.of("l.a")).orElseThrow();
        assertThat(linking.run("ar", "rcTD", "thin.a", "mfunctaken8.o")).isTrue();
        assertThat(linking.run("ar", "qcSD", "bare.a", "mfunctaken8.o")).isTrue();
        for (String file : List.of("thin.a", "bare.a", "main.s", "main.o")) {
            assertThatThrownBy(() -> scope.state(linking.cursor(file))).isInstanceOf(FormatException.class);
        }
    }

    /** A script may ask which names the link knows, and read inputs in another way. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/* a = b */ GROUP ( libx.so AS_NEEDED ( -lm ) ) | true",
                "{ global: taken; extern \"C++\" { \"f(int)\"; }; local: *; }; | true",
                "foo = DEFINED(plug) ? 1 : 2; | false",
                "ASSERT(!DEFINED(plug), \"plug\") | false",
                "PROVIDE (plug = 3); | false",
                "TARGET(binary) INPUT(l.so) | false",
                "INPUT(l.so) EXTERN(plug) | false"
            })
    void scriptsThatOnlyNameInputsTellNothing(String script, boolean told) throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        Files.writeString(folder.resolve("script"), script);
        assertThat(linking.scope(command, "product", List.of("l.so", "script")).isPresent())
                .isEqualTo(told);
    }

    @Test
    void productsThatDoNotTell() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        assertThat(linking.scope(command, "product", List.of("l.so"))).isPresent();
        assertThat(linking.run("strip", "product")).isTrue();
        assertThat(linking.scope(command, "product", List.of("l.so"))).isEmpty();
    }

    @Test
    void linkTimeOptimisationSeesAll() throws Exception {
        Files.writeString(folder.resolve("one.c"), "int two(void); int main(void) { return two(); }");
        Files.writeString(folder.resolve("two.c"), "int two(void) { return 2; }");
        assertThat(linking.run("gcc", "-O2", "-flto", "-c", "one.c", "two.c")).isTrue();
        assertThat(linking.run("gcc", "-O2", "one.o", "two.o", "-o", "product")).isTrue();
        List<String> command = Linking.gcc("one.o", "two.o", "-o", "product");
        assertThat(linking.scope(command, "product", List.of("one.o", "two.o"))).isEmpty();
        assertThat(linking.run("gcc-ar", "rcsD", "two.a", "two.o")).isTrue();
        assertThat(linking.scope(command, "product", List.of("two.a"))).isEmpty();
    }

    @Test
    void textIsReadBack() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        assertThat(scope.text()).startsWith("link 3\narchives members\nobjects known\n");
        assertThat(LinkScope.parse(scope.text()).state(linking.cursor("l.so")))
                .isEqualTo(scope.state(linking.cursor("l.so")))
                .matches("[0-9a-f]{64}");
        // As scopes were written before it was told whether all objects were there.
        LinkScope older =
                LinkScope.parse(scope.text().replace("link 3\n", "link 2\n").replace("objects known\n", ""));
        assertThat(older.state(linking.cursor("l.so"))).isEqualTo(scope.state(linking.cursor("l.so")));
        assertThat(older.allAsked()).isFalse();
        for (String text :
                List.of("", "link 1\n", scope.text() + "x", scope.text().replace("cell ", "cell x"))) {
            assertThatThrownBy(() -> LinkScope.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void differencesArePutInWords() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        library(LIBRARY);
        List<String> command = command("l.so");
        assertThat(linking.run(command)).isZero();
        LinkScope scope = linking.scope(command, "product", List.of("l.so")).orElseThrow();
        Cursor before = linking.cursor("l.so");
        library(LIBRARY.replace("data 8", "data 16"));
        assertThat(scope.difference(before, linking.cursor("l.so"))).contains("data size 8 -> 16");
        library(LIBRARY + "func maybe 8");
        assertThat(scope.difference(before, linking.cursor("l.so"))).contains("now also defines maybe");
        library(LIBRARY.replace("func used 8", ""));
        assertThat(scope.difference(before, linking.cursor("l.so"))).contains("no longer defines used");
        library(LIBRARY, "-soname", "libl.so.2");
        assertThat(scope.difference(before, linking.cursor("l.so"))).contains("soname libl.so -> libl.so.2");
    }
}
