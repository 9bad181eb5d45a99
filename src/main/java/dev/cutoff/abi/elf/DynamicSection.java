package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The dynamic section, which tells the loader what to do (gABI, "Dynamic Section").
 *
 * @param entries in order, up to the one that ends them
 * @param strings what entries name their strings in
 */
record DynamicSection(List<Entry> entries, Cursor strings) {

    /** What one entry says; the tags are those of {@link DynamicTables}. */
    record Entry(long tag, long value) {}

    /** Reads the entries. */
    static DynamicSection of(ElfHeader header, Cursor table, Cursor strings) throws FormatException {
        List<Entry> entries = new ArrayList<>();
        int word = header.wide() ? 8 : 4;
        for (long at = 0; at + 2L * word <= table.size(); at += 2L * word) {
            long tag = header.wide() ? table.s8At(at) : table.s4At(at);
            if (tag == 0) {
                break;
            }
            entries.add(new Entry(tag, header.wide() ? table.s8At(at + 8) : table.u4At(at + 4)));
        }
        return new DynamicSection(entries, strings);
    }

    DynamicSection with(Cursor found) {
        return new DynamicSection(entries, found);
    }

    /** Values by tag; of a tag that stands more than once, the last. */
    Map<Long, Long> values() {
        Map<Long, Long> values = new HashMap<>();
        for (Entry entry : entries) {
            values.put(entry.tag(), entry.value());
        }
        return values;
    }

    /** In the loader's terms. */
    Dynamic read() throws FormatException {
        StringTable names = new StringTable(this.strings, entries.size());
        Map<Long, String> single = new HashMap<>();
        List<String> needed = new ArrayList<>();
        List<String> filters = new ArrayList<>();
        for (Entry entry : entries) {
            long tag = entry.tag();
            if (tag == DynamicTables.NEEDED) {
                needed.add(names.at(entry.value()));
            } else if (tag == DynamicTables.FILTER || tag == DynamicTables.AUXILIARY) {
                filters.add(names.at(entry.value()));
            } else if (tag == DynamicTables.SONAME || tag == DynamicTables.RPATH || tag == DynamicTables.RUNPATH) {
                single.put(tag, names.at(entry.value()));
            }
        }
        Map<Long, Long> values = values();
        long flags = values.getOrDefault(DynamicTables.FLAGS, 0L);
        return new Dynamic(
                true,
                single.get(DynamicTables.SONAME),
                List.copyOf(needed),
                single.get(DynamicTables.RPATH),
                single.get(DynamicTables.RUNPATH),
                values.containsKey(DynamicTables.SYMBOLIC) || (flags & 2) != 0,
                values.containsKey(DynamicTables.TEXTREL) || (flags & 4) != 0,
                flags,
                values.getOrDefault(DynamicTables.FLAGS_1, 0L),
                List.copyOf(filters));
    }
}
