package dev.cutoff.abi.rust;

import java.util.Arrays;
import java.util.List;

/** Whether two metadata files of the compiler say the same, but for fields whose values are known. */
public final class MetadataDifference {

    private MetadataDifference() {}

    /**
     * A field that may differ.
     *
     * @param before its bytes in the first file
     * @param after its bytes, as many, in the second
     */
    @SuppressWarnings("ArrayRecordComponent") // Not compared; written to nobody.
    public record Field(byte[] before, byte[] after) {}

    /**
     * Whether all bytes that differ are of the given fields, each with the value that it must have at that side.
     *
     * @return "" where it is so, else what differs first, in words
     */
    public static String beyond(byte[] before, byte[] after, List<Field> fields) {
        if (before.length != after.length) {
            return "metadata of " + before.length + " and " + after.length + " bytes";
        }
        int at = 0;
        while (true) {
            int next = Arrays.mismatch(before, at, before.length, after, at, after.length);
            if (next < 0) {
                return "";
            }
            int differs = at + next;
            int end = end(before, after, fields, differs, at);
            if (end < 0) {
                return "metadata differs at byte " + differs + " of " + before.length;
            }
            at = end;
        }
    }

    /** Behind the field that explains a difference, or -1. */
    private static int end(byte[] before, byte[] after, List<Field> fields, int differs, int from) {
        for (Field field : fields) {
            int size = field.before().length;
            for (int start = Math.max(from, differs - size + 1); start <= differs; start++) {
                if (start + size <= before.length
                        && Arrays.equals(before, start, start + size, field.before(), 0, size)
                        && Arrays.equals(after, start, start + size, field.after(), 0, size)) {
                    return start + size;
                }
            }
        }
        return -1;
    }
}
