package dev.cutoff.abi.wheel;

/**
 * What of a {@code .pxd} the code of those rests on who cimport it: classes with their members and methods, which Cython lays out,
 * and functions. What it says of C headers ({@code cdef extern}) those say themselves, and inline functions are copied.
 */
final class CythonText {

    private static final String[] LEFT_OUT = {
        "cdef extern", "cdef inline", "cdef public inline", "import ", "cimport ", "from ", "\"\"\"", "'''", "DEF ", "@"
    };

    private static final String[] IMPORTS = {"import ", "cimport ", "from "};

    /** What is found by name where a module is imported, and what a C header says itself. */
    private static final String[] BY_NAME = {
        "cdef class ", "cdef public class ", "cdef api class ", "ctypedef class ", "cdef extern "
    };

    private CythonText() {}

    /**
     * What Cython puts into the code of those who cimport it: inline functions, structures, enumerators, types, code between
     * quotes; a line each, without comments. Left out is what is asked for by name when they are imported: classes, functions.
     */
    static String copied(String text) {
        StringBuilder kept = new StringBuilder();
        boolean keep = true;
        String quotes = "";
        for (String line : text.split("\n", -1)) {
            if (!quotes.isEmpty()) {
                kept.append(line).append('\n');
                quotes = line.contains(quotes) ? "" : quotes;
                continue;
            }
            String code = withoutComment(line);
            if (code.isBlank()) {
                continue;
            }
            if (!Character.isWhitespace(line.charAt(0)) && line.charAt(0) != ')') {
                keep = !beginsSo(code, IMPORTS) && !beginsSo(code, BY_NAME) && !isPrototype(code);
            }
            String opening = code.contains("\"\"\"") ? "\"\"\"" : code.contains("'''") ? "'''" : "";
            boolean quoted = !opening.isEmpty();
            if (quoted && code.indexOf(opening, code.indexOf(opening) + 3) < 0) {
                quotes = opening;
            }
            if (keep || quoted) {
                kept.append(quoted ? line : blanks(code.strip())).append('\n');
            }
        }
        return kept.toString();
    }

    private static boolean beginsSo(String line, String[] starts) {
        for (String start : starts) {
            if (line.startsWith(start)) {
                return true;
            }
        }
        return false;
    }

    /** A function without a body, on one line. */
    private static boolean isPrototype(String code) {
        return (code.startsWith("cdef ") || code.startsWith("cpdef "))
                && code.contains("(")
                && code.contains(")")
                && !code.endsWith(":")
                && !code.contains(" inline ")
                && !code.contains("struct ")
                && !code.contains("enum ");
    }

    /** The declarations, a line each, without comments and blanks; empty where there are none. */
    static String declarations(String text) {
        StringBuilder kept = new StringBuilder();
        boolean keep = false;
        String quotes = "";
        for (String line : text.split("\n", -1)) {
            if (!quotes.isEmpty()) {
                quotes = line.contains(quotes) ? "" : quotes;
                continue;
            }
            String bare = line.strip();
            String opening = bare.startsWith("\"\"\"") ? "\"\"\"" : bare.startsWith("'''") ? "'''" : "";
            if (!opening.isEmpty()) {
                quotes = bare.indexOf(opening, 3) < 0 ? opening : "";
                continue;
            }
            String code = withoutComment(line);
            if (code.isBlank()) {
                continue;
            }
            if (!Character.isWhitespace(line.charAt(0)) && line.charAt(0) != ')') {
                keep = isKept(code);
            }
            if (keep) {
                int indent = code.length() - code.stripLeading().length();
                kept.append(" ".repeat(indent)).append(blanks(code.strip())).append('\n');
            }
        }
        return kept.toString();
    }

    private static String blanks(String code) {
        StringBuilder single = new StringBuilder(code.length());
        for (int i = 0; i < code.length(); i++) {
            boolean blank = Character.isWhitespace(code.charAt(i));
            if (!blank || !Character.isWhitespace(code.charAt(i - 1))) {
                single.append(blank ? ' ' : code.charAt(i));
            }
        }
        return single.toString();
    }

    private static boolean isKept(String line) {
        return !beginsSo(line, LEFT_OUT);
    }

    private static String withoutComment(String line) {
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '#') {
                return line.substring(0, i).stripTrailing();
            }
        }
        return line.stripTrailing();
    }
}
