package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;

/** The constant strings of a binary, as far as they say what it offers or takes without a link. */
final class Constants {

    private static final int SHORTEST = 2;
    private static final int LONGEST = 600;
    private static final int LONGEST_NAME = 120;
    private static final int WRITABLE_OR_CODE = 1 | 4;

    /** Names with dots in them: {@code numpy.core._multiarray_umath}. */
    final NavigableSet<String> dotted = new TreeSet<>();

    /** What Cython writes beside functions that it offers or takes: {@code double (int *, double *)}. */
    final NavigableSet<String> signatures = new TreeSet<>();

    /** Words that the table of extractors names. */
    final NavigableSet<String> words = new TreeSet<>();

    /** What the table's patterns found, by key: the values, several with blanks between. */
    final SortedMap<String, SortedSet<String>> found = new TreeMap<>();

    /** Where the strings are whose uses have numbers beside them, by key. */
    final Map<String, SortedSet<Long>> places = new HashMap<>();

    /** Whether Cython has written the code. */
    boolean cython;

    private final Extractors extractors;

    private Constants(Extractors extractors) {
        this.extractors = extractors;
    }

    /** Looks through the sections that are neither written to nor run. */
    static Constants of(ElfFile elf, Extractors extractors) throws FormatException {
        Constants constants = new Constants(extractors);
        for (Section section : elf.sections()) {
            if (section.type() == Section.PROGBITS
                    && section.allocated()
                    && (section.flags() & WRITABLE_OR_CODE) == 0
                    && section.name().startsWith(".rodata")) {
                Cursor content = elf.content(section);
                constants.scan(content.bytesAt(0, content.size()), section.address());
            }
        }
        return constants;
    }

    private void scan(byte[] bytes, long address) {
        int start = 0;
        boolean text = true;
        boolean name = true;
        int dots = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == 0) {
                if (text && i - start >= SHORTEST && i - start <= LONGEST) {
                    found(bytes, start, i - start, name, dots, address + start);
                }
                start = i + 1;
                text = true;
                name = true;
                dots = 0;
            } else if (b == '.') {
                dots++;
            } else if (!isNamePart(b)) {
                name = false;
                text &= (b >= ' ' && b < 0x7f) || b == '\n' || b == '\t';
            }
        }
    }

    private static boolean isNamePart(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
    }

    private void found(byte[] bytes, int start, int length, boolean name, int dots, long address) {
        if (name && dots > 0) {
            if (length <= LONGEST_NAME && isDotted(bytes, start, length)) {
                String found = string(bytes, start, length);
                dotted.add(found);
                cython |= found.startsWith("_cython_");
            }
            return;
        }
        if (name) {
            cython |= bytes[start] == '_'
                    && (startsWith(bytes, start, length, "__pyx_")
                            || matches(bytes, start, length, "__reduce_cython__"));
            for (String word : extractors.names) {
                if (matches(bytes, start, length, word)) {
                    words.add(word);
                }
            }
        } else if (bytes[start + length - 1] == ')' && isSignature(bytes, start, length)) {
            signatures.add(string(bytes, start, length));
        }
        for (Extractors.Text text : extractors.texts) {
            if (startsWith(bytes, start, length, text.start())) {
                Matcher matcher = text.pattern().matcher(string(bytes, start, length));
                if (matcher.matches()) {
                    found.computeIfAbsent(text.key(), _ -> new TreeSet<>()).add(matcher.group(1));
                }
            }
        }
        for (Extractors.Immediate immediate : extractors.immediates) {
            if (startsWith(bytes, start, length, immediate.start())) {
                places.computeIfAbsent(immediate.key(), _ -> new TreeSet<>()).add(address);
            }
        }
    }

    private static String string(byte[] bytes, int start, int length) {
        return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }

    private static boolean matches(byte[] bytes, int start, int length, String word) {
        return length == word.length() && startsWith(bytes, start, length, word);
    }

    private static boolean startsWith(byte[] bytes, int start, int length, String word) {
        if (length < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Parts with dots between, none of them empty or a number. */
    private static boolean isDotted(byte[] bytes, int start, int length) {
        boolean first = true;
        for (int i = start; i < start + length; i++) {
            byte b = bytes[i];
            if (first ? b == '.' || (b >= '0' && b <= '9') : b == '.' && i == start + length - 1) {
                return false;
            }
            first = b == '.';
        }
        return true;
    }

    /** A type, a blank, and parameters in brackets to the end; a name begins it. */
    private static boolean isSignature(byte[] bytes, int start, int length) {
        byte first = bytes[start];
        if (!isNamePart(first) || (first >= '0' && first <= '9')) {
            return false;
        }
        for (int i = start + 1; i < start + length; i++) {
            byte b = bytes[i];
            if (b == '(') {
                return bytes[i - 1] == ' ' && balanced(bytes, i, start + length);
            }
            if (!isNamePart(b) && b != ' ' && b != '*') {
                return false;
            }
        }
        return false;
    }

    private static boolean balanced(byte[] bytes, int from, int end) {
        int depth = 0;
        for (int i = from; i < end; i++) {
            byte b = bytes[i];
            depth += b == '(' ? 1 : b == ')' ? -1 : 0;
            if (depth < 0
                    || (depth == 0 && i < end - 1)
                    || b == '%'
                    || b == '.'
                    || b == '\''
                    || b == '='
                    || b == '\n') {
                return false;
            }
        }
        return depth == 0;
    }
}
