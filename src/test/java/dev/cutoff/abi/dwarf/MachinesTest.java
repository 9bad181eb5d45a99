package dev.cutoff.abi.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.testing.Skips;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of other machines, whose debug information is whole only once its relocations are applied. */
class MachinesTest {

    private static final int RISC_V = 243;
    private static final int LOONGARCH = 258;

    @TempDir
    Path folder;

    private Compiled compiled;

    @BeforeEach
    void tools() {
        Skips.unlessInstalled("clang");
        compiled = new Compiled(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aarch64-linux-gnu",
                "powerpc64le-linux-gnu",
                "powerpc64-linux-gnu",
                "s390x-linux-gnu",
                "x86_64-linux-gnu",
                "riscv64-linux-gnu",
                "mips64-linux-gnu",
                "mips64el-linux-gnu"
            })
    void sixtyFourBits(String target) throws Exception {
        String source = Compiled.C.replace("#include <stddef.h>", "typedef unsigned long size_t;");
        // char is unsigned on some, and bit-fields and long double aside all of these lay out alike.
        Surface own = Compiled.types(compiled.compile(
                "own.o", source, "clang", "-g", "-c", "-funsigned-char", "-target", "x86_64-linux-gnu"));
        for (String version : new String[] {"-gdwarf-4", "-gdwarf-5"}) {
            Surface other = Compiled.types(
                    compiled.compile("other.o", source, "clang", version, "-c", "-funsigned-char", "-target", target));
            assertThat(other.gaps()).isEmpty();
            Map<String, String> ids = Compiled.ids(other);
            assertThat(ids.keySet()).isEqualTo(Compiled.ids(own).keySet());
            for (String symbol : new String[] {"sum", "flag", "byte", "variadic"}) {
                assertThat(ids.get(symbol))
                        .as(symbol)
                        .isEqualTo(Compiled.ids(own).get(symbol));
            }
            if (own.graph().size() == other.graph().size() && !target.startsWith("powerpc64-") && isLittle(target)) {
                assertThat(ids).isEqualTo(Compiled.ids(own));
            }
        }
    }

    private static boolean isLittle(String target) {
        return target.startsWith("riscv") || target.contains("el-") || target.contains("le-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "i386-linux-gnu",
                "armv7-linux-gnueabihf",
                "riscv32-linux-gnu",
                "mips-linux-gnu",
                "mipsel-linux-gnu"
            })
    void thirtyTwoBits(String target) throws Exception {
        String source = Compiled.C.replace("#include <stddef.h>", "typedef unsigned int size_t;");
        Surface types = Compiled.types(compiled.compile("small.o", source, "clang", "-g", "-c", "-target", target));
        assertThat(types.gaps()).isEmpty();
        assertThat(Compiled.ids(types)).containsKeys("walk", "each", "table");
        assertThat(types.types()).containsKeys("struct node", "union u", "enum color");
    }

    /** What linkers that take instructions out leave to do: a difference is two relocations, added and taken away. */
    @ParameterizedTest
    @CsvSource({"riscv64, 1", "riscv64, 2", "riscv64, 4", "riscv64, 8", "riscv32, 4"})
    void differencesOfLabels(String machine, int width) throws Exception {
        String word = Map.of(1, ".byte", 2, ".half", 4, ".word", 8, ".dword").get(width);
        Files.writeString(folder.resolve("d.s"), """
                .option relax
                .text
                start: call start
                call start
                end: nop
                .section .debug_info,"",@progbits
                %s end-start
                %s 3+end-start
                .word end
                """.formatted(word, word));
        compiled.run("clang", "-target", machine + "-linux-gnu", "-c", "d.s", "-o", "d.o");
        byte[] bytes = Files.readAllBytes(folder.resolve("d.o"));
        assertThat(values(bytes, width)).containsExactly(16, 19, 16);
        if (width == 3 || machine.equals("riscv32")) {
            return;
        }
        byte[] turned = turned(bytes, LOONGARCH, MachinesTest::loongArch);
        assertThat(values(turned, width)).containsExactly(16, 19, 16);
    }

