package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All units that a file's debug information is made of, in the order of their sections and offsets, and what they refer
 * to each other by. Read-only, so it may be shared between threads.
 *
 * @param units sorted by section and offset
 * @param types key of the entry by the signature of its type unit (section 7.32)
 * @param supplement section number of the supplementary file's information (section 7.3.6), -1 where there is none
 * @param missing what could not be had or read, in words; where it is not empty, what is not found may be there
 */
record DebugInfo(
        List<Unit> units,
        Map<Long, Long> types,
        int supplement,
        @Nullable DebugFile supplementFile,
        List<String> missing,
        Forms forms) {

    /** A reference to what is not there: a supplementary file or a type unit. */
    static final long ELSEWHERE = -1;

    /** In place of a key: no type at all, {@code void}. */
    static final long VOID = -2;

    private static final long LONGEST_NAME = 1 << 20;

    /** The unit that has the entry of a key. */
    Unit unitOf(long key) throws FormatException {
        int section = Unit.sectionOf(key);
        long offset = Unit.offsetOf(key);
        int low = 0;
        int high = units.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Unit unit = units.get(middle);
            if (unit.section() < section || (unit.section() == section && unit.end() <= offset)) {
                low = middle + 1;
            } else if (unit.section() > section || unit.start() > offset) {
                high = middle - 1;
            } else {
                return unit;
            }
        }
        Cursor blamed = units.getFirst().bytes();
        throw blamed.wrong(offset, "an entry is referred to that is in no unit");
    }

    /** The key of what a reference form leads to, or {@link #ELSEWHERE}. */
    long reference(Unit from, int form, long value) throws FormatException {
        return switch (form) {
            case Form.REF1, Form.REF2, Form.REF4, Form.REF8, Form.REF_UDATA -> {
                if (value < from.first() || value >= from.end()) {
                    throw from.bytes().wrong(value, "a reference leads out of its unit");
                }
                yield from.key(value);
            }
            case Form.REF_ADDR -> {
                if (value < 0 || value >= from.bytes().size()) {
                    throw from.bytes().wrong(value, "a reference leads out of its section");
                }
                yield from.key(value);
            }
            case Form.REF_SIG8 -> types.getOrDefault(value, ELSEWHERE);
            case Form.REF_SUP4, Form.REF_SUP8, Form.GNU_REF_ALT ->
                supplement < 0 || value < 0 || value >= 1L << 48 ? ELSEWHERE : Unit.key(supplement, value);
            default -> throw from.bytes().wrong(from.start(), "has a reference of form 0x" + Integer.toHexString(form));
        };
    }

    /** Where the bytes of a string are: a section and the offset in it. */
    private record Place(Cursor section, long offset) {}

    private Place place(Unit unit, int form, long value) throws FormatException {
        return switch (form) {
            case Form.STRING -> new Place(unit.bytes(), value);
            case Form.STRP -> new Place(unit.file().strings(), value);
            case Form.LINE_STRP -> new Place(unit.file().lineStrings(), value);
            case Form.STRX, Form.STRX1, Form.STRX2, Form.STRX3, Form.STRX4, Form.GNU_STR_INDEX -> indexed(unit, value);
            case Form.STRP_SUP, Form.GNU_STRP_ALT -> {
                if (supplementFile == null) {
                    throw unit.bytes().wrong(unit.start(), "names a string in a supplementary file that is not there");
                }
                yield new Place(supplementFile.strings(), value);
            }
            default -> throw unit.bytes().wrong(unit.start(), "has a name of form 0x" + Integer.toHexString(form));
        };
    }

    private static Place indexed(Unit unit, long index) throws FormatException {
        Cursor offsets = unit.file().stringOffsets();
        long size = unit.offsetSize();
        if (index < 0 || index > offsets.size() / size) {
            throw offsets.wrong(0, "has no string " + Long.toUnsignedString(index));
        }
        long at = tables(unit).strings() + index * size;
        return new Place(unit.file().strings(), size == 8 ? offsets.s8At(at) : offsets.u4At(at));
    }

    static Unit.Bases tables(Unit unit) {
        return Objects.requireNonNull(unit.bases(), "the first entry was not read");
    }

    String text(Unit unit, int form, long value) throws FormatException {
        Place place = place(unit, form, value);
        return place.section().cStringAt(place.offset(), LONGEST_NAME);
    }

    long textHash(Unit unit, int form, long value) throws FormatException {
        Place place = place(unit, form, value);
        Cursor bytes = place.section();
        long hash = 0;
        for (long at = place.offset(); ; at++) {
            int b = bytes.u1At(at);
            if (b == 0) {
                return hash;
            }
            hash = 31 * hash + b;
        }
    }

    /** The address at an index of the unit's table. */
    long address(Unit unit, long index) throws FormatException {
        Unit.Bases bases = tables(unit);
        Cursor addresses = bases.addressFile().addresses();
        if (index < 0 || index > addresses.size()) {
            throw addresses.wrong(0, "has no address " + Long.toUnsignedString(index));
        }
        long at = bases.addresses() + index * unit.addressSize();
        return unit.addressSize() == 8 ? addresses.s8At(at) : addresses.u4At(at);
    }
}
