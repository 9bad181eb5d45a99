package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;

/**
 * Names by offset, with a limit on what they take together. Without one, a damaged table that is one long string would
 * give each of its symbols a copy of nearly all of it, which is quadratic in the size of the file.
 */
final class StringTable {

    private static final long PER_NAME = 256;

    private final Cursor bytes;
    private long left;

    /** A table that about {@code names} names are read from. */
    StringTable(Cursor bytes, long names) {
        this.bytes = bytes;
        this.left = 16 * bytes.size() + PER_NAME * names;
    }

    String at(long offset) throws FormatException {
        if (offset == 0 && bytes.size() == 0) {
            return "";
        }
        String name = bytes.cStringAt(offset, left);
        left -= name.length();
        return name;
    }
}
