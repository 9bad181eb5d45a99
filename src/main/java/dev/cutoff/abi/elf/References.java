package dev.cutoff.abi.elf;

import java.util.Map;
import java.util.Set;

/**
 * How a file reaches the symbols of others, by its relocations.
 *
 * @param complete whether every relocation was understood; where not, a use that is missing here may still be there
 * @param unknown in words, what was not understood: the machine, a type, a packed table
 * @param uses by global symbol, those that relocations of loaded sections name
 */
public record References(boolean complete, Set<String> unknown, Map<ElfSymbol, Set<RelocationUse>> uses) {

    /** What the relocations make of a symbol, empty where none names it. */
    public Set<RelocationUse> of(ElfSymbol symbol) {
        return uses.getOrDefault(symbol, Set.of());
    }
}
