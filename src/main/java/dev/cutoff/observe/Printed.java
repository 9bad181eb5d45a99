package dev.cutoff.observe;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings, lists and descriptors as strace prints them. */
final class Printed {

    private Printed() {}

    /** The string between quotes, escapes resolved; null if it is none, was cut short, or is not UTF-8. */
    static @Nullable String string(String printed) {
        if (printed.length() < 2 || printed.charAt(0) != '"' || !printed.endsWith("\"")) {
            return null;
        }
        return unescape(printed.substring(1, printed.length() - 1));
    }

    /** The path in angle brackets behind a descriptor: {@code 3</usr/include>}; null if there is none. */
    static @Nullable String descriptorPath(String printed) {
        int open = printed.indexOf('<');
        int close = printed.lastIndexOf('>');
        if (open < 0 || close < open) {
            return null;
        }
        String path = unescape(printed.substring(open + 1, close));
        return path == null || !path.startsWith("/") ? null : path;
    }

    /** What stands in angle brackets behind a descriptor, a path or something like {@code pipe:[81]}; "?" if nothing. */
    static String descriptor(String printed) {
        int open = printed.indexOf('<');
        int close = printed.lastIndexOf('>');
        return open < 0 || close < open ? "?" : printed.substring(open + 1, close);
    }

    /** A list of strings: {@code ["cc", "-c"]}; strings that were cut short keep what was printed. */
    static List<String> strings(String printed) {
        List<String> strings = new ArrayList<>();
        int i = 1;
        while (i < printed.length()) {
            int open = printed.indexOf('"', i);
            if (open < 0) {
                break;
            }
            int close = open + 1;
            while (close < printed.length() && printed.charAt(close) != '"') {
                close += printed.charAt(close) == '\\' ? 2 : 1;
            }
            String text = unescape(printed.substring(open + 1, Math.min(close, printed.length())));
            strings.add(text == null ? "?" : text);
            i = close + 1;
        }
        return strings;
    }

    private static @Nullable String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                bytes[n++] = (byte) c;
                continue;
            }
            char escape = text.charAt(++i);
            switch (escape) {
                case 'n' -> bytes[n++] = '\n';
                case 't' -> bytes[n++] = '\t';
                case 'r' -> bytes[n++] = '\r';
                case 'v' -> bytes[n++] = 0x0b;
                case 'f' -> bytes[n++] = '\f';
                default -> {
                    if (escape >= '0' && escape <= '7') {
                        int value = 0;
                        int end = Math.min(text.length(), i + 3);
                        while (i < end && text.charAt(i) >= '0' && text.charAt(i) <= '7') {
                            value = value * 8 + text.charAt(i++) - '0';
                        }
                        i--;
                        bytes[n++] = (byte) value;
                    } else {
                        bytes[n++] = (byte) escape;
                    }
                }
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, n))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
