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

    private Patches() {}

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
            apply(elf, target, elf.content(table), withAddend, bytes, symbols, plain);
        }
        return bytes == null ? plain : plain.replaced(bytes);
    }

    private static void apply(
            ElfFile elf,
            Section target,
            Cursor entries,
            boolean withAddend,
            byte[] bytes,
            List<ElfSymbol> symbols,
            Cursor plain)
            throws FormatException {
        boolean wide = elf.header().wide();
        boolean little = plain.isLittle();
        byte[] widths = widths(elf.header().machine(), wide);
        int size = Relocations.entrySize(wide, withAddend);
        for (long at = 0; at + size <= entries.size(); at += size) {
            int type = wide ? (int) entries.s8At(at + 8) : entries.s4At(at + 4) & 0xff;
            int width = type < 0 || type >= widths.length ? UNKNOWN : widths[type];
            if (width == UNKNOWN) {
                throw entries.wrong(
                        at,
                        "section " + target.name() + " has relocation type " + Integer.toUnsignedString(type)
                                + " of machine " + elf.header().machine() + ", which is not known");
            }
            long offset = wide ? entries.s8At(at) : entries.u4At(at);
            if (width == 0) {
                continue;
            }
            if (offset < 0 || offset > bytes.length - width) {
                throw entries.wrong(at, "a relocation is outside of section " + target.name());
            }
            ElfSymbol symbol = symbol(entries, at, Relocations.symbol(entries, at, wide), symbols);
            long addend = !withAddend
                    ? read(bytes, (int) offset, width, little)
                    : wide ? entries.s8At(at + 16) : entries.s4At(at + 8);
            write(bytes, (int) offset, width, little, addend + (symbol == null ? 0 : symbol.value()));
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
     * How many bytes each type of relocation writes: absolute addresses and offsets within thread-local storage, by the
     * psABI of each machine; types that are not listed are unknown.
     */
    private static byte[] widths(int machine, boolean wide) {
        return switch (machine) {
            // R_386_32, TLS_LDO_32, 16, 8.
            case 3 -> table(0, 0, 1, 4, 32, 4, 20, 2, 22, 1);
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
            default -> table();
        };
    }

    private static byte[] table(int... typesAndWidths) {
        byte[] table = new byte[1100];
        Arrays.fill(table, UNKNOWN);
        for (int i = 0; i < typesAndWidths.length; i += 2) {
            table[typesAndWidths[i]] = (byte) typesAndWidths[i + 1];
        }
        return table;
    }

    private static long read(byte[] bytes, int at, int width, boolean little) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[at + i] & 0xffL) << (8 * (little ? i : width - 1 - i));
        }
        return value;
    }

    private static void write(byte[] bytes, int at, int width, boolean little, long value) {
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >>> (8 * (little ? i : width - 1 - i)));
        }
    }
}
