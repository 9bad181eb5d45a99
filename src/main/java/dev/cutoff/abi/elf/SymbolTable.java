package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A symbol table with what belongs to it.
 *
 * @param entries exactly the entries
 * @param sectionIndexes for files of 65,280 sections and more: the section of each symbol, four bytes each
 */
record SymbolTable(
        boolean wide,
        Cursor entries,
        Cursor strings,
        @Nullable Cursor sectionIndexes,
        @Nullable VersionTable versions) {

    private static final int RESERVED_FROM = 0xff00;
    private static final int EXTENDED = 0xffff;

    static int entrySize(boolean wide) {
        return wide ? 24 : 16;
    }

    int count() {
        return (int) Math.min(entries.size() / entrySize(wide), Integer.MAX_VALUE - 16);
    }

    /** All symbols but the first, which stands for "none". */
    List<ElfSymbol> read() throws FormatException {
        int count = count();
        StringTable names = new StringTable(strings, count);
        List<ElfSymbol> symbols = new ArrayList<>(Math.max(0, count - 1));
        for (int i = 1; i < count; i++) {
            symbols.add(symbol(i, names));
        }
        return symbols;
    }

    private ElfSymbol symbol(int index, StringTable names) throws FormatException {
        long at = (long) index * entrySize(wide);
        long info = at + (wide ? 4 : 12);
        int type = entries.u1At(info);
        int section = section(index, entries.u2At(info + 2));
        return new ElfSymbol(
                index,
                names.at(entries.u4At(at)),
                versions == null ? null : versions.of(index, section != ElfSymbol.UNDEFINED),
                SymbolKind.of(type & 15),
                Binding.of(type >> 4),
                Visibility.of(entries.u1At(info + 1)),
                section,
                wide ? entries.s8At(at + 8) : entries.u4At(at + 4),
                wide ? entries.s8At(at + 16) : entries.u4At(at + 8));
    }

    private int section(int symbol, int code) throws FormatException {
        if (code < RESERVED_FROM) {
            return code;
        }
        return switch (code) {
            case 0xfff1 -> ElfSymbol.ABSOLUTE;
            case 0xfff2 -> ElfSymbol.COMMON;
            case EXTENDED -> extended(symbol);
            default -> ElfSymbol.RESERVED;
        };
    }

    private int extended(int symbol) throws FormatException {
        if (sectionIndexes == null) {
            throw entries.wrong(
                    (long) symbol * entrySize(wide),
                    "symbol " + symbol + " has an extended section index, and there is no table of them");
        }
        int section = sectionIndexes.s4At(4L * symbol);
        if (section <= 0) {
            throw sectionIndexes.wrong(4L * symbol, "symbol " + symbol + " has section index " + section);
        }
        return section;
    }
}
