package dev.cutoff.abi.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.Tool;
import dev.cutoff.testing.Skips;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files made for the purpose by compilers, linkers and LLVM's code generators. */
class ElfFileTest {

    @TempDir
    Path folder;

    private static ElfFile open(Path file) throws Exception {
        return ElfFile.open(Cursor.copyOf(Files.readAllBytes(file), file.toString()));
    }

    private static Map<String, ElfSymbol> byName(List<ElfSymbol> symbols) {
        return symbols.stream().collect(Collectors.toMap(ElfSymbol::fullName, Function.identity()));
    }

    private Path gcc(String source, String... options) throws Exception {
        Skips.unlessInstalled("gcc");
        Tool.write(folder, "in.c", source);
        String[] command = new String[options.length + 4];
        command[0] = "gcc";
        System.arraycopy(options, 0, command, 1, options.length);
        System.arraycopy(new String[] {"in.c", "-o", "out"}, 0, command, options.length + 1, 3);
        Tool.run(folder, command);
        return folder.resolve("out");
    }

    private static final String LIBRARY = """
            int data[10]; int common; _Thread_local int tls = 1;
            void func(void) {}
            __attribute__((weak)) void weak(void) {}
            __attribute__((visibility("hidden"))) void hidden(void) {}
            __attribute__((visibility("protected"))) void guarded(void) {}
            static void *choose(void) { return func; }
            void chosen(void) __attribute__((ifunc("choose")));
            extern void missing(void); extern void maybe(void) __attribute__((weak));
            void old1(void) {} void new1(void) {}
            __asm__(".symver old1,api@V1"); __asm__(".symver new1,api@@V2");
            void use(void) { missing(); if (maybe) maybe(); hidden(); }
            """;

    private Path library(String... more) throws Exception {
        Tool.write(folder, "map", "V1 { global: func; data; }; V2 { global: *; } V1;");
        String[] options = {
            "-shared",
            "-fPIC",
            "-Wl,--no-as-needed",
            "-Wl,-soname,libx.so.3",
            "-Wl,--version-script=map",
            "-Wl,-rpath,/a:/b"
        };
        String[] all = Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return gcc(LIBRARY, all);
    }

    @Test
    void whatALibraryOffersAndAsksFor() throws Exception {
        ElfFile elf = open(library("-Wl,-Bsymbolic"));
        assertThat(elf.header().type()).isEqualTo(ElfType.SHARED);
        Dynamic dynamic = elf.dynamic();
        assertThat(dynamic.soname()).isEqualTo("libx.so.3");
        assertThat(dynamic.needed()).contains("libc.so.6");
        assertThat(dynamic.runpath() == null ? dynamic.rpath() : dynamic.runpath())
                .isEqualTo("/a:/b");
        assertThat(dynamic.symbolic()).isTrue();
        Map<String, ElfSymbol> exported = byName(elf.exported());
        assertThat(exported).doesNotContainKey("hidden@@V2").containsKeys("func@@V1", "weak@@V2", "api@V1", "api@@V2");
        assertThat(exported.get("data@@V1").size()).isEqualTo(40);
        assertThat(exported.get("data@@V1").kind()).isEqualTo(SymbolKind.OBJECT);
        assertThat(exported.get("tls@@V2").kind()).isEqualTo(SymbolKind.TLS);
        assertThat(exported.get("chosen@@V2").kind()).isEqualTo(SymbolKind.IFUNC);
        assertThat(exported.get("weak@@V2").binding()).isEqualTo(Binding.WEAK);
        assertThat(exported.get("guarded@@V2").visibility()).isEqualTo(Visibility.PROTECTED);
        assertThat(exported.get("api@V1").version()).isEqualTo(new SymbolVersion("V1", false, null));
        Map<String, ElfSymbol> undefined = byName(elf.undefined());
        assertThat(undefined).containsKeys("missing", "maybe");
        assertThat(undefined.get("maybe").binding()).isEqualTo(Binding.WEAK);
        assertThat(elf.definedVersions()).containsExactlyInAnyOrder("V1", "V2");
        References references = elf.references();
        assertThat(references.complete()).isTrue();
        assertThat(references.of(undefined.get("missing"))).containsExactly(RelocationUse.SLOT);
        assertThat(elf.linkTimeCode()).isEqualTo(new LinkTimeCode(LinkTimeCode.Compiler.NONE, false));
    }

