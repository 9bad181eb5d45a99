package dev.cutoff.abi.x86;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.Segment;
import java.util.List;

/**
 * Where functions begin and end, by a file's table for stack unwinding (Linux Standard Base, "Exception Frames": the
 * sections .eh_frame_hdr and .eh_frame), in the form that all linkers of x86-64 write: offsets of four bytes.
 */
final class UnwindTable {

    /** PT_GNU_EH_FRAME. */
    private static final int SEGMENT_TYPE = 0x6474e550;
    /** The table's offsets: DW_EH_PE_datarel | DW_EH_PE_sdata4. */
    private static final int TABLE_FORM = 0x3b;
    /** DW_EH_PE_udata4. */
    private static final int COUNT_FORM = 0x03;

    private static final int PAIR = 8;

    private final Cursor file;
    private final List<Segment> segments;
    private final long header;
    private final long table;
    private final int count;

    private UnwindTable(Cursor file, List<Segment> segments, long header, long table, int count) {
        this.file = file;
        this.segments = segments;
        this.header = header;
        this.table = table;
        this.count = count;
    }

    /** A table without functions where the file has none, or one of another form. */
    static UnwindTable of(Cursor file, List<Segment> segments) throws FormatException {
        for (Segment segment : segments) {
            if (segment.type() == SEGMENT_TYPE && segment.fileSize() > 12) {
                long at = segment.offset();
                boolean known =
                        file.u1At(at) == 1 && file.u1At(at + 2) == COUNT_FORM && file.u1At(at + 3) == TABLE_FORM;
                long count = file.u4At(at + 8);
                if (known && count <= segment.fileSize() / PAIR) {
                    return new UnwindTable(file, segments, segment.address(), at + 12, (int) count);
                }
            }
        }
        return new UnwindTable(file, segments, 0, 0, 0);
    }

    /**
     * Addresses from where to where code stands together: a function, or what lies between two.
     *
     * @param isFunction whether it is known to be one
     */
    record Stretch(long from, long to, boolean isFunction) {}

    /** The stretch that an address lies in; it may begin before and end behind the part of the file that is asked about. */
    Stretch stretch(long address) throws FormatException {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (start(middle) <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        long next = low < count ? start(low) : Long.MAX_VALUE;
        if (low == 0) {
            return new Stretch(0, next, false);
        }
        long end = start(low - 1) + length(low - 1);
        return address < end ? new Stretch(start(low - 1), end, true) : new Stretch(end, next, false);
    }

    private long start(int function) throws FormatException {
        return header + file.s4At(table + (long) function * PAIR);
    }

    /** From the function's entry: length, reference to the common part, start and length of the code. */
    private long length(int function) throws FormatException {
        long entry = offset(header + file.s4At(table + (long) function * PAIR + 4));
        return entry < 0 ? 0 : file.u4At(entry + 12);
    }

    private long offset(long address) {
        for (Segment segment : segments) {
            if (segment.type() == 1
                    && address >= segment.address()
                    && address < segment.address() + segment.fileSize()) {
                return segment.offset() + address - segment.address();
            }
        }
        return -1;
    }
}
