package dev.cutoff.abi.elf;

import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** From relocation entries to the uses of each symbol. */
final class Relocations {

    private Relocations() {}

    /** What the entries make of the symbols. */
    static References read(ElfHeader header, List<RelocationTable> tables, List<ElfSymbol> symbols, Set<String> unknown)
            throws FormatException {
        RelocationTypes types = RelocationTypes.of(header.machine(), header.wide());
        Set<String> notUnderstood = new TreeSet<>(unknown);
        if (types == null) {
            notUnderstood.add("machine " + header.machine());
            return new References(false, Collections.unmodifiableSet(notUnderstood), Map.of());
        }
        List<Set<RelocationUse>> uses = new ArrayList<>(Collections.nCopies(symbols.size() + 1, Set.of()));
        for (RelocationTable table : tables) {
            collect(table, types, uses, notUnderstood);
        }
        Map<ElfSymbol, Set<RelocationUse>> bySymbol = new LinkedHashMap<>();
        for (ElfSymbol symbol : symbols) {
            Set<RelocationUse> of = uses.get(symbol.index());
            if (!of.isEmpty() && symbol.global()) {
                bySymbol.put(symbol, Collections.unmodifiableSet(of));
            }
        }
        return new References(
                notUnderstood.isEmpty(),
                Collections.unmodifiableSet(notUnderstood),
                Collections.unmodifiableMap(bySymbol));
    }

    private static void collect(
            RelocationTable table, RelocationTypes types, List<Set<RelocationUse>> uses, Set<String> notUnderstood)
            throws FormatException {
        for (long at = 0; at < table.end(); at += table.step()) {
            long symbol = table.symbol(at);
            int type = table.type(at);
            RelocationUse use = types.use(type);
            if (use == RelocationUse.UNKNOWN) {
                notUnderstood.add("relocation type " + Integer.toUnsignedString(type));
            }
            if (symbol >= uses.size()) {
                throw table.entries().wrong(at, "a relocation names symbol " + symbol + " of " + (uses.size() - 1));
            }
            if (symbol != 0 && use != RelocationUse.NONE) {
                Set<RelocationUse> of = uses.get((int) symbol);
                if (of.isEmpty()) {
                    uses.set((int) symbol, EnumSet.of(use));
                } else {
                    of.add(use);
                }
            }
        }
    }
}
