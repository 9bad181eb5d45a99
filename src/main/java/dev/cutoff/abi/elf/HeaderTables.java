package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.List;

/** The tables of section headers and program headers, where the file header says that they are. */
final class HeaderTables {

    /** In place of a count or an index that does not fit. */
    private static final int MANY = 0xffff;

    private final Cursor bytes;
    private final boolean wide;
    /** Where the file header has sizes and counts of both tables. */
    private final long counts;
    /** Section header 0, which has what does not fit into the file header; empty where there are no sections. */
    private final Cursor first;

    HeaderTables(Cursor bytes, boolean wide) throws FormatException {
        this.bytes = bytes;
        this.wide = wide;
        this.counts = wide ? 54 : 42;
        this.first = sectionTable(1);
    }

    /** The first {@code count} section headers; none where the file has no table of them. */
    private Cursor sectionTable(long count) throws FormatException {
        long offset = wide ? bytes.s8At(40) : bytes.u4At(32);
        if (offset == 0) {
            return bytes.slice(0, 0);
        }
        int size = bytes.u2At(counts + 4);
        if (size < (wide ? 64 : 40)) {
            throw bytes.wrong(counts + 4, "has section headers of " + size + " bytes");
        }
        if (count < 0 || count > bytes.size() / size) {
            throw bytes.wrong(offset, "has more sections than fit: " + Long.toUnsignedString(count));
        }
        return bytes.slice(offset, count * size);
    }

    /** The program headers. */
    List<Segment> segments() throws FormatException {
        long count = bytes.u2At(counts + 2);
        if (count == MANY && first.size() > 0) {
            count = first.u4At(wide ? 44 : 28);
        }
        if (count == 0) {
            return List.of();
        }
        int size = bytes.u2At(counts);
        if (size < (wide ? 56 : 32)) {
            throw bytes.wrong(counts, "has program headers of " + size + " bytes");
        }
        Cursor table = bytes.slice(wide ? bytes.s8At(32) : bytes.u4At(28), count * size);
        List<Segment> segments = new ArrayList<>();
        for (long at = 0; at < table.size(); at += size) {
            segments.add(
                    wide
                            ? new Segment(
                                    table.s4At(at),
                                    table.s4At(at + 4),
                                    table.s8At(at + 8),
                                    table.s8At(at + 16),
                                    table.s8At(at + 32),
                                    table.s8At(at + 40))
                            : new Segment(
                                    table.s4At(at),
                                    table.s4At(at + 24),
                                    table.u4At(at + 4),
                                    table.u4At(at + 8),
                                    table.u4At(at + 16),
                                    table.u4At(at + 20)));
        }
        return List.copyOf(segments);
    }

    /** The section headers. */
    List<Section> sections() throws FormatException {
        if (first.size() == 0) {
            return List.of();
        }
        long count = bytes.u2At(counts + 6);
        int names = bytes.u2At(counts + 8);
        // What does not fit into the header's 16 bits stands in the section header 0 (gABI, "Extended section header").
        if (count == 0) {
            count = wide ? first.s8At(32) : first.u4At(20);
        }
        if (names == MANY) {
            names = first.s4At(wide ? 40 : 24);
        }
        Cursor table = sectionTable(count);
        int size = bytes.u2At(counts + 4);
        if (names < 0 || (names != 0 && names >= count)) {
            throw bytes.wrong(counts + 8, "names section " + names + " of " + count + " as that of the names");
        }
        StringTable strings = null;
        if (names != 0) {
            Section section = section(table, (long) names * size, names, "");
            strings = new StringTable(bytes.slice(section.offset(), section.size()), count);
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = (long) i * size;
            sections.add(section(table, at, i, strings == null ? "" : strings.at(table.u4At(at))));
        }
        return List.copyOf(sections);
    }

    private Section section(Cursor table, long at, int index, String name) throws FormatException {
        int type = table.s4At(at + 4);
        return wide
                ? new Section(
                        index,
                        name,
                        type,
                        table.s8At(at + 8),
                        table.s8At(at + 16),
                        table.s8At(at + 24),
                        table.s8At(at + 32),
                        table.s4At(at + 40),
                        table.s4At(at + 44),
                        table.s8At(at + 48),
                        table.s8At(at + 56))
                : new Section(
                        index,
                        name,
                        type,
                        table.u4At(at + 8),
                        table.u4At(at + 12),
                        table.u4At(at + 16),
                        table.u4At(at + 20),
                        table.s4At(at + 24),
                        table.s4At(at + 28),
                        table.u4At(at + 32),
                        table.u4At(at + 36));
    }
}
