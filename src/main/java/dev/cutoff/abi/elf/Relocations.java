package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.DynamicTables.RelocationTable;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** From relocation entries to the uses of each symbol. */
final class Relocations {

    private static final RelocationUse[] USES = RelocationUse.values();

    private Relocations() {}

    static int entrySize(boolean wide, boolean withAddend) {
        return wide ? withAddend ? 24 : 16 : withAddend ? 12 : 8;
    }

    /** Index of the symbol that the entry at an offset names, as unsigned 32 bits. */
    static long symbol(Cursor entries, long at, boolean wide) throws FormatException {
        return wide ? entries.s8At(at + 8) >>> 32 : entries.u4At(at + 4) >> 8;
    }

    private static int type(Cursor entries, long at, boolean wide) throws FormatException {
        return wide ? (int) entries.s8At(at + 8) : entries.s4At(at + 4) & 0xff;
    }

    /** What the entries make of the symbols. */
    static References read(ElfHeader header, List<RelocationTable> tables, List<ElfSymbol> symbols, Set<String> unknown)
            throws FormatException {
        RelocationTypes types = RelocationTypes.of(header.machine(), header.wide());
        Set<String> notUnderstood = new TreeSet<>(unknown);
        if (types == null) {
            notUnderstood.add("machine " + header.machine());
            return new References(false, Collections.unmodifiableSet(notUnderstood), Map.of());
        }
        int[] uses = new int[symbols.size() + 1];
        for (RelocationTable table : tables) {
            collect(header.wide(), table, types, uses, notUnderstood);
        }
        Map<ElfSymbol, Set<RelocationUse>> bySymbol = new LinkedHashMap<>();
        for (ElfSymbol symbol : symbols) {
            if (uses[symbol.index()] != 0 && symbol.global()) {
                bySymbol.put(symbol, set(uses[symbol.index()]));
            }
        }
        return new References(
                notUnderstood.isEmpty(),
                Collections.unmodifiableSet(notUnderstood),
                Collections.unmodifiableMap(bySymbol));
    }

    private static void collect(
            boolean wide, RelocationTable table, RelocationTypes types, int[] uses, Set<String> notUnderstood)
            throws FormatException {
        Cursor entries = table.entries();
        int size = entrySize(wide, table.withAddend());
        for (long at = 0; at + size <= entries.size(); at += size) {
            long symbol = symbol(entries, at, wide);
            int type = type(entries, at, wide);
            RelocationUse use = types.use(type);
            if (use == RelocationUse.UNKNOWN) {
                notUnderstood.add("relocation type " + Integer.toUnsignedString(type));
            }
            if (symbol >= uses.length) {
                throw entries.wrong(at, "a relocation names symbol " + symbol + " of " + (uses.length - 1));
            }
            if (symbol != 0 && use != RelocationUse.NONE) {
                uses[(int) symbol] |= 1 << use.ordinal();
            }
        }
    }

    private static Set<RelocationUse> set(int bits) {
        Set<RelocationUse> set = EnumSet.noneOf(RelocationUse.class);
        for (RelocationUse use : USES) {
            if ((bits & 1 << use.ordinal()) != 0) {
                set.add(use);
            }
        }
        return Collections.unmodifiableSet(set);
    }
}
