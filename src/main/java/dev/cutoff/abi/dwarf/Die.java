package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A debugging information entry, as a window that is moved over them: {@link #read} fills it anew. Not to be shared
 * between threads.
 */
final class Die {

    private final DebugInfo info;
    private final Budget budget;
    private final long[] values = new long[Attribute.SLOTS];
    private final int[] forms = new int[Attribute.SLOTS];
    private final long[] lengths = new long[Attribute.SLOTS];
    private @Nullable Unit unit;
    private @Nullable Cursor at;
    private @Nullable Abbreviation abbreviation;
    private long present;
    private long offset;
    private long end;

    Die(DebugInfo info, Budget budget) {
        this.info = info;
        this.budget = budget;
    }

    Unit unit() {
        return Objects.requireNonNull(unit);
    }

    long offset() {
        return offset;
    }

    long key() {
        return unit().key(offset);
    }

    int tag() {
        return abbreviation == null ? 0 : abbreviation.tag();
    }

    boolean hasChildren() {
        return abbreviation != null && abbreviation.hasChildren();
    }

    /** The offset behind the entry's own attributes: of its first child, if it has any. */
    long end() {
        return end;
    }

    boolean has(int slot) {
        return (present >>> slot & 1) != 0;
    }

    /** Moves to the entry of a key. */
    void readKey(long key) throws FormatException {
        Unit of = unit;
        if (of == null || of.section() != Unit.sectionOf(key) || !of.spans(Unit.offsetOf(key))) {
            of = info.unitOf(key);
        }
        if (!read(of, Unit.offsetOf(key))) {
            throw of.bytes().wrong(Unit.offsetOf(key), "an entry is referred to that is none");
        }
    }

    /** Moves to the entry at an offset; false for the null entry, which ends a list of siblings. */
    boolean read(Unit in, long from) throws FormatException {
        Cursor bytes = window(in);
        if (from < in.first() || from >= in.end()) {
            throw bytes.wrong(from, "an entry is outside of its unit");
        }
        budget.entry();
        bytes.seek(from);
        offset = from;
        present = 0;
        long code = bytes.uleb();
        if (code == 0) {
            abbreviation = null;
            end = bytes.position();
            return false;
        }
        Abbreviation found = in.abbreviations().get(code);
        if (found == null) {
            throw bytes.wrong(
                    from, "an entry has abbreviation " + Long.toUnsignedString(code) + ", which is not there");
        }
        abbreviation = found;
        int[] specified = found.forms();
        int[] slots = found.slots();
        int[] sizes = found.sizes();
        for (int i = 0; i < specified.length; i++) {
            if (slots[i] == Attribute.NONE && sizes[i] >= 0) {
                bytes.skip(sizes[i]);
            } else {
                value(in, bytes, slots[i], specified[i], found.codes()[i], found.constants()[i]);
            }
        }
        end = bytes.position();
        if (end > in.end()) {
            throw bytes.wrong(from, "an entry is longer than its unit");
        }
        return true;
    }

    private Cursor window(Unit in) {
        Cursor bytes = at;
        if (bytes == null || unit == null || unit.section() != in.section()) {
            bytes = in.bytes().fresh();
            at = bytes;
        }
        unit = in;
        return bytes;
    }

    private void value(Unit in, Cursor bytes, int slot, int form, int code, long constant) throws FormatException {
        long value;
        long length = 0;
        int kind = form;
        switch (form) {
            case Form.IMPLICIT_CONST -> value = constant;
            case Form.FLAG_PRESENT -> value = 1;
            case Form.DATA1, Form.FLAG, Form.STRX1, Form.ADDRX1 -> value = bytes.u1();
            case Form.DATA2, Form.STRX2, Form.ADDRX2 -> value = bytes.u2();
            case Form.STRX3, Form.ADDRX3 -> value = three(bytes);
            case Form.DATA4, Form.STRX4, Form.ADDRX4, Form.REF_SUP4 -> value = bytes.u4();
            case Form.DATA8, Form.REF_SIG8, Form.REF_SUP8 -> value = bytes.s8();
            case Form.SDATA -> value = bytes.sleb();
            case Form.UDATA,
                    Form.STRX,
                    Form.ADDRX,
                    Form.LOCLISTX,
                    Form.RNGLISTX,
                    Form.GNU_ADDR_INDEX,
                    Form.GNU_STR_INDEX -> value = bytes.uleb();
            case Form.REF1 -> value = in.start() + bytes.u1();
            case Form.REF2 -> value = in.start() + bytes.u2();
            case Form.REF4 -> value = in.start() + bytes.u4();
            case Form.REF8 -> value = in.start() + bytes.s8();
            case Form.REF_UDATA -> value = in.start() + bytes.uleb();
            case Form.ADDR -> value = address(bytes, in.addressSize());
            case Form.REF_ADDR ->
                value = in.version() <= 2 ? address(bytes, in.addressSize()) : offset(bytes, in.offsetSize());
            case Form.STRP, Form.LINE_STRP, Form.SEC_OFFSET, Form.STRP_SUP, Form.GNU_REF_ALT, Form.GNU_STRP_ALT ->
                value = offset(bytes, in.offsetSize());
            case Form.STRING -> {
                value = bytes.position();
                long zero = bytes.find(value, 0);
                if (zero < 0) {
                    throw bytes.wrong(value, "a string has no end");
                }
                bytes.seek(zero + 1);
            }
            case Form.BLOCK1, Form.BLOCK2, Form.BLOCK4, Form.BLOCK, Form.EXPRLOC, Form.DATA16 -> {
                length = switch (form) {
                    case Form.BLOCK1 -> bytes.u1();
                    case Form.BLOCK2 -> bytes.u2();
                    case Form.BLOCK4 -> bytes.u4();
                    case Form.DATA16 -> 16;
                    default -> bytes.uleb();
                };
                value = bytes.position();
                bytes.skip(length);
                kind = Form.BLOCK;
            }
            case Form.INDIRECT -> {
                long real = bytes.uleb();
                if (real == Form.INDIRECT || real == Form.IMPLICIT_CONST || real < 0 || real > 0xffff) {
                    throw bytes.wrong(
                            bytes.position(), "an indirect form leads to form " + Long.toUnsignedString(real));
                }
                value(in, bytes, slot, info.forms().areRead((int) real) ? (int) real : Form.UNKNOWN, code, 0);
                return;
            }
            default ->
                throw bytes.wrong(
                        bytes.position(), "attribute 0x" + Integer.toHexString(code) + " has a form that is not known");
        }
        if (slot != Attribute.NONE) {
            present |= 1L << slot;
            values[slot] = slot == Attribute.UNKNOWN ? code : value;
            forms[slot] = kind;
            lengths[slot] = length;
        }
    }

    private static long three(Cursor bytes) throws FormatException {
        int a = bytes.u1();
        int b = bytes.u1();
        int c = bytes.u1();
        return bytes.isLittle() ? a | b << 8 | c << 16 : c | b << 8 | a << 16;
    }

    static long offset(Cursor bytes, int size) throws FormatException {
        return size == 8 ? bytes.s8() : bytes.u4();
    }

    static long address(Cursor bytes, int size) throws FormatException {
        return switch (size) {
            case 8 -> bytes.s8();
            case 4 -> bytes.u4();
            case 2 -> bytes.u2();
            case 1 -> bytes.u1();
            default -> throw bytes.wrong(bytes.position(), "has addresses of " + size + " bytes");
        };
    }

    /**
     * The offset of the next sibling: behind all entries below this one. Must be asked before the window moves, and moves
     * it where the entry does not say it itself.
     */
    long next() throws FormatException {
        if (!hasChildren()) {
            return end;
        }
        Unit in = unit();
        if (has(Attribute.SIBLING)) {
            long sibling = values[Attribute.SIBLING];
            if (sibling <= offset || sibling > in.end()) {
                throw in.bytes().wrong(offset, "an entry's sibling is outside of its unit");
            }
            return sibling;
        }
        int depth = 1;
        long from = end;
        while (depth > 0) {
            if (!read(in, from)) {
                depth--;
                from = end;
            } else if (hasChildren()) {
                if (has(Attribute.SIBLING)) {
                    from = next();
                } else {
                    depth++;
                    from = end;
                }
            } else {
                from = end;
            }
        }
        return from;
    }

    /** A constant, a flag or an offset; data of 8 bytes may be meant as unsigned. */
    long number(int slot) {
        return values[slot];
    }

    boolean isFlag(int slot) {
        return has(slot) && values[slot] != 0;
    }

    /** Whether the value is a number that stands there, and not what computes one. */
    boolean isConstant(int slot) {
        return has(slot)
                && switch (forms[slot]) {
                    case Form.DATA1,
                            Form.DATA2,
                            Form.DATA4,
                            Form.DATA8,
                            Form.SDATA,
                            Form.UDATA,
                            Form.IMPLICIT_CONST,
                            Form.FLAG,
                            Form.FLAG_PRESENT -> true;
                    default -> false;
                };
    }

    boolean isBlock(int slot) {
        return has(slot) && forms[slot] == Form.BLOCK;
    }

    /** The bytes of a block or expression. */
    byte[] block(int slot) throws FormatException {
        return unit().bytes().bytesAt(values[slot], lengths[slot]);
    }

    int form(int slot) {
        return forms[slot];
    }

    /** The key of the entry that an attribute refers to, or -1 where it is in a file that could not be had. */
    long reference(int slot) throws FormatException {
        return info.reference(unit(), forms[slot], values[slot]);
    }

    boolean isReference(int slot) {
        return has(slot)
                && switch (forms[slot]) {
                    case Form.REF1,
                            Form.REF2,
                            Form.REF4,
                            Form.REF8,
                            Form.REF_UDATA,
                            Form.REF_ADDR,
                            Form.REF_SIG8,
                            Form.REF_SUP4,
                            Form.REF_SUP8,
                            Form.GNU_REF_ALT -> true;
                    default -> false;
                };
    }

    /** A name; empty where there is none. */
    String text(int slot) throws FormatException {
        if (!has(slot)) {
            return "";
        }
        String text = info.text(unit(), forms[slot], values[slot]);
        budget.characters(text.length());
        return text;
    }

    /** A hash of a name's bytes; the same for the same name wherever it stands. */
    long textHash(int slot) throws FormatException {
        return has(slot) ? info.textHash(unit(), forms[slot], values[slot]) : 0;
    }

    /** An address; where the value is an index, that of the unit's table of addresses. */
    long address(int slot) throws FormatException {
        return switch (forms[slot]) {
            case Form.ADDRX, Form.ADDRX1, Form.ADDRX2, Form.ADDRX3, Form.ADDRX4, Form.GNU_ADDR_INDEX ->
                info.address(unit(), values[slot]);
            default -> values[slot];
        };
    }

    @Override
    public String toString() {
        return "entry at " + offset + " with tag 0x" + Integer.toHexString(tag()) + " of " + Arrays.toString(forms);
    }
}