    @Test
    void theFileThatAVersionIsAskedOf() throws Exception {
        ElfFile elf = open(gcc("#include <stdio.h>\nint main(void) { return puts(\"\"); }"));
        ElfSymbol puts = elf.undefined().stream()
                .filter(s -> s.name().equals("puts"))
                .findFirst()
                .orElseThrow();
        assertThat(puts.version()).isNotNull();
        assertThat(puts.version().file()).isEqualTo("libc.so.6");
        assertThat(puts.version().isDefault()).isFalse();
        assertThat(elf.neededVersions())
                .anyMatch(v -> v.file().equals("libc.so.6")
                        && v.name().equals(puts.version().name()));
        assertThat(elf.interpreter()).contains("ld-linux");
        assertThat(elf.dynamic().positionIndependentExecutable()).isTrue();
    }

    @Test
    void withoutSectionHeadersTheDynamicSegmentTellsTheSame() throws Exception {
        for (String style : new String[] {"-Wl,--hash-style=gnu", "-Wl,--hash-style=sysv"}) {
            Path file = library(style);
            ElfFile whole = open(file);
            byte[] stripped = Files.readAllBytes(file);
            Arrays.fill(stripped, 40, 48, (byte) 0); // e_shoff
            Arrays.fill(stripped, 60, 64, (byte) 0); // e_shnum, e_shstrndx
            ElfFile bare = ElfFile.open(Cursor.copyOf(stripped, "stripped"));
            assertThat(bare.sections()).isEmpty();
            assertThat(bare.dynamic()).isEqualTo(whole.dynamic());
            assertThat(bare.dynamicSymbols()).isEqualTo(whole.dynamicSymbols());
            assertThat(bare.references()).isEqualTo(whole.references());
            assertThat(bare.neededVersions()).isEqualTo(whole.neededVersions());
        }
    }

    @Test
    void programsThatCopyDataAndFixAddresses() throws Exception {
        String program = """
                #include <stdio.h>
                void (*volatile keep)(void);
                extern char **environ; extern int atexit(void (*)(void)); extern void abort(void);
                int main(void) { keep = abort; return environ[0][0] + puts("x"); }
                """;
        ElfFile elf = open(gcc(program, "-no-pie", "-fno-pie", "-O1"));
        assertThat(elf.header().type()).isEqualTo(ElfType.EXECUTABLE);
        // The relocation names one of the names of the object, the code may use another.
        assertThat(elf.copied()).extracting(ElfSymbol::name).contains("environ", "__environ");
        assertThat(elf.copied())
                .allMatch(s -> s.size() == 8 && s.defined() && !s.version().isDefault());
        assertThat(elf.fixedAddresses()).extracting(ElfSymbol::name).containsExactly("abort");
        ElfFile independent = open(gcc(program, "-pie", "-fPIE", "-O1"));
        assertThat(independent.fixedAddresses()).isEmpty();
        assertThat(independent.references().complete()).isTrue();
    }

    @Test
    void anObjectOffersHiddenSymbolsToItsProgram() throws Exception {
        ElfFile elf = open(
                gcc("__attribute__((visibility(\"hidden\"))) int h; static int s; int *f(void) { return &s; }", "-c"));
        assertThat(elf.exported()).extracting(ElfSymbol::name).containsExactlyInAnyOrder("h", "f");
    }

