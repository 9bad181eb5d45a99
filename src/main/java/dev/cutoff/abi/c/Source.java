package dev.cutoff.abi.c;

import java.util.Arrays;

/**
 * The text of a file with its splices (a backslash, blanks, the end of the line) taken out, and the way back from an
 * offset in that to the offset and line in the file. Most files have no splice; their clean text is the file's.
 */
final class Source {

    final byte[] original;
    final byte[] clean;
    final int length;

    /** Offsets in the clean text before which something was taken out, ascending, and how much was up to there. */
    private final int[] spliceAt;

    private final int[] removed;
    private final int splices;

    Source(byte[] original) {
        this.original = original;
        byte[] text = original;
        int out = -1;
        int[] at = new int[0];
        int[] gone = new int[0];
        int count = 0;
        for (int i = 0; i < original.length; i++) {
            int end = original[i] == '\\' ? spliceEnd(original, i) : -1;
            if (end < 0) {
                if (out >= 0) {
                    text[out++] = original[i];
                }
                continue;
            }
            if (out < 0) {
                text = original.clone();
                out = i;
            }
            if (count == at.length) {
                at = Arrays.copyOf(at, Math.max(16, 2 * count));
                gone = Arrays.copyOf(gone, at.length);
            }
            at[count] = out;
            gone[count++] = end - out;
            i = end - 1;
        }
        this.clean = text;
        this.length = out < 0 ? original.length : out;
        this.spliceAt = at;
        this.removed = gone;
        this.splices = count;
    }

    /** Where a splice that begins at a backslash ends, or -1 where none does. GCC and Clang let blanks stand in it. */
    private static int spliceEnd(byte[] text, int backslash) {
        int i = backslash + 1;
        while (i < text.length && Lexer.blank(text[i])) {
            i++;
        }
        if (i + 1 < text.length && text[i] == '\r' && text[i + 1] == '\n') {
            return i + 2;
        }
        return i < text.length && text[i] == '\n' ? i + 1 : -1;
    }

    /** The offset in the file of the character at an offset of the clean text. */
    int originalOffset(int offset) {
        int low = 0;
        int high = splices;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (spliceAt[middle] <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? offset : offset + removed[low - 1];
    }

    /** The offset in the clean text of a character of the file that no splice took; the reverse of the above. */
    int cleanOffset(int offset) {
        int low = 0;
        int high = splices;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (spliceAt[middle] + removed[middle] <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? offset : offset - removed[low - 1];
    }
}
