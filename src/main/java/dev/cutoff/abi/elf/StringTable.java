package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names by offset, with a limit on what they take together. Without one, a damaged table that is one long string would
 * give each of its symbols a copy of nearly all of it, which is quadratic in the size of the file.
 *
 * <p>A table that many names are read from is copied first: reading from an array is much cheaper until the JIT has come
 * to the code, and most runs end before that.
 */
final class StringTable {

    private static final long PER_NAME = 256;
    private static final long MANY = 64;
    private static final long MOST_COPIED = 1 << 26;

    private final Cursor bytes;
    private final byte @Nullable [] copy;
    private long left;

    /** A table that about {@code names} names are read from. */
    StringTable(Cursor bytes, long names) throws FormatException {
        this.bytes = bytes;
        this.left = 16 * bytes.size() + PER_NAME * names;
        this.copy = names >= MANY && bytes.size() <= Math.min(MOST_COPIED, PER_NAME * names)
                ? bytes.bytesAt(0, bytes.size())
                : null;
    }

    String at(long offset) throws FormatException {
        if (offset == 0 && bytes.size() == 0) {
            return "";
        }
        String name = copy == null ? null : ascii(copy, offset);
        if (name == null || name.length() > left) {
            name = bytes.cStringAt(offset, left);
        }
        left -= name.length();
        return name;
    }

    /** Null for what the cursor must look at: other characters, or a string without an end. */
    private static @Nullable String ascii(byte[] table, long offset) {
        if (offset < 0 || offset >= table.length) {
            return null;
        }
        int start = (int) offset;
        for (int end = start; end < table.length; end++) {
            byte b = table[end];
            if (b <= 0) {
                return b < 0 ? null : new String(table, start, end - start, StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }
}