    @Test
    void bitcodeWithoutAnObjectAroundIt() throws Exception {
        Skips.unlessInstalled("llvm-as");
        Tool.write(folder, "x.ll", "define void @f() { ret void }");
        Tool.run(folder, "llvm-as", "x.ll", "-o", "x.o");
        assertThat(FileKind.of(Cursor.copyOf(Files.readAllBytes(folder.resolve("x.o")), "x.o")))
                .isEqualTo(FileKind.BITCODE);
    }

    @Test
    void relocationsOfObjects() throws Exception {
        String source = """
                extern int data; extern void called(void); extern void taken(void); extern _Thread_local int tls;
                void (*pointer)(void); extern int unused;
                int f(void) { called(); pointer = taken; return data + tls; }
                """;
        ElfFile plain = open(gcc(source, "-c", "-O1", "-g", "-fno-pic", "-mcmodel=small"));
        Map<String, ElfSymbol> symbols = byName(plain.undefined());
        assertThat(symbols).doesNotContainKey("unused");
        References uses = plain.references();
        assertThat(uses.complete()).isTrue();
        assertThat(uses.of(symbols.get("called"))).containsAnyOf(RelocationUse.CALL, RelocationUse.ADDRESS);
        assertThat(uses.of(symbols.get("taken"))).containsExactly(RelocationUse.ADDRESS);
        assertThat(uses.of(symbols.get("data"))).containsExactly(RelocationUse.ADDRESS);
        assertThat(uses.of(symbols.get("tls"))).containsExactly(RelocationUse.THREAD);
        ElfFile independent = open(gcc(source, "-c", "-O1", "-fPIC"));
        assertThat(independent.references().of(byName(independent.undefined()).get("taken")))
                .containsExactly(RelocationUse.GOT);
    }

    /** The same code by LLVM for machines of both widths and byte orders. */
    @ParameterizedTest
    @CsvSource({
        "x86_64-linux-gnu, 62, true", "i686-linux-gnu, 3, true", "aarch64-linux-gnu, 183, true",
        "aarch64_be-linux-gnu, 183, true", "armv7-linux-gnueabi, 40, true", "armebv7-linux-gnueabi, 40, true",
        "powerpc64-linux-gnu, 21, true", "powerpc64le-linux-gnu, 21, true", "s390x-linux-gnu, 22, true",
        "riscv64-linux-gnu, 243, true", "riscv32-linux-gnu, 243, true", "mips-linux-gnu, 8, false",
        "mips64el-linux-gnuabi64, 8, false", "powerpc-linux-gnu, 20, false", "sparcv9-linux-gnu, 43, false"
    })
    void objectsOfOtherMachines(String target, int machine, boolean known) throws Exception {
        Skips.unlessInstalled("llc", "llvm-readelf");
        Path source = Tool.write(folder, "in.ll", """
                @data = external global i32
                @mine = global [3 x i32] [i32 1, i32 2, i32 3]
                @pointer = global void ()* @taken
                declare void @called()
                declare void @taken()
                define weak i32 @f() { call void @called()
                  %v = load i32, i32* @data
                  ret i32 %v }
                """);
        Tool.run(
                folder,
                "llc",
                "-mtriple=" + target,
                "-filetype=obj",
                "-relocation-model=static",
                "-o",
                "o",
                source.toString());
        ElfFile elf = open(folder.resolve("o"));
        assertThat(elf.header().machine()).isEqualTo(machine);
        List<String> expected = Readelf.symbols(
                Tool.lines("llvm-readelf", "-W", "-s", folder.resolve("o").toString()), ".symtab");
        assertThat(elf.symbols().stream().map(Readelf::line)).isNotEmpty().containsExactlyElementsOf(expected);
        Map<String, ElfSymbol> symbols =
                byName(elf.symbols().stream().filter(ElfSymbol::global).toList());
        assertThat(symbols.get("mine").size()).isEqualTo(12);
        References uses = elf.references();
        if (known) {
            assertThat(uses.complete()).as(uses.unknown().toString()).isTrue();
            assertThat(uses.of(symbols.get("taken"))).containsExactly(RelocationUse.ADDRESS);
            assertThat(uses.of(symbols.get("data"))).containsAnyOf(RelocationUse.ADDRESS, RelocationUse.GOT);
            assertThat(uses.of(symbols.get("called"))).containsAnyOf(RelocationUse.CALL, RelocationUse.ADDRESS);
        } else {
            assertThat(uses.complete()).isFalse();
            assertThat(uses.unknown()).containsExactly("machine " + machine);
        }
    }

