package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An array of addresses in the data of a linked file, such as a table of functions: what each will lead to once the loader has
 * done its relocations.
 */
public final class PointerTable {

    private static final int RELR = 19;
    private static final long MOST = 1 << 16;

    private final ElfFile elf;
    private final long start;
    private final long size;
    private final Map<Long, Long> addresses = new HashMap<>();
    private final Map<Long, String> imported = new HashMap<>();

    private PointerTable(ElfFile elf, long start, long size) {
        this.elf = elf;
        this.start = start;
        this.size = size;
    }

    /**
     * Reads the table that a symbol names.
     *
     * @param symbols of the file, local ones too
     * @return for each place the name of what it leads to, null where it is NULL, {@code ?} where no symbol has the address; null
     *     where there is no such table, or its form is not known
     */
    public static @Nullable List<@Nullable String> read(ElfFile elf, List<ElfSymbol> symbols, String name)
            throws FormatException {
        ElfSymbol found = null;
        for (ElfSymbol symbol : symbols) {
            if (symbol.name().equals(name) && symbol.kind() == SymbolKind.OBJECT && symbol.size() > 8) {
                found = found == null || symbol.size() > found.size() ? symbol : found;
            }
        }
        if (found == null || !elf.header().wide() || relative(elf.header().machine()) < 0 || found.size() > 8 * MOST) {
            return null;
        }
        PointerTable table = new PointerTable(elf, found.value(), found.size());
        return table.read(symbols);
    }

    /** The relocation that adds where the file was loaded, by machine (the psABIs); -1 for machines that are not known. */
    private static int relative(int machine) {
        return switch (machine) {
            case 62 -> 8;
            case 183 -> 1027;
            case 21 -> 22;
            case 22 -> 12;
            case 243 -> 3;
            default -> -1;
        };
    }

    private @Nullable List<@Nullable String> read(List<ElfSymbol> symbols) throws FormatException {
        List<ElfSymbol> dynamic = elf.dynamicSymbols();
        for (Section section : elf.sections()) {
            if (section.type() == Section.RELA && section.allocated()) {
                relocations(elf.content(section), dynamic);
            } else if (section.type() == RELR) {
                packed(elf.content(section));
            }
        }
        List<@Nullable Long> places = places();
        if (places == null) {
            return null;
        }
        Map<Long, String> names = names(symbols);
        List<@Nullable String> entries = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Long address = places.get(i);
            String name = imported.get(start + 8L * i);
            entries.add(name != null ? name : address == null ? null : names.getOrDefault(address, "?"));
        }
        return Collections.unmodifiableList(entries);
    }

    /** One name for each address, whatever the order of symbols: the shortest, of those the first by the alphabet. */
    private static Map<Long, String> names(List<ElfSymbol> symbols) {
        Map<Long, String> names = new HashMap<>();
        for (ElfSymbol symbol : symbols) {
            if (symbol.defined() && (symbol.kind().function() || symbol.kind() == SymbolKind.OBJECT)) {
                names.merge(symbol.value(), symbol.name(), PointerTable::shorter);
            }
        }
        return names;
    }

    private static String shorter(String a, String b) {
        int order = Integer.compare(a.length(), b.length());
        return (order == 0 ? a.compareTo(b) : order) <= 0 ? a : b;
    }

    private void relocations(Cursor entries, List<ElfSymbol> dynamic) throws FormatException {
        int relative = relative(elf.header().machine());
        for (long at = 0; at + 24 <= entries.size(); at += 24) {
            long place = entries.s8At(at);
            if (place - start < 0 || place - start >= size) {
                continue;
            }
            long symbol = entries.s8At(at + 8) >>> 32;
            if (symbol == 0 && (int) entries.s8At(at + 8) == relative) {
                addresses.put(place, entries.s8At(at + 16));
            } else if (symbol > 0 && symbol <= dynamic.size() && entries.s8At(at + 16) == 0) {
                imported.put(place, dynamic.get((int) symbol - 1).name());
            } else {
                imported.put(place, "?");
            }
        }
    }

    /** DT_RELR: an address, then maps of which of the next 63 words are relocated too; what to add to stands in the words. */
    private void packed(Cursor words) throws FormatException {
        long next = 0;
        for (long at = 0; at + 8 <= words.size(); at += 8) {
            long word = words.s8At(at);
            if ((word & 1) == 0) {
                inPlace(word);
                next = word + 8;
            } else {
                for (int bit = 1; bit < 64; bit++) {
                    if ((word >>> bit & 1) != 0) {
                        inPlace(next + 8L * (bit - 1));
                    }
                }
                next += 8L * 63;
            }
        }
    }

    private void inPlace(long place) throws FormatException {
        if (place - start >= 0 && place - start < size) {
            Long value = word(place);
            if (value != null) {
                addresses.put(place, value);
            }
        }
    }

    private @Nullable List<@Nullable Long> places() throws FormatException {
        List<@Nullable Long> places = new ArrayList<>();
        for (long place = start; place + 8 <= start + size; place += 8) {
            Long address = addresses.get(place);
            if (address == null) {
                Long value = word(place);
                if (value == null) {
                    return null;
                }
                address = value == 0 ? null : value;
            }
            places.add(address);
        }
        return places;
    }

    /** What the file has at an address, null where it has nothing; 0 where memory is only reserved. */
    private @Nullable Long word(long address) throws FormatException {
        for (Section section : elf.sections()) {
            long within = address - section.address();
            if (section.allocated() && within >= 0 && within + 8 <= section.size()) {
                return section.inFile() ? elf.content(section).s8At(within) : 0L;
            }
        }
        return null;
    }
}
