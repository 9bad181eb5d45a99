package dev.cutoff.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A bounds-checked view of some bytes of a file, with a position. All reading of foreign bytes goes through it: an
 * access outside the view is a {@link FormatException} that names the file and the offset in it.
 *
 * <p>Methods that end in {@code At} read at an offset from the view's start and leave the position alone, so a cursor
 * that is only read so may be shared between threads; the others read at the position and move it. The bytes are in native
 * memory, a mapped file or a copy, so that the JIT sees one type of segment; or in an array.
 */
public final class Cursor {

    private static final ValueLayout.OfShort LE2 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BE2 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt LE4 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt BE4 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LE8 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong BE8 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MemorySegment NOTHING = MemorySegment.ofAddress(0);
    private static final long MOST_IN_ARRAY = 1 << 28;
    private static final int PIECE = 1 << 16;

    private final MemorySegment segment;
    /** The same bytes in an array, where there is one, and where the view begins in it. */
    private final byte @Nullable [] array;

    private final int first;
    private final long size;
    private final String file;
    private final long base;
    private final boolean little;
    private long position;

    private Cursor(
            MemorySegment segment,
            byte @Nullable [] array,
            int first,
            long size,
            String file,
            long base,
            boolean little) {
        this.segment = segment;
        this.array = array;
        this.first = first;
        this.size = size;
        this.file = file;
        this.base = base;
        this.little = little;
    }

