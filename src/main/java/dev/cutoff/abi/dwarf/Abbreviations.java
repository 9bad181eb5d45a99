package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The abbreviations that a unit uses, by code (section 7.5.3), compiled for the sizes that its header gives. */
final class Abbreviations {

    private static final int MOST_DENSE = 1 << 16;

    /** Of a unit whose table was not read yet. */
    static final Abbreviations EMPTY = new Abbreviations(new @Nullable Abbreviation[0], Map.of());

    /** By code; codes that are not small are in the map. */
    private final @Nullable Abbreviation[] dense;

    private final Map<Long, Abbreviation> others;

    private Abbreviations(@Nullable Abbreviation[] dense, Map<Long, Abbreviation> others) {
        this.dense = dense;
        this.others = others;
    }

    /**
     * Reads the table at an offset of {@code .debug_abbrev}.
     *
     * @param address size of addresses in bytes
     * @param offsetSize 4 or 8
     */
    static Abbreviations read(Cursor section, long offset, int address, int offsetSize, int version, Forms forms)
            throws FormatException {
        Cursor at = section.fresh();
        at.seek(offset);
        Map<Long, Abbreviation> all = new HashMap<>();
        long most = 0;
        for (long code = at.uleb(); code != 0; code = at.uleb()) {
            Abbreviation one = one(at, address, offsetSize, version, forms);
            // The first of a code counts, as readers that look from the start find it.
            all.putIfAbsent(code, one);
            if (code > 0 && code < MOST_DENSE) {
                most = Math.max(most, code);
            }
        }
        @Nullable Abbreviation[] dense = new @Nullable Abbreviation[(int) Math.min(most, 4L * all.size() + 16) + 1];
        for (int i = 0; i < dense.length; i++) {
            dense[i] = all.remove((long) i);
        }
        return new Abbreviations(dense, all);
    }

    private static Abbreviation one(Cursor at, int address, int offsetSize, int version, Forms handled)
            throws FormatException {
        long start = at.position();
        long tag = at.uleb();
        int children = at.u1();
        if (tag < 0 || tag > 0xffff || children > 1) {
            throw at.wrong(start, "has an abbreviation that is none: tag " + Long.toUnsignedString(tag));
        }
        List<long[]> specifications = new ArrayList<>();
        while (true) {
            long attribute = at.uleb();
            long form = at.uleb();
            if (attribute == 0 && form == 0) {
                break;
            }
            long constant = form == Form.IMPLICIT_CONST ? at.sleb() : 0;
            if (attribute < 0 || attribute > 0xffff) {
                throw at.wrong(start, "has attribute " + Long.toUnsignedString(attribute));
            }
            specifications.add(new long[] {attribute, form < 0 || form > 0xffff ? 0 : form, constant});
        }
        int count = specifications.size();
        int[] slots = new int[count];
        int[] codes = new int[count];
        int[] forms = new int[count];
        long[] constants = new long[count];
        int size = 0;
        long has = 0;
        for (int i = 0; i < count; i++) {
            long[] specification = specifications.get(i);
            codes[i] = (int) specification[0];
            slots[i] = Attribute.slot(codes[i]);
            forms[i] = (int) specification[1];
            constants[i] = specification[2];
            int bytes = handled.areRead(forms[i]) ? Form.size(forms[i], address, offsetSize, version) : Form.UNKNOWN;
            if (bytes == Form.UNKNOWN) {
                forms[i] = Form.UNKNOWN;
            }
            size = size < 0 || bytes < 0 ? Form.VARIES : size + bytes;
            has |= slots[i] == Attribute.NONE ? 0 : 1L << slots[i];
        }
        return new Abbreviation((int) tag, children == 1, slots, codes, forms, constants, size, has);
    }

    /** The abbreviation of a code, null for a code that there is none for. */
    @Nullable
    Abbreviation get(long code) {
        return code >= 0 && code < dense.length ? dense[(int) code] : others.get(code);
    }
}
