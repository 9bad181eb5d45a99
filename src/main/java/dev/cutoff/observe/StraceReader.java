package dev.cutoff.observe;

import dev.cutoff.model.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code strace -f -ttt -y} wrote: one call or event a line, calls that another process interrupted in two
 * halves.
 *
 * <p>Whatever can't be read is told to the listener as a gap: a line that is not understood could have been a use.
 */
final class StraceReader {

    /** What the lines say, in their order. */
    interface Listener {
        void call(Call call);

        /**
         * A process ended.
         *
         * @param killed whether a signal ended it
         */
        void exited(int process, double seconds, boolean killed);

        void gap(String what);
    }

    private static final String UNFINISHED = " <unfinished ...>";

    private final Listener listener;
    private final Map<Integer, String> unfinished = new HashMap<>();

    StraceReader(Listener listener) {
        this.listener = listener;
    }

    void read(Path trace) {
        // ISO-8859-1 keeps every byte; strace escapes what is not ASCII.
        try (BufferedReader lines = Files.newBufferedReader(trace, StandardCharsets.ISO_8859_1)) {
            String line;
            while ((line = lines.readLine()) != null) {
                line(line);
            }
        } catch (IOException e) {
            throw Failure.io("reading the trace", e);
        }
        if (!unfinished.isEmpty()) {
            listener.gap("the trace ends within a call");
        }
    }

    void line(String line) {
        try {
            read(line);
        } catch (NumberFormatException e) {
            listener.gap("a line of the trace is not understood: " + cut(line));
        }
    }

    private void read(String line) {
        int at = digits(line, 0);
        int gap = spaces(line, at);
        int end = timeEnd(line, gap);
        if (at == 0 || end == gap || end >= line.length()) {
            if (!line.isBlank()) {
                listener.gap("a line of the trace is not understood: " + cut(line));
            }
            return;
        }
        int process = Integer.parseInt(line, 0, at, 10);
        double seconds = Double.parseDouble(line.substring(gap, end));
        String rest = line.substring(end + 1);
        if (rest.startsWith("+++ ")) {
            event(process, seconds, rest);
        } else if (rest.startsWith("--- ") || rest.startsWith("[ Process PID=")) {
            return;
        } else if (rest.endsWith(UNFINISHED)) {
            unfinished.put(process, rest.substring(0, rest.length() - UNFINISHED.length()));
        } else if (rest.startsWith("<... ")) {
            String first = unfinished.remove(process);
            int resumed = rest.indexOf(" resumed>");
            if (first == null || resumed < 0) {
                listener.gap("a resumed call without its beginning: " + cut(line));
            } else {
                call(process, seconds, first + rest.substring(resumed + " resumed>".length()));
            }
        } else {
            call(process, seconds, rest);
        }
    }

    private void event(int process, double seconds, String rest) {
        String superseded = "+++ superseded by execve in pid ";
        if (rest.startsWith(superseded)) {
            // A thread called execve: the call goes on under the number of its process.
            int end = digits(rest, superseded.length());
            String half = unfinished.remove(process);
            if (half != null) {
                unfinished.put(Integer.parseInt(rest, superseded.length(), end, 10), half);
            }
            listener.exited(process, seconds, false);
        } else if (rest.startsWith("+++ exited with ") || rest.startsWith("+++ killed by ")) {
            // A process that was killed within a call leaves the call unfinished; it had no result.
            unfinished.remove(process);
            listener.exited(process, seconds, rest.startsWith("+++ killed"));
        } else {
            listener.gap("an event of the trace is not understood: " + cut(rest));
        }
    }

    private void call(int process, double seconds, String text) {
        Call call = parse(process, seconds, text);
        if (call == null) {
            listener.gap("a call of the trace is not understood: " + cut(text));
        } else {
            listener.call(call);
        }
    }

    /** Takes {@code name(arguments) = result ERROR (text)} apart; null if it is not of that form. */
    static @Nullable Call parse(int process, double seconds, String text) {
        int open = text.indexOf('(');
        if (open <= 0) {
            return null;
        }
        List<String> arguments = new ArrayList<>();
        int close = arguments(text, open + 1, arguments);
        if (close < 0) {
            return null;
        }
        int at = spaces(text, close + 1);
        if (at + 1 >= text.length() || text.charAt(at) != '=') {
            return null;
        }
        String result = text.substring(spaces(text, at + 1));
        if (result.startsWith("?")) {
            return new Call(process, seconds, text.substring(0, open), arguments, Call.UNKNOWN, result, "");
        }
        int end = result.startsWith("-") ? 1 : 0;
        boolean hex = result.startsWith("0x", end);
        int digitsEnd = hex ? hexDigits(result, end + 2) : digits(result, end);
        if (digitsEnd == end) {
            return null;
        }
        long value = hex ? 0 : Long.parseLong(result.substring(0, digitsEnd));
        String error = "";
        if (value == -1 && result.startsWith(" E", digitsEnd)) {
            int nameEnd = result.indexOf(' ', digitsEnd + 1);
            error = result.substring(digitsEnd + 1, nameEnd < 0 ? result.length() : nameEnd);
        }
        return new Call(process, seconds, text.substring(0, open), arguments, value, result, error);
    }

    /** Splits arguments at top-level commas; returns the index of the closing parenthesis, -1 if there is none. */
    private static int arguments(String text, int from, List<String> arguments) {
        int depth = 0;
        int start = from;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> {
                    i = skipQuoted(text, i + 1, '"');
                    if (i < 0) {
                        return -1;
                    }
                }
                case '<' -> {
                    // A descriptor's path; flags such as 1<<3 have no path behind them.
                    if (text.startsWith("<<", i)) {
                        i++;
                    } else {
                        i = skipQuoted(text, i + 1, '>');
                        if (i < 0) {
                            return -1;
                        }
                    }
                }
                case '/' -> {
                    if (text.startsWith("/*", i)) {
                        i = text.indexOf("*/", i + 2) + 1;
                        if (i <= 0) {
                            return -1;
                        }
                    }
                }
                case '(', '[', '{' -> depth++;
                case ']', '}' -> depth--;
                case ')' -> {
                    if (depth == 0) {
                        String last = text.substring(start, i).strip();
                        if (!last.isEmpty() || !arguments.isEmpty()) {
                            arguments.add(last);
                        }
                        return i;
                    }
                    depth--;
                }
                case ',' -> {
                    if (depth == 0) {
                        arguments.add(text.substring(start, i).strip());
                        start = i + 1;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }

    /** Index of the closing character, over escapes; -1 if there is none. */
    private static int skipQuoted(String text, int from, char closing) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == closing) {
                return i;
            }
        }
        return -1;
    }

    private static int digits(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    private static int hexDigits(String text, int from) {
        int i = from;
        while (i < text.length() && Character.digit(text.charAt(i), 16) >= 0) {
            i++;
        }
        return i;
    }

    private static int timeEnd(String text, int from) {
        int i = digits(text, from);
        return i < text.length() && text.charAt(i) == '.' ? digits(text, i + 1) : from;
    }

    private static int spaces(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        return i;
    }

    private static String cut(String text) {
        return text.length() > 160 ? text.substring(0, 157) + "..." : text;
    }
}