    @Test
    void moreSectionsThanSixteenBitsCount() throws Exception {
        Skips.unlessInstalled("as", "readelf");
        StringBuilder assembly = new StringBuilder();
        for (int i = 0; i < 70_000; i++) {
            assembly.append(".section .s")
                    .append(i)
                    .append(",\"a\"\n.globl g")
                    .append(i)
                    .append("\ng")
                    .append(i)
                    .append(": .byte 1\n");
        }
        Tool.write(folder, "many.s", assembly.toString());
        Tool.run(folder, "as", "-o", "many.o", "many.s");
        ElfFile elf = open(folder.resolve("many.o"));
        assertThat(elf.sections()).hasSizeGreaterThan(70_000);
        Map<String, ElfSymbol> symbols = byName(elf.exported());
        for (int i : new int[] {0, 65_000, 65_280, 65_300, 69_999}) {
            ElfSymbol symbol = symbols.get("g" + i);
            assertThat(elf.sections().get(symbol.section()).name()).isEqualTo(".s" + i);
        }
    }

    @Test
    void intermediateCodeAndCompressedSectionsAreSeen() throws Exception {
        String source = "int f(int a) { return a + 1; }";
        assertThat(open(gcc(source, "-c", "-flto", "-fno-fat-lto-objects")).linkTimeCode())
                .isEqualTo(new LinkTimeCode(LinkTimeCode.Compiler.GCC, true));
        assertThat(open(gcc(source, "-c", "-flto", "-ffat-lto-objects")).linkTimeCode())
                .isEqualTo(new LinkTimeCode(LinkTimeCode.Compiler.GCC, false));
        ElfFile compressed = open(gcc(source.repeat(1) + "\n/* */", "-c", "-g3", "-gz=zlib"));
        assertThat(compressed.sections()).anyMatch(s -> s.name().startsWith(".debug_") && s.compressed());
    }

    @Test
    void separateDebugInformationHasNoDynamicPart() throws Exception {
        Skips.unlessInstalled("objcopy");
        Path file = library("-g");
        Tool.run(folder, "objcopy", "--only-keep-debug", file.toString(), "only.debug");
        ElfFile elf = open(folder.resolve("only.debug"));
        assertThat(elf.dynamic().present()).isFalse();
        assertThat(elf.dynamicSymbols()).isEmpty();
        assertThat(elf.symbols()).isNotEmpty();
    }

    /** A header of 32 bits in big-endian order, byte by byte. */
    @Test
    void aHeaderAssembledByHand() throws FormatException {
        byte[] bytes = new byte[52];
        byte[] ident = {0x7f, 'E', 'L', 'F', 1, 2, 1};
        System.arraycopy(ident, 0, bytes, 0, ident.length);
        bytes[17] = 2;
        bytes[19] = 20;
        bytes[23] = 1;
        ElfFile elf = ElfFile.open(Cursor.copyOf(bytes, "hand"));
        assertThat(elf.header()).isEqualTo(new ElfHeader(false, ByteOrder.BIG_ENDIAN, 0, ElfType.EXECUTABLE, 20, 0));
        assertThat(elf.sections()).isEmpty();
        assertThat(elf.dynamic().present()).isFalse();
        assertThat(elf.references().complete()).isFalse();
        bytes[4] = 3;
        assertThatThrownBy(() -> ElfFile.open(Cursor.copyOf(bytes, "hand")))
                .hasMessage("hand: has an unknown ELF class or byte order: 3, 2 (offset 4)");
    }