    /** The values that the linker would leave in the section; without relocations all of them are zero. */
    private static long[] values(byte[] object, int width) throws FormatException {
        ElfFile elf = ElfFile.open(Cursor.copyOf(object, "object"));
        Section info = section(elf, ".debug_info");
        Cursor plain = elf.plain(info);
        Cursor done = elf.relocated(info);
        assertThat(plain.bytesAt(0, width)).containsOnly(0);
        return new long[] {number(done, 0, width), number(done, width, width), done.u4At(2L * width)};
    }

    private static long number(Cursor bytes, long at, int width) throws FormatException {
        return switch (width) {
            case 1 -> bytes.u1At(at);
            case 2 -> bytes.u2At(at);
            case 4 -> bytes.u4At(at);
            default -> bytes.s8At(at);
        };
    }

    private static Section section(ElfFile elf, String name) {
        return elf.sections().stream()
                .filter(section -> section.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Types of the RISC-V psABI by those of LoongArch's, which do the same; no compiler here knows the latter. */
    private static int loongArch(int type) {
        return type >= 33 && type <= 35
                ? type + 14
                : type == 36 ? 51 : type >= 37 && type <= 39 ? type + 15 : type == 40 ? 56 : type == 51 ? 100 : type;
    }

    /** An object with the machine and the types of relocations for its debug information changed. */
    private static byte[] turned(byte[] object, int machine, IntUnaryOperator types) throws FormatException {
        ElfFile elf = ElfFile.open(Cursor.copyOf(object, "object"));
        ByteBuffer bytes = ByteBuffer.wrap(object.clone()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(18, (short) machine);
        for (Section section : elf.sections()) {
            if (section.name().startsWith(".rela.debug_")) {
                for (long at = section.offset(); at < section.offset() + section.size(); at += 24) {
                    int place = (int) at + 8;
                    bytes.putInt(place, types.applyAsInt(bytes.getInt(place)));
                }
            }
        }
        return bytes.array();
    }

    @Test
    void loongArchIsReadAsRiscVIs() throws Exception {
        String source = Compiled.C.replace("#include <stddef.h>", "typedef unsigned long size_t;");
        Path object = compiled.compile("r.o", source, "clang", "-g", "-c", "-target", "riscv64-linux-gnu");
        Files.write(folder.resolve("l.o"), turned(Files.readAllBytes(object), LOONGARCH, MachinesTest::loongArch));
        Surface turned = compiled.types("l.o");
        assertThat(turned.gaps()).isEmpty();
        assertThat(Compiled.ids(turned)).isEqualTo(Compiled.ids(Compiled.types(object)));
    }

    /** A type of relocation that is not known leaves nothing that could be taken for something. */
    @Test
    void aRelocationThatIsNotKnownMakesTypesUnknown() throws Exception {
        String source = Compiled.C.replace("#include <stddef.h>", "typedef unsigned long size_t;");
        Path object = compiled.compile("r.o", source, "clang", "-g", "-c", "-target", "riscv64-linux-gnu");
        byte[] strange = turned(Files.readAllBytes(object), RISC_V, type -> type == 1 ? 61 : type);
        ElfFile elf = ElfFile.open(Cursor.copyOf(strange, "strange"));
        assertThatThrownBy(() -> elf.relocated(section(elf, ".debug_info")))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("relocation type 61 of machine 243");
        Files.write(folder.resolve("strange.o"), strange);
        Surface types = compiled.types("strange.o");
        assertThat(types.gaps()).singleElement().asString().contains("relocation type 61");
        types.symbols()
                .values()
                .forEach(node -> assertThat(types.graph().kind(node)).isEqualTo(Kind.UNKNOWN));
    }
}
