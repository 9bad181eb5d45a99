package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Relocations of sections that are not loaded, written into a copy: in relocatable objects debug information names its
 * strings, other entries and addresses by them. All sections begin at 0, so an address is its offset in its section.
 */
final class Patches {

    private static final byte UNKNOWN = -1;
    private static final int WIDTH = 0xf;
    private static final int ADD = 0x10;
    private static final int SUB = 0x20;

    private final Section target;
    private final byte[] bytes;
    private final boolean little;
    private final int machine;
    private final byte[] actions;

    private Patches(ElfFile elf, Section target, byte[] bytes, boolean little) {
        this.target = target;
        this.bytes = bytes;
        this.little = little;
        this.machine = elf.header().machine();
        this.actions = actions(machine, elf.header().wide());
    }

    static Cursor apply(ElfFile elf, Section target, Cursor plain) throws FormatException {
        byte[] bytes = null;
        List<ElfSymbol> symbols = List.of();
        for (Section table : elf.sections()) {
            boolean withAddend = table.type() == Section.RELA;
            if ((!withAddend && table.type() != Section.REL) || table.info() != target.index()) {
                if (table.type() == Section.CREL && table.info() == target.index()) {
                    throw plain.wrong(0, "section " + target.name() + " has packed relocations, which are not read");
                }
                continue;
            }
            if (bytes == null) {
                bytes = plain.bytesAt(0, plain.size());
                symbols = elf.symbols();
            }
            new Patches(elf, target, bytes, plain.isLittle())
                    .apply(new RelocationTable(elf.header(), elf.content(table), withAddend), symbols);
        }
        return bytes == null ? plain : plain.replaced(bytes);
    }

    private void apply(RelocationTable table, List<ElfSymbol> symbols) throws FormatException {
        for (long at = 0; at < table.end(); at += table.step()) {
            int type = table.type(at);
            int action = type < 0 || type >= actions.length ? UNKNOWN : actions[type];
            if (action == UNKNOWN) {
                throw table.entries()
                        .wrong(
                                at,
                                "section " + target.name() + " has relocation type " + Integer.toUnsignedString(type)
                                        + " of machine " + machine + ", which is not known");
            }
            if (action == 0) {
                continue;
            }
            int width = action & WIDTH;
            long offset = table.place(at);
            if (offset < 0 || offset > bytes.length - width) {
                throw table.entries().wrong(at, "a relocation is outside of section " + target.name());
            }
            ElfSymbol symbol = symbol(table.entries(), at, table.symbol(at), symbols);
            long there = read((int) offset, width);
            long value = (symbol == null ? 0 : symbol.value()) + (table.withAddend() ? table.addend(at) : there);
            write(
                    (int) offset,
                    width,
                    (action & ADD) != 0 ? there + value : (action & SUB) != 0 ? there - value : value);
        }
    }

    private static @Nullable ElfSymbol symbol(Cursor entries, long at, long index, List<ElfSymbol> symbols)
            throws FormatException {
        if (index == 0) {
            return null;
        }
        if (index > symbols.size()) {
            throw entries.wrong(at, "a relocation names symbol " + index + " of " + symbols.size());
        }
        return symbols.get((int) index - 1);
    }

    /**
     * What each type of relocation does: how many bytes it writes, with {@link #ADD} where it adds to what is there and
     * {@link #SUB} where it takes away. Listed are absolute addresses and offsets within thread-local storage, by the psABI of
     * each machine, and what says nothing of the bytes; types that are not listed are unknown.
     */
    private static byte[] actions(int machine, boolean wide) {
        return switch (machine) {
            // R_386_32, TLS_LDO_32, 16, 8.
            case 3 -> table(0, 0, 1, 4, 32, 4, 20, 2, 22, 1);
            // R_MIPS_32, 64, TLS_DTPREL32, TLS_DTPREL64. In 64-bit files a second or third type makes another number.
            case 8 -> table(0, 0, 2, 4, 18, 8, 39, 4, 41, 8);
            // R_PPC64_ADDR32, ADDR16, ADDR64, DTPREL64.
            case 21 -> wide ? table(0, 0, 1, 4, 3, 2, 38, 8, 78, 8) : table();
            // R_390_8, 16, 32, 64, TLS_LDO64.
            case 22 -> wide ? table(0, 0, 1, 1, 3, 2, 4, 4, 22, 8, 53, 8) : table();
            // R_ARM_ABS32, ABS16, ABS8, TLS_LDO32.
            case 40 -> table(0, 0, 2, 4, 5, 2, 8, 1, 106, 4);
            // R_X86_64_64, 32, 32S, 16, 8, DTPOFF64, DTPOFF32.
            case 62 -> table(0, 0, 1, 8, 10, 4, 11, 4, 12, 2, 14, 1, 17, 8, 21, 4);
            // R_AARCH64_ABS64, ABS32, ABS16, TLS_DTPREL64 (LP64).
            case 183 -> wide ? table(0, 0, 256, 0, 257, 8, 258, 4, 259, 2, 1029, 8) : table();
            case 243 -> riscV();
            case 258 -> loongArch();
            default -> table();
        };
    }

    /** Differences of labels are two relocations, as the linker may take instructions out from between them. */
    private static byte[] riscV() {
        // R_RISCV_32, 64, TLS_DTPREL32, TLS_DTPREL64, ALIGN, RELAX, SET8, SET16, SET32.
        byte[] table = table(0, 0, 1, 4, 2, 8, 8, 4, 9, 8, 43, 0, 51, 0, 54, 1, 55, 2, 56, 4);
        for (int i = 0; i < 4; i++) {
            // R_RISCV_ADD8 to ADD64, SUB8 to SUB64.
            table[33 + i] = (byte) (ADD | 1 << i);
            table[37 + i] = (byte) (SUB | 1 << i);
        }
        return table;
    }

    private static byte[] loongArch() {
        // R_LARCH_32, 64, TLS_DTPREL32, TLS_DTPREL64, RELAX, ALIGN.
        byte[] table = table(0, 0, 1, 4, 2, 8, 8, 4, 9, 8, 100, 0, 102, 0);
        int[] widths = {1, 2, 3, 4, 8};
        for (int i = 0; i < widths.length; i++) {
            // R_LARCH_ADD8 to ADD64, SUB8 to SUB64, those of three bytes among them.
            table[47 + i] = (byte) (ADD | widths[i]);
            table[52 + i] = (byte) (SUB | widths[i]);
        }
        return table;
    }

    private static byte[] table(int... typesAndActions) {
        byte[] table = new byte[1100];
        Arrays.fill(table, UNKNOWN);
        for (int i = 0; i < typesAndActions.length; i += 2) {
            table[typesAndActions[i]] = (byte) typesAndActions[i + 1];
        }
        return table;
    }

    private long read(int at, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[at + i] & 0xffL) << (8 * (little ? i : width - 1 - i));
        }
        return value;
    }

    private void write(int at, int width, long value) {
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >>> (8 * (little ? i : width - 1 - i)));
        }
    }
}
