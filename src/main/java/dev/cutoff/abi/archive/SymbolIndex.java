package dev.cutoff.abi.archive;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The symbol index of an archive, in the words of the file: names and the offsets of members' headers. */
final class SymbolIndex {

    private record Entry(long at, String name, long header) {}

    private final Cursor bytes;
    private final List<Entry> entries = new ArrayList<>();

    private SymbolIndex(Cursor bytes) {
        this.bytes = bytes;
    }

    /** GNU's: a count, an offset for each symbol, the names one after the other; big-endian words of 4 or 8 bytes. */
    static SymbolIndex gnu(Cursor file, int word) throws FormatException {
        Cursor bytes = file.withOrder(ByteOrder.BIG_ENDIAN);
        SymbolIndex index = new SymbolIndex(bytes);
        if (bytes.size() == 0) {
            return index;
        }
        long count = word(bytes, 0, word);
        if (count < 0 || count > bytes.size() / word) {
            throw bytes.wrong(0, "the symbol index has more symbols than fit");
        }
        bytes.seek(word * (count + 1));
        for (long i = 1; i <= count; i++) {
            long at = bytes.position();
            index.entries.add(new Entry(at, bytes.cString(), word(bytes, i * word, word)));
        }
        return index;
    }

    /**
     * BSD's: the size of a table of pairs (offset of the name, offset of the member), the table, the size of the names,
     * the names. Its byte order is that of the machine that the members are for, so it is the one in which the sizes fit.
     */
    static SymbolIndex bsd(Cursor file, int word) throws FormatException {
        Cursor little = file.withOrder(ByteOrder.LITTLE_ENDIAN);
        if (fits(little, word)) {
            return bsdInOrder(little, word);
        }
        Cursor big = file.withOrder(ByteOrder.BIG_ENDIAN);
        if (fits(big, word)) {
            return bsdInOrder(big, word);
        }
        throw file.wrong(0, "the symbol index has sizes that do not fit");
    }

    private static boolean fits(Cursor bytes, int word) throws FormatException {
        long table = word(bytes, 0, word);
        if (table < 0 || table % (2L * word) != 0 || table > bytes.size() - 2L * word) {
            return false;
        }
        long names = word(bytes, word + table, word);
        return names >= 0 && names <= bytes.size() - 2L * word - table;
    }

    private static SymbolIndex bsdInOrder(Cursor bytes, int word) throws FormatException {
        SymbolIndex index = new SymbolIndex(bytes);
        long table = word(bytes, 0, word);
        Cursor names = bytes.slice(2L * word + table, word(bytes, word + table, word));
        long left = 16 * bytes.size() + 4096;
        for (long at = word; at < word + table; at += 2L * word) {
            String name = names.cStringAt(word(bytes, at, word), left);
            left -= name.length();
            index.entries.add(new Entry(at, name, word(bytes, at + word, word)));
        }
        return index;
    }

    private static long word(Cursor bytes, long at, int word) throws FormatException {
        return word == 8 ? bytes.s8At(at) : bytes.u4At(at);
    }

    /** The entries with the members that they name. */
    List<ArchiveSymbol> symbols(List<Member> members) throws FormatException {
        Map<Long, Integer> byHeader = new HashMap<>();
        for (int i = 0; i < members.size(); i++) {
            byHeader.put(members.get(i).offset(), i);
        }
        List<ArchiveSymbol> symbols = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            Integer member = byHeader.get(entry.header());
            if (member == null) {
                throw bytes.wrong(
                        entry.at(),
                        "symbol " + entry.name() + " is said to be at " + entry.header() + ", where no member is");
            }
            symbols.add(new ArchiveSymbol(entry.name(), member));
        }
        return List.copyOf(symbols);
    }
}
