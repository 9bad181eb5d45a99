package dev.cutoff.abi.c;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the preprocessor of GCC or clang makes of a source ({@code -E}), as far as a compiler makes code of it.
 *
 * <p>The compiler proper gets the same tokens from its own preprocessor: those of the text, and pragmas, which the text has too.
 * Macros are expanded in it, {@code __LINE__} and {@code assert} among them. Of places it has what it says in line markers;
 * where lines begin shows in code without optimisation, on which line they are numbered does not, but where a built-in
 * function asks. Debug info is another matter: it has places.
 */
public final class PreprocessedText {

    /** What asks the compiler itself where it stands, on which line or in which column. */
    private static final String[] PLACES = {"__builtin_LINE", "__builtin_COLUMN", "__builtin_source_location"};

    /** A string in which empty lines, and lines that look like markers, are text. */
    private static final String RAW_STRING = "R\"";

    /** GCC's manual, "Preprocessor Output": the line's number, the file, flags: 1 enters it, 2 comes back, 3 is the system's. */
    private static final Pattern MARKER = Pattern.compile("# \\d+ (\"(?:[^\"\\\\]|\\\\.)*\")((?: [1-4])*)");

    private PreprocessedText() {}

    /** Whether two texts give the same code, whatever the options; false also where that can't be told. */
    public static boolean areAlike(byte[] old, byte[] now) {
        for (String place : PLACES) {
            if (contains(old, place) || contains(now, place)) {
                return false;
            }
        }
        if (Arrays.equals(old, now)) {
            return true;
        }
        return !contains(old, RAW_STRING)
                && !contains(now, RAW_STRING)
                && Arrays.equals(withoutNumbers(old), withoutNumbers(now));
    }

    /** The lines that have something, and where files begin and end; no numbers of lines. */
    private static byte[] withoutNumbers(byte[] text) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(text.length);
        String place = "";
        int from = 0;
        while (from < text.length) {
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            if (text[from] == '#' && from + 2 < to && text[from + 1] == ' ' && isDigit(text[from + 2])) {
                Matcher marker = MARKER.matcher(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
                if (!marker.matches()) {
                    kept.write(text, from, to - from);
                    kept.write('\n');
                } else {
                    String flags = marker.group(2);
                    String here = marker.group(1) + flags.replaceAll(" [12]", "");
                    if (!here.equals(place) || flags.contains(" 1") || flags.contains(" 2")) {
                        kept.writeBytes(("# " + marker.group(1) + flags + "\n").getBytes(StandardCharsets.ISO_8859_1));
                    }
                    place = here;
                }
            } else if (to > from) {
                kept.write(text, from, to - from);
                kept.write('\n');
            }
            from = to + 1;
        }
        return kept.toByteArray();
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean contains(byte[] text, String word) {
        byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at + bytes.length <= text.length; at++) {
            if (text[at] == bytes[0] && Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length)) {
                return true;
            }
        }
        return false;
    }
}