    @Test
    void namesDoNotAddUpToMoreThanTheFileHolds() throws Exception {
        // One long string without an end, and every symbol names it from another place.
        Path file = gcc("int a, b, c;", "-c");
        byte[] bytes = Files.readAllBytes(file);
        ElfFile elf = ElfFile.open(Cursor.copyOf(bytes, "x"));
        StringTable names = new StringTable(Cursor.copyOf(longString(100_000), "names"), 1000);
        long[] total = {0};
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        total[0] += names.at(i).length();
                    }
                })
                .isInstanceOf(FormatException.class);
        assertThat(total[0]).isLessThan(16 * 100_000 + 256 * 1000 + 1);
        assertThat(elf.symbols()).isNotEmpty();
    }

    private static byte[] longString(int length) {
        byte[] text = new byte[length];
        Arrays.fill(text, 0, length - 1, (byte) 'a');
        return text;
    }

    @Test
    void relocationTypesHaveTheNumbersOfLlvmsTables() throws Exception {
        Path tables = Path.of("/usr/include/llvm-14/llvm/BinaryFormat/ELFRelocs");
        Skips.unless(Files.isDirectory(tables), "no headers of llvm-14");
        Map<String, Integer> machines = new TreeMap<>(Map.of(
                "x86_64", 62, "i386", 3, "AArch64", 183, "ARM", 40, "PowerPC64", 21, "SystemZ", 22, "RISCV", 243));
        for (Map.Entry<String, Integer> machine : machines.entrySet()) {
            RelocationTypes types = RelocationTypes.of(machine.getValue(), true);
            var pattern = java.util.regex.Pattern.compile("ELF_RELOC\\(R_(?:X86_64|[A-Z0-9]+)_(\\w+),\\s*(\\w+)\\)");
            var matcher = pattern.matcher(Files.readString(tables.resolve(machine.getKey() + ".def")));
            int seen = 0;
            while (matcher.find()) {
                String name = matcher.group(1);
                if (name.startsWith("P32_")) {
                    continue;
                }
                seen++;
                RelocationUse use = types.use(Integer.decode(matcher.group(2)));
                String where = machine.getKey() + " " + matcher.group();
                if (name.equals("COPY")) {
                    assertThat(use).as(where).isEqualTo(RelocationUse.COPY);
                } else if (name.equals("GLOB_DAT") || name.matches("JU?MP_SLOT")) {
                    assertThat(use).as(where).isEqualTo(RelocationUse.SLOT);
                } else if (name.matches(".*(TLS|TPREL|TPOFF|DTPMOD).*")) {
                    assertThat(use).as(where).isEqualTo(RelocationUse.THREAD);
                } else if (name.matches("NONE|RELATIVE|IRELATIVE")) {
                    assertThat(use).as(where).isEqualTo(RelocationUse.NONE);
                } else if (name.matches("GOT(PCREL|32|64|ENT|_HI20|_PREL|16).*")) {
                    assertThat(use).as(where).isEqualTo(RelocationUse.GOT);
                } else if (name.matches("(PLT32|PLT32DBL|CALL|CALL26|JUMP26|CALL_PLT|REL24|JUMP24|THM_CALL)")) {
                    assertThat(use).as(where).isEqualTo(RelocationUse.CALL);
                } else if (name.matches(
                        "(ABS|ADDR|MOVW_[US]ABS|MOV[WT]_ABS|PC(?!24$)\\d|PREL|ADR_PREL|HI20|PCREL_HI).*|32S?|64|REL32|REL64")) {
                    assertThat(use).as(where).isEqualTo(RelocationUse.ADDRESS);
                }
            }
            assertThat(seen).as(machine.getKey()).isGreaterThan(30);
        }
    }
}
