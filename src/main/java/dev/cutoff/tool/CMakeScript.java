package dev.cutoff.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a text in CMake's language (cmake-language(7), "Syntax").
 *
 * @param commands in the order of the text
 */
record CMakeScript(List<Command> commands) {

    private static final Pattern MODULES = Pattern.compile("/usr/(local/)?share/cmake[^/]*/Modules/.*");

    /**
     * One command.
     *
     * @param name in lower case: names of commands know no case
     * @param script path of the script in which it stands
     */
    record Command(String name, List<Argument> arguments, String script) {

        /** Whether it stands in a module that comes with CMake. */
        boolean isOfCMake() {
            return MODULES.matcher(script).matches();
        }
    }

    /**
     * One argument, with its variable references as they stand.
     *
     * @param quoted whether it stands in quotes or brackets, so that it stays one word
     * @param literal whether it stands in brackets, in which nothing is a reference
     */
    record Argument(String text, boolean quoted, boolean literal) {}

    /** Reads the text of a script; empty where it is none of CMake's language. */
    static Optional<CMakeScript> parse(String path, String text) {
        Reader reader = new Reader(path, text);
        return reader.file() ? Optional.of(new CMakeScript(List.copyOf(reader.commands))) : Optional.empty();
    }

    private static final class Reader {

        private final String path;
        private final String text;
        private int at;
        private final List<Command> commands = new ArrayList<>();

        Reader(String path, String text) {
            this.path = path;
            this.text = text.startsWith("\ufeff") ? text.substring(1) : text;
        }

        boolean file() {
            while (true) {
                if (!blanks()) {
                    return false;
                }
                if (at == text.length()) {
                    return true;
                }
                int start = at;
                while (at < text.length() && isName(text.charAt(at))) {
                    at++;
                }
                String name = text.substring(start, at).toLowerCase(Locale.ROOT);
                if (name.isEmpty() || !blanks() || at == text.length() || text.charAt(at++) != '(') {
                    return false;
                }
                List<Argument> arguments = new ArrayList<>();
                if (!arguments(arguments)) {
                    return false;
                }
                commands.add(new Command(name, List.copyOf(arguments), path));
            }
        }

        private static boolean isName(char c) {
            return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
        }

        /** Passes blanks and comments; false where a comment in brackets has no end. */
        private boolean blanks() {
            while (at < text.length()) {
                char c = text.charAt(at);
                if (Character.isWhitespace(c)) {
                    at++;
                } else if (c == '#') {
                    at++;
                    int level = bracket();
                    if (level < 0) {
                        int end = text.indexOf('\n', at);
                        at = end < 0 ? text.length() : end;
                    } else if (bracketed(level) == null) {
                        return false;
                    }
                } else {
                    return true;
                }
            }
            return true;
        }

        /** The number of equal signs in an opening bracket that stands here; -1 where none does. */
        private int bracket() {
            if (at >= text.length() || text.charAt(at) != '[') {
                return -1;
            }
            int end = at + 1;
            while (end < text.length() && text.charAt(end) == '=') {
                end++;
            }
            return end < text.length() && text.charAt(end) == '[' ? end - at - 1 : -1;
        }

        /** What stands in the bracket that opens here; null where it has no end. */
        private @Nullable String bracketed(int level) {
            String close = "]" + "=".repeat(level) + "]";
            int start = at + level + 2;
            int end = text.indexOf(close, start);
            if (end < 0) {
                return null;
            }
            at = end + close.length();
            // The first line end is none of the content.
            int first = text.startsWith("\r\n", start) ? start + 2 : text.startsWith("\n", start) ? start + 1 : start;
            return text.substring(Math.min(first, end), end);
        }

        private boolean arguments(List<Argument> arguments) {
            int depth = 0;
            while (blanks() && at < text.length()) {
                char c = text.charAt(at);
                if (c == ')') {
                    at++;
                    if (depth-- == 0) {
                        return true;
                    }
                } else if (c == '(') {
                    at++;
                    depth++;
                } else if (c == '"') {
                    int start = ++at;
                    if (!closingQuote()) {
                        return false;
                    }
                    arguments.add(new Argument(text.substring(start, at++), true, false));
                } else if (bracket() >= 0) {
                    String inside = bracketed(bracket());
                    if (inside == null) {
                        return false;
                    }
                    arguments.add(new Argument(inside, true, true));
                } else {
                    int start = at;
                    if (!unquoted()) {
                        return false;
                    }
                    arguments.add(new Argument(text.substring(start, at), false, false));
                }
            }
            return false;
        }

        private boolean closingQuote() {
            while (at < text.length() && text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            return at < text.length();
        }

        /** Quotes may stand inside of an unquoted argument: {@code -DNAME="a b"}. */
        private boolean unquoted() {
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    if (!closingQuote()) {
                        return false;
                    }
                    at++;
                } else if (c == '\\') {
                    at = Math.min(text.length(), at + 2);
                } else if (Character.isWhitespace(c) || c == '(' || c == ')' || c == '#') {
                    return true;
                } else {
                    at++;
                }
            }
            return true;
        }
    }
}
