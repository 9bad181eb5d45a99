package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The abbreviations that a unit uses, by code (section 7.5.3), compiled for the sizes that its header gives. */
final class Abbreviations {

    /** Of a unit whose table was not read yet. */
    static final Abbreviations EMPTY = new Abbreviations(new @Nullable Abbreviation[1], Map.of());

    /** By code, for as long as each is the one after that before it, as compilers number them; the others are in the map. */
    private @Nullable Abbreviation[] dense;

    private int count = 1;
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
        Abbreviations read = new Abbreviations(new @Nullable Abbreviation[64], new HashMap<>());
        Specifications specifications = new Specifications();
        for (long code = at.uleb(); code != 0; code = at.uleb()) {
            read.add(code, specifications.read(at, address, offsetSize, version, forms));
        }
        return read;
    }

    /** The first of a code counts, as readers that look from the start find it. */
    private void add(long code, Abbreviation one) {
        if (code == count) {
            if (count == dense.length) {
                dense = Arrays.copyOf(dense, 2 * count);
            }
            Abbreviation earlier = others.remove(code);
            dense[count++] = earlier == null ? one : earlier;
        } else if (code < 0 || code > count) {
            others.putIfAbsent(code, one);
        }
    }

    /** Reads abbreviations, one after another. */
    private static final class Specifications {

        private int[] codes = new int[16];
        private int[] forms = new int[16];
        private long[] constants = new long[16];
        private int count;

        Abbreviation read(Cursor at, int address, int offsetSize, int version, Forms handled) throws FormatException {
            long start = at.position();
            long tag = at.uleb();
            int children = at.u1();
            if (tag < 0 || tag > 0xffff || children > 1) {
                throw at.wrong(start, "has an abbreviation that is none: tag " + Long.toUnsignedString(tag));
            }
            count = 0;
            while (next(at, start)) {
                count++;
            }
            int[] slots = new int[count];
            int[] sizes = new int[count];
            int size = 0;
            long has = 0;
            for (int i = 0; i < count; i++) {
                slots[i] = Attribute.slot(codes[i]);
                sizes[i] = handled.areRead(forms[i]) ? Form.size(forms[i], address, offsetSize, version) : Form.UNKNOWN;
                if (sizes[i] == Form.UNKNOWN) {
                    forms[i] = Form.UNKNOWN;
                }
                size = size < 0 || sizes[i] < 0 ? Form.VARIES : size + sizes[i];
                has |= slots[i] == Attribute.NONE ? 0 : 1L << slots[i];
            }
            return new Abbreviation(
                    (int) tag,
                    children == 1,
                    slots,
                    Arrays.copyOf(codes, count),
                    Arrays.copyOf(forms, count),
                    Arrays.copyOf(constants, count),
                    sizes,
                    size,
                    has);
        }

        /** Reads what is said of one attribute; false at the end. */
        private boolean next(Cursor at, long start) throws FormatException {
            long attribute = at.uleb();
            long form = at.uleb();
            if (attribute == 0 && form == 0) {
                return false;
            }
            if (attribute < 0 || attribute > 0xffff) {
                throw at.wrong(start, "has attribute " + Long.toUnsignedString(attribute));
            }
            if (count == codes.length) {
                codes = Arrays.copyOf(codes, 2 * count);
                forms = Arrays.copyOf(forms, 2 * count);
                constants = Arrays.copyOf(constants, 2 * count);
            }
            codes[count] = (int) attribute;
            forms[count] = form < 0 || form > 0xffff ? 0 : (int) form;
            constants[count] = form == Form.IMPLICIT_CONST ? at.sleb() : 0;
            return true;
        }
    }

    /** The abbreviation of a code, null for a code that there is none for. */
    @Nullable
    Abbreviation get(long code) {
        return code >= 0 && code < count ? dense[(int) code] : others.get(code);
    }
}
