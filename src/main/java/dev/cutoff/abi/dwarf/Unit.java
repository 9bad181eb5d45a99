package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * A unit: entries that share a header (section 7.5.1).
 *
 * @param section the number of its section among all of {@link DebugInfo}
 * @param file whose sections it names its strings in
 * @param bytes its section, by which all offsets of entries are counted
 * @param start of its header
 * @param first offset of its first entry
 * @param end behind its last entry
 * @param addressSize of addresses, in bytes
 * @param offsetSize 4, or 8 in 64-bit DWARF
 * @param signature of a type unit, else 0
 * @param type offset of the type that a type unit is about, from the section's start; else 0
 * @param bases what its first entry says of tables, null before that was read
 */
record Unit(
        int section,
        DebugFile file,
        Cursor bytes,
        long start,
        long first,
        long end,
        int version,
        int addressSize,
        int offsetSize,
        Abbreviations abbreviations,
        long signature,
        long type,
        @Nullable Bases bases) {

    /**
     * Where the tables of a unit begin.
     *
     * @param strings of its string offsets (section 7.26)
     * @param addresses of its addresses (section 7.27)
     * @param addressFile where these are: for a split unit the file that has its skeleton
     * @param lines of its line table, or -1
     * @param split the name of the file that holds the rest of the unit, null where it is whole
     * @param splitId by which the two parts know each other
     * @param folder in which a split unit was compiled, or null
     */
    record Bases(
            long strings,
            long addresses,
            DebugFile addressFile,
            long lines,
            @Nullable String split,
            long splitId,
            @Nullable String folder,
            int language) {

        /** The same, with the addresses of the unit's skeleton. */
        Bases at(Bases skeleton) {
            return new Bases(
                    strings, skeleton.addresses, skeleton.addressFile, lines, split, splitId, folder, language);
        }
    }

    /** The key of an entry: its section above 48 bits of offset. */
    long key(long offset) {
        return key(section, offset);
    }

    static long key(int section, long offset) {
        return (long) section << 48 | offset;
    }

    static int sectionOf(long key) {
        return (int) (key >>> 48);
    }

    static long offsetOf(long key) {
        return key & 0xffff_ffff_ffffL;
    }

    /** Whether an offset of its section is one of its own. */
    boolean spans(long offset) {
        return offset >= start && offset < end;
    }

    Unit with(Abbreviations read) {
        return with(read, bases);
    }

    Unit with(Bases read) {
        return with(abbreviations, read);
    }

    private Unit with(Abbreviations table, @Nullable Bases tables) {
        return new Unit(
                section,
                file,
                bytes,
                start,
                first,
                end,
                version,
                addressSize,
                offsetSize,
                table,
                signature,
                type,
                tables);
    }
}
