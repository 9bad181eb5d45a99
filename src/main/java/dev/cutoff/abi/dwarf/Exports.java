package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.SymbolKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The symbols whose types are wanted: by address in linked files, where aliases and versioned names meet; by name in
 * objects, whose sections all begin at 0, and where an entry has no address.
 */
final class Exports {

    private record Spot(int section, long value) {}

    private final Map<Long, List<ElfSymbol>> byAddress = new HashMap<>();
    private final Map<String, List<ElfSymbol>> byName = new HashMap<>();
    private final Set<Long> nameHashes = new HashSet<>();
    private final boolean addresses;

    /**
     * Symbols of a file.
     *
     * @param relocatable whether it is an object
     * @param described whether function symbols name descriptors, not code (PowerPC64 before its second ELF ABI)
     */
    Exports(List<ElfSymbol> symbols, boolean relocatable, boolean described) {
        this.addresses = !relocatable && !described;
        Map<Spot, List<ElfSymbol>> aliases = new HashMap<>();
        for (ElfSymbol symbol : symbols) {
            if (addresses && symbol.kind() != SymbolKind.TLS) {
                byAddress
                        .computeIfAbsent(symbol.value(), _ -> new ArrayList<>())
                        .add(symbol);
            }
            aliases.computeIfAbsent(new Spot(symbol.section(), symbol.value()), _ -> new ArrayList<>())
                    .add(symbol);
        }
        for (ElfSymbol symbol : symbols) {
            List<ElfSymbol> same = byName.computeIfAbsent(symbol.name(), _ -> new ArrayList<>());
            // Common symbols have their alignment as value: two of them are no aliases.
            if (relocatable && symbol.section() > 0) {
                for (ElfSymbol alias : aliases.getOrDefault(new Spot(symbol.section(), symbol.value()), List.of())) {
                    if (alias.kind() == symbol.kind()) {
                        same.add(alias);
                    }
                }
            } else {
                same.add(symbol);
            }
            nameHashes.add(hash(symbol.name()));
        }
    }

    /** As {@link DebugInfo#textHash} hashes; a name that is not UTF-8 has another hash there, and is not found. */
    private static long hash(String name) {
        long hash = 0;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = 31 * hash + (b & 0xff);
        }
        return hash;
    }

    /** Whether an entry of a function or variable may be that of a wanted symbol; cheap. */
    boolean mayBeOne(Die die, DebugInfo info) throws FormatException {
        if (addresses) {
            long address = Addresses.of(die, info);
            if (address != Addresses.NONE) {
                return address != 0 && byAddress.containsKey(address);
            }
        }
        if (die.has(Attribute.ABSTRACT_ORIGIN) || die.has(Attribute.SPECIFICATION)) {
            return !die.has(Attribute.LINKAGE_NAME) || nameHashes.contains(die.textHash(Attribute.LINKAGE_NAME));
        }
        return die.isFlag(Attribute.EXTERNAL)
                && (nameHashes.contains(die.textHash(Attribute.LINKAGE_NAME))
                        || nameHashes.contains(die.textHash(Attribute.NAME)));
    }

    /** The wanted symbols at an entry's address. */
    List<ElfSymbol> at(long address) {
        return byAddress.getOrDefault(address, List.of());
    }

    boolean byAddress() {
        return addresses;
    }

    List<ElfSymbol> named(String name) {
        return byName.getOrDefault(name, List.of());
    }
}
