package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A package of split units (section 7.3.5; before version 5, GNU's of the same build): units of all objects one after
 * another, and two indexes that say which parts of the other sections belong to which. A unit counts what it names in those
 * from where its own part begins.
 */
final class SplitPackage {

    /** Columns of an index, by what they are about: numbers of DW_SECT. */
    private static final int INFO = 1;

    private static final int OLD_TYPES = 2;
    private static final int ABBREV = 3;
    private static final int LINE = 4;
    private static final int STR_OFFSETS = 6;
    private static final int COLUMNS = 8;

    private final DebugFile whole;
    private final Map<Long, DebugFile> byInfo = new HashMap<>();
    private final Map<Long, DebugFile> byTypes = new HashMap<>();

    private SplitPackage(DebugFile whole) {
        this.whole = whole;
    }

    static SplitPackage of(ElfFile elf) throws FormatException {
        SplitPackage read = new SplitPackage(DebugFile.split(elf));
        for (Section section : elf.sections()) {
            if (section.name().equals(".debug_cu_index") || section.name().equals(".debug_tu_index")) {
                read.index(elf.plain(section));
            }
        }
        return read;
    }

    /** Its sections of units as they are. */
    DebugFile whole() {
        return whole;
    }

    /**
     * The sections as the unit at an offset sees them, null where no index has it.
     *
     * @param types whether the offset is one of {@code .debug_types.dwo}
     */
    @Nullable
    DebugFile unit(boolean types, long offset) {
        return (types ? byTypes : byInfo).get(offset);
    }

    private void index(Cursor index) throws FormatException {
        if (index.size() == 0) {
            return;
        }
        boolean isOld = index.u4At(0) == 2;
        if (!isOld && index.u2At(0) != 5) {
            throw index.wrong(0, "has an index of version " + index.u4At(0));
        }
        long columns = index.u4At(4);
        long rows = index.u4At(8);
        long slots = index.u4At(12);
        // Behind the header and the hash table, which finds rows by the units' ids: units are found by their places
        // here.
        long at = 16 + 12 * slots;
        if (columns > COLUMNS || rows > index.size() || slots > index.size()) {
            throw index.wrong(4, "has an index of " + columns + " columns and " + rows + " rows");
        }
        int[] column = new int[COLUMNS + 1];
        for (int i = 0; i < columns; i++) {
            long of = index.u4At(at + 4L * i);
            if (of > 0 && of < column.length) {
                column[(int) of] = i + 1;
            }
        }
        boolean isTypes = isOld && column[OLD_TYPES] != 0;
        long offsets = at + 4 * columns;
        long sizes = offsets + 4 * columns * rows;
        for (long row = 0; row < rows; row++) {
            Row one = new Row(index, column, offsets + 4 * columns * row, sizes + 4 * columns * row);
            DebugFile file = whole.part(
                    one.part(ABBREV, whole.abbreviations()),
                    one.part(STR_OFFSETS, whole.stringOffsets()),
                    one.part(LINE, whole.lines()));
            if (isTypes) {
                byTypes.put(one.offset(OLD_TYPES), file);
            } else {
                byInfo.put(one.offset(INFO), file);
            }
        }
    }

    /** What an index says of one unit. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Row(Cursor index, int[] column, long offsets, long sizes) {

        long offset(int section) throws FormatException {
            if (column[section] == 0) {
                throw index.wrong(offsets, "has an index without the column " + section);
            }
            return index.u4At(offsets + 4L * (column[section] - 1));
        }

        /** The unit's part of a section; of one that has no column, nothing. */
        Cursor part(int section, Cursor whole) throws FormatException {
            return column[section] == 0
                    ? whole.slice(0, 0)
                    : whole.slice(offset(section), index.u4At(sizes + 4L * (column[section] - 1)));
        }
    }
}