    /** A little-endian view of native memory; {@code file} is for messages. */
    static Cursor over(MemorySegment segment, String file) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("not native memory: " + file);
        }
        return new Cursor(segment, null, 0, segment.byteSize(), file, 0, true);
    }

    /** A little-endian view of a copy of some bytes, kept until the garbage collector takes it. */
    public static Cursor copyOf(byte[] bytes, String file) {
        MemorySegment copy = Arena.ofAuto().allocate(bytes.length);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return new Cursor(copy, null, 0, copy.byteSize(), file, 0, true);
    }

    /** A little-endian view of the first bytes of an array, which must not change while it is read. */
    public static Cursor of(byte[] bytes, int length, String file) {
        if (length < 0 || length > bytes.length) {
            throw new IllegalArgumentException(length + " of " + bytes.length + " bytes: " + file);
        }
        return new Cursor(NOTHING, bytes, 0, length, file, 0, true);
    }

    /** A little-endian view of native memory, which must stay as it is while it is read. */
    public static Cursor of(MemorySegment memory, String file) {
        return over(memory, file);
    }

    /** Other bytes in this view's place: of the same file and order, such as what a compressed part expands to. */
    public Cursor replaced(byte[] bytes) {
        return new Cursor(NOTHING, bytes, 0, bytes.length, file, base, little);
    }

    /**
     * The same bytes, copied into an array if they fit: for parts that are read many times over. It costs memory, and reading
     * from an array is several times as fast until the optimising compiler has come to the code; most runs end before that.
     */
    public Cursor inArray() throws FormatException {
        return array != null || size > MOST_IN_ARRAY ? this : replaced(bytesAt(0, size));
    }

    /** A view of the same bytes with a position of its own, at 0. */
    public Cursor fresh() {
        return new Cursor(segment, array, first, size, file, base, little);
    }

    public boolean isLittle() {
        return little;
    }

    /** The same bytes in the given byte order, at position 0. */
    public Cursor withOrder(ByteOrder order) {
        return new Cursor(segment, array, first, size, file, base, order == ByteOrder.LITTLE_ENDIAN);
    }

    /** A part of this view, at position 0. */
    public Cursor slice(long offset, long length) throws FormatException {
        check(offset, length);
        return array == null
                ? new Cursor(segment.asSlice(offset, length), null, 0, length, file, base + offset, little)
                : new Cursor(segment, array, first + (int) offset, length, file, base + offset, little);
    }

    /** From an offset to the end of this view, at position 0. */
    public Cursor sliceFrom(long offset) throws FormatException {
        check(offset, 0);
        return slice(offset, size - offset);
    }

    /** The same bytes under another name in messages: that of an archive's member. */
    public Cursor named(String name) {
        return new Cursor(segment, array, first, size, name, base, little);
    }

    public String file() {
        return file;
    }

    public long size() {
        return size;
    }

    public long position() {
        return position;
    }

    public long remaining() {
        return size - position;
    }

    public void seek(long offset) throws FormatException {
        check(offset, 0);
        position = offset;
    }

    public void skip(long bytes) throws FormatException {
        check(position, bytes);
        position += bytes;
    }

    /** Something is wrong at an offset from this view's start. */
    public FormatException wrong(long offset, String sentence) {
        return new FormatException(file, base + offset, sentence);
    }

    /** The one place where an access is judged. */
    private void check(long offset, long length) throws FormatException {
        if (offset < 0 || length < 0 || length > size - offset) {
            throw wrong(
                    offset,
                    "ends too early: " + Long.toUnsignedString(length) + " bytes are needed at "
                            + Long.toUnsignedString(offset) + " of " + size);
        }
    }

    public int u1At(long offset) throws FormatException {
        check(offset, 1);
        return array == null ? segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff : array[first + (int) offset] & 0xff;
    }

    public int u2At(long offset) throws FormatException {
        check(offset, 2);
        return (array == null ? segment.get(little ? LE2 : BE2, offset) : two(array, first + (int) offset)) & 0xffff;
    }

    public int s4At(long offset) throws FormatException {
        check(offset, 4);
        return array == null ? segment.get(little ? LE4 : BE4, offset) : four(array, first + (int) offset);
    }

    public long u4At(long offset) throws FormatException {
        return s4At(offset) & 0xffff_ffffL;
    }

    /** Eight bytes; a value of 2^63 or more comes as a negative number, which no offset or length check lets pass. */
    public long s8At(long offset) throws FormatException {
        check(offset, 8);
        return array == null ? segment.get(little ? LE8 : BE8, offset) : eight(array, first + (int) offset);
    }

    // Written out, as fast as it gets before the optimising compiler.

    private int two(byte[] b, int i) {
        return little ? (b[i] & 0xff) | (b[i + 1] & 0xff) << 8 : (b[i] & 0xff) << 8 | (b[i + 1] & 0xff);
    }

    private int four(byte[] b, int i) {
        return little
                ? (b[i] & 0xff) | (b[i + 1] & 0xff) << 8 | (b[i + 2] & 0xff) << 16 | b[i + 3] << 24
                : b[i] << 24 | (b[i + 1] & 0xff) << 16 | (b[i + 2] & 0xff) << 8 | (b[i + 3] & 0xff);
    }

    private long eight(byte[] b, int i) {
        long low = four(b, little ? i : i + 4) & 0xffff_ffffL;
        return (long) four(b, little ? i + 4 : i) << 32 | low;
    }

    public int u1() throws FormatException {
        int value = u1At(position);
        position += 1;
        return value;
    }

    public int u2() throws FormatException {
        int value = u2At(position);
        position += 2;
        return value;
    }

    public int s4() throws FormatException {
        int value = s4At(position);
        position += 4;
        return value;
    }

    public long u4() throws FormatException {
        return s4() & 0xffff_ffffL;
    }

    public long s8() throws FormatException {
        long value = s8At(position);
        position += 8;
        return value;
    }

    /** An unsigned LEB128 number of at most 64 bits. */
    public long uleb() throws FormatException {
        long start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u1();
            if (shift > 63 || (shift == 63 && (b & 0x7e) != 0)) {
                throw wrong(start, "a LEB128 number has more than 64 bits");
            }
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
    }

    /** A signed LEB128 number of at most 64 bits. */
    public long sleb() throws FormatException {
        long start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u1();
            if (shift > 63 || (shift == 63 && (b & 0x7f) != 0 && (b & 0x7f) != 0x7f)) {
                throw wrong(start, "a LEB128 number has more than 64 bits");
            }
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return shift < 57 && (b & 0x40) != 0 ? value | -1L << (shift + 7) : value;
            }
        }
    }

    /** Passes over a LEB128 number with or without a sign, of at most 10 bytes as numbers of 64 bits have. */
    public void skipLeb() throws FormatException {
        long start = position;
        while (u1() >= 0x80) {
            if (position - start >= 10) {
                throw wrong(start, "a LEB128 number has more than 64 bits");
            }
        }
    }

    public byte[] bytesAt(long offset, long length) throws FormatException {
        check(offset, length);
        if (length > Integer.MAX_VALUE - 16) {
            throw wrong(offset, "is too large to be read at once: " + length + " bytes");
        }
        if (array != null) {
            return Arrays.copyOfRange(array, first + (int) offset, first + (int) (offset + length));
        }
        byte[] bytes = new byte[(int) length];
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, bytes, 0, bytes.length);
        return bytes;
    }

    /** Copies bytes into an array, from its start. */
    public void copy(long offset, byte[] to, int length) throws FormatException {
        check(offset, length);
        if (array != null) {
            System.arraycopy(array, first + (int) offset, to, 0, length);
        } else {
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, to, 0, length);
        }
    }

    /** Adds bytes to a digest. */
    public void digest(MessageDigest to, long offset, long length) throws FormatException {
        check(offset, length);
        if (array != null) {
            to.update(array, first + (int) offset, (int) length);
            return;
        }
        byte[] piece = new byte[(int) Math.min(PIECE, length)];
        for (long at = 0; at < length; at += piece.length) {
            int size = (int) Math.min(piece.length, length - at);
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset + at, piece, 0, size);
            to.update(piece, 0, size);
        }
    }

    /** The next {@code length} bytes. */
    public byte[] bytes(long length) throws FormatException {
        byte[] bytes = bytesAt(position, length);
        position += length;
        return bytes;
    }

    /** The offset of the first such byte at or after {@code from}, or -1. */
    public long find(long from, int wanted) throws FormatException {
        check(from, 0);
        if (array != null) {
            int end = first + (int) size;
            for (int i = first + (int) from; i < end; i++) {
                if (array[i] == (byte) wanted) {
                    return (long) i - first;
                }
            }
            return -1;
        }
        for (long i = from; i < size; i++) {
            if (segment.get(ValueLayout.JAVA_BYTE, i) == (byte) wanted) {
                return i;
            }
        }
        return -1;
    }

    /** A string that a NUL ends, as {@link #text} gives it; the position moves past the NUL. */
    public String cString() throws FormatException {
        long end = find(position, 0);
        if (end < 0) {
            throw wrong(position, "a string has no end");
        }
        String text = text(bytesAt(position, end - position));
        position = end + 1;
        return text;
    }

    /** A string that a NUL ends, of at most {@code limit} bytes, as {@link #text} gives it. */
    public String cStringAt(long offset, long limit) throws FormatException {
        check(offset, 0);
        long stop = Math.min(size, limit < size - offset ? offset + limit + 1 : size);
        for (long end = offset; end < stop; end++) {
            byte b = array == null ? segment.get(ValueLayout.JAVA_BYTE, end) : array[first + (int) end];
            if (b == 0) {
                return text(bytesAt(offset, end - offset));
            }
        }
        throw wrong(offset, stop < size ? "a string is too long" : "a string has no end");
    }

    /**
     * Bytes as UTF-8. Where they are not UTF-8, each byte above 127 becomes a lone surrogate (U+DC80 to U+DCFF), so that
     * two names that differ in the file differ here.
     */
    public static String text(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return beyondAscii(bytes);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String beyondAscii(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder escaped = new StringBuilder(bytes.length);
            for (byte b : bytes) {
                escaped.append(b < 0 ? (char) (0xdc00 + (b & 0xff)) : (char) b);
            }
            return escaped.toString();
        }
    }

    @Override
    public String toString() {
        return file + "[" + base + "+" + size + "] at " + position;
    }
}
