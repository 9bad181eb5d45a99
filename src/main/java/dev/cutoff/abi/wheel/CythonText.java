package dev.cutoff.abi.wheel;

/**
 * What of a {@code .pxd} the code of those rests on who cimport it: classes with their members and methods, which Cython lays out,
 * and functions. What it says of C headers ({@code cdef extern}) those say themselves, and inline functions are copied.
 */
final class CythonText {

    private static final String[] LEFT_OUT = {
        "cdef extern", "cdef inline", "cdef public inline", "import ", "cimport ", "from ", "\"\"\"", "'''", "DEF ", "@"
    };

    private CythonText() {}

    /** The declarations, a line each, without comments and blanks; empty where there are none. */
    static String declarations(String text) {
        StringBuilder kept = new StringBuilder();
        boolean keep = false;
        String quotes = "";
        for (String line : text.split("\r?\n", -1)) {
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
                kept.append(" ".repeat(indent))
                        .append(code.strip().replaceAll("\\s+", " "))
                        .append('\n');
            }
        }
        return kept.toString();
    }

    private static boolean isKept(String line) {
        for (String start : LEFT_OUT) {
            if (line.startsWith(start)) {
                return false;
            }
        }
        return true;
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
