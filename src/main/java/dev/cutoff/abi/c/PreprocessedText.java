package dev.cutoff.abi.c;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the preprocessor of GCC or clang makes of a source ({@code -E}), as far as a compiler makes code of it.
 *
 * <p>The compiler proper gets the same tokens from its own preprocessor: those of the text, and pragmas, which the text has too.
 * Macros are expanded in it, {@code __LINE__} and {@code assert} among them. Of places it has what it says in line markers;
 * where lines begin, and which have one number, shows in code without optimisation; the numbers themselves do not, but where
 * a built-in function asks. Debug info is another matter: it has places.
 */
public final class PreprocessedText {

    /** What asks the compiler itself where it stands, on which line or in which column. */
    private static final String[] PLACES = {"__builtin_LINE", "__builtin_COLUMN", "__builtin_source_location"};

    /** A string in which empty lines, and lines that look like markers, are text. */
    private static final String RAW_STRING = "R\"";

    /** GCC's manual, "Preprocessor Output": the line's number, the file, flags: 1 enters it, 2 comes back, 3 is the system's. */
    private static final Pattern MARKER = Pattern.compile("# (\\d{1,9}) (\"(?:[^\"\\\\]|\\\\.)*\")((?: [1-4])*)");

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

    /** The files that a text says it is from, as the preprocessor named them; {@code <built-in>} and the like among them. */
    public static Set<String> files(byte[] text) {
        Set<String> files = new TreeSet<>();
        for (int from = 0; from < text.length; from++) {
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            Matcher marker = marker(text, from, to);
            if (marker != null) {
                String name = marker.group(2);
                files.add(name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1"));
            }
            from = to;
        }
        return files;
    }

    /** The lines that have something, and where files begin and end; of numbers, which lines have the same. */
    private static byte[] withoutNumbers(byte[] text) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(text.length);
        Map<String, Integer> files = new HashMap<>();
        Map<Long, Integer> numbered = new HashMap<>();
        String place = "";
        int file = 0;
        long number = 1;
        int from = 0;
        while (from < text.length) {
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            Matcher marker = marker(text, from, to);
            if (marker != null) {
                String flags = marker.group(3);
                String here = marker.group(2) + flags.replaceAll(" [12]", "");
                if (!here.equals(place) || flags.contains(" 1") || flags.contains(" 2")) {
                    write("# " + marker.group(2) + flags, kept);
                }
                place = here;
                file = files.computeIfAbsent(marker.group(2), _ -> files.size() + 1);
                number = Long.parseLong(marker.group(1)) - 1;
            } else if (to > from) {
                Integer before = numbered.putIfAbsent((long) file << 40 | number, numbered.size());
                if (before != null) {
                    write("# again " + before, kept);
                }
                kept.write(text, from, to - from);
                kept.write('\n');
            }
            number++;
            from = to + 1;
        }
        return kept.toByteArray();
    }

    private static @Nullable Matcher marker(byte[] text, int from, int to) {
        if (from + 2 >= to || text[from] != '#' || text[from + 1] != ' ' || !isDigit(text[from + 2])) {
            return null;
        }
        Matcher marker = MARKER.matcher(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
        return marker.matches() ? marker : null;
    }

    private static void write(String line, ByteArrayOutputStream kept) {
        kept.writeBytes((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
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
