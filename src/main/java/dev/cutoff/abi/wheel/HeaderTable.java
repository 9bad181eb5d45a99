package dev.cutoff.abi.wheel;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a header says of tables of addresses that a capsule holds: macros of the form {@code #define f (*(int (*)(int)) API[3])},
 * as Python's documentation has it ("Providing a C API for an Extension Module"), and the names in quotes that may be a capsule's.
 *
 * @param slots in the header's order
 * @param quoted names with dots in them
 */
record HeaderTable(List<Slot> slots, SortedSet<String> quoted) {

    /**
     * A place of a table.
     *
     * @param variable that is indexed
     * @param index a number, or a name where the header does not give its number
     * @param name the macro
     * @param type what stands around the access, with single blanks
     */
    record Slot(String variable, String index, String name, String type) {}

    private static final int LONGEST = 120;

    static HeaderTable read(String text) {
        List<Slot> slots = new ArrayList<>();
        for (int at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) {
            Slot slot = slot(text, at);
            if (slot != null) {
                slots.add(slot);
            }
        }
        return new HeaderTable(slots, quoted(text));
    }

    boolean isEmpty() {
        return slots.isEmpty() && quoted.isEmpty();
    }

    private static @Nullable Slot slot(String text, int bracket) {
        int end = back(text, bracket);
        int start = end;
        while (start > 0 && isNamePart(text.charAt(start - 1))) {
            start--;
        }
        int before = back(text, start);
        int close = text.indexOf(']', bracket);
        if (start == end || before == 0 || text.charAt(before - 1) != ')' || close < 0 || close - bracket > LONGEST) {
            return null;
        }
        String index = text.substring(bracket + 1, close).strip();
        if (index.isEmpty() || !index.chars().allMatch(c -> isNamePart((char) c))) {
            return null;
        }
        int line = lineStart(text, bracket);
        int name = afterDefine(text, line);
        if (name < 0 || name >= start) {
            return null;
        }
        int nameEnd = name;
        while (isNamePart(text.charAt(nameEnd))) {
            nameEnd++;
        }
        String type = text.substring(nameEnd, start) + text.substring(close + 1, lineEnd(text, close));
        return new Slot(
                text.substring(start, end),
                number(text, index),
                text.substring(name, nameEnd),
                type.replace("\\\r\n", " ")
                        .replace("\\\n", " ")
                        .replaceAll("\\s+", " ")
                        .strip());
    }

    /** Before blanks and continued lines. */
    private static int back(String text, int end) {
        int at = end;
        while (at > 0 && (" \t\r\n\\".indexOf(text.charAt(at - 1)) >= 0)) {
            at--;
        }
        return at;
    }

    private static int lineStart(String text, int at) {
        int line = text.lastIndexOf('\n', at);
        while (line > 0 && continues(text, line)) {
            line = text.lastIndexOf('\n', line - 1);
        }
        return line + 1;
    }

    private static int lineEnd(String text, int at) {
        int line = text.indexOf('\n', at);
        while (line > 0 && continues(text, line)) {
            line = text.indexOf('\n', line + 1);
        }
        return line < 0 ? text.length() : line;
    }

    private static boolean continues(String text, int line) {
        int last = line - 1;
        if (last > 0 && text.charAt(last) == '\r') {
            last--;
        }
        return last >= 0 && text.charAt(last) == '\\';
    }

    /** Where the name begins that a line defines, -1 where it defines none. */
    private static int afterDefine(String text, int line) {
        int at = forward(text, line);
        if (at >= text.length() || text.charAt(at) != '#') {
            return -1;
        }
        at = forward(text, at + 1);
        return text.startsWith("define", at) ? forward(text, at + 6) : -1;
    }

    private static int forward(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /** The number that a name is defined as, the name itself where the header does not say. */
    private static String number(String text, String index) {
        if (Character.isDigit(index.charAt(0))) {
            return index;
        }
        for (int at = text.indexOf(index); at >= 0; at = text.indexOf(index, at + 1)) {
            int after = at + index.length();
            if (afterDefine(text, lineStart(text, at)) == at && !isNamePart(text.charAt(after))) {
                String value = text.substring(after, lineEnd(text, after)).strip();
                return value.matches("\\d+") ? value : index;
            }
        }
        return index;
    }

    private static SortedSet<String> quoted(String text) {
        SortedSet<String> quoted = new TreeSet<>();
        for (int at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
            int end = at + 1;
            int dots = 0;
            while (end < text.length() && (isNamePart(text.charAt(end)) || text.charAt(end) == '.')) {
                dots += text.charAt(end) == '.' ? 1 : 0;
                end++;
            }
            if (dots > 0 && end < text.length() && text.charAt(end) == '"' && end - at < LONGEST) {
                quoted.add(text.substring(at + 1, end));
                at = end;
            }
        }
        return quoted;
    }

    private static boolean isNamePart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
}
