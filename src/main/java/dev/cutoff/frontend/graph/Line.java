package dev.cutoff.frontend.graph;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The line of a graph file that is being read: its fields, between tabs, as bytes in a buffer that the next line
 * overwrites. All that is wrong with a file is told from here, with the line's number.
 */
final class Line {

    /** The longest line, in bytes. */
    private static final int LONGEST = 1 << 28;

    private final String file;
    private final InputStream in;
    private byte[] buffer = new byte[1 << 16];
    private int filled;
    private int next;
    private int start;
    private int end;
    private int number;
    private int[] from = new int[16];
    private int[] to = new int[16];
    private int fields;

    Line(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** Goes to the next line that is neither empty nor a remark; false at the end. */
    boolean advance() throws IOException {
        do {
            if (!step()) {
                return false;
            }
        } while (start == end || buffer[start] == '#');
        split();
        return true;
    }

    private boolean step() throws IOException {
        int seen = next;
        while (true) {
            for (int i = seen; i < filled; i++) {
                if (buffer[i] == '\n') {
                    return found(i, i + 1);
                }
            }
            seen = filled;
            if (next > 0) {
                System.arraycopy(buffer, next, buffer, 0, filled - next);
                filled -= next;
                seen -= next;
                next = 0;
            }
            if (filled == buffer.length) {
                if (filled >= LONGEST) {
                    number++;
                    throw wrong("a line of more than " + LONGEST + " bytes");
                }
                buffer = Arrays.copyOf(buffer, filled * 2);
            }
            int count = in.read(buffer, filled, buffer.length - filled);
            if (count < 0) {
                if (next < filled) {
                    number++;
                    throw wrong("the file ends within a line: it was cut short");
                }
                return false;
            }
            filled += count;
        }
    }

    private boolean found(int lineEnd, int following) {
        start = next;
        end = lineEnd;
        next = following;
        number++;
        return true;
    }

    private void split() {
        fields = 0;
        int begin = start;
        for (int i = start; i <= end; i++) {
            if (i == end || buffer[i] == '\t') {
                if (fields == from.length) {
                    from = Arrays.copyOf(from, fields * 2);
                    to = Arrays.copyOf(to, fields * 2);
                }
                from[fields] = begin;
                to[fields++] = i;
                begin = i + 1;
            }
        }
    }

    Failure wrong(String what) {
        return wrong(number, what);
    }

    Failure wrong(int line, String what) {
        return Failure.input(file + ":" + line + ": " + what);
    }

    int number() {
        return number;
    }

    String file() {
        return file;
    }

    /** Number of fields, the first word included. */
    int fields() {
        return fields;
    }

    /** The first word. */
    String word() {
        return new String(buffer, from[0], to[0] - from[0], StandardCharsets.ISO_8859_1);
    }

    /** Demands a number of fields behind the word. */
    void expect(int least, int most) {
        if (fields - 1 < least || fields - 1 > most) {
            throw wrong(word() + " takes " + (least == most ? "" + least : least + " to " + most) + " fields, and has "
                    + (fields - 1) + " (fields stand between tabs)");
        }
    }

    boolean isEmpty(int field) {
        return field >= fields || from[field] == to[field];
    }

    /** A field's text without its escapes; "" where it is missing. */
    String text(int field) {
        if (isEmpty(field)) {
            return "";
        }
        return unescaped(plain(from[field], to[field]));
    }

    /** Checks that a field and all behind it are UTF-8 with the escapes that there are. */
    void checkText(int field) {
        if (!isPlain(from[field], end)) {
            plain(from[field], end);
        }
    }

    /** Whether all is ASCII; escapes are checked. */
    private boolean isPlain(int begin, int limit) {
        boolean ascii = true;
        for (int i = begin; i < limit; i++) {
            ascii &= buffer[i] >= 0;
            if (buffer[i] == '\\' && (++i == limit || "\\tnr".indexOf(buffer[i]) < 0)) {
                throw wrong("a backslash stands before \\, t, n or r only");
            }
        }
        return ascii;
    }

    private String plain(int begin, int limit) {
        if (isPlain(begin, limit)) {
            return new String(buffer, begin, limit - begin, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, begin, limit - begin))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong("a character that is not UTF-8");
        }
    }

    /** A field's text without its escapes, which were checked. */
    static String unescaped(String text) {
        int at = text.indexOf('\\');
        if (at < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length()).append(text, 0, at);
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            plain.append(
                    switch (text.charAt(++i)) {
                        case 't' -> '\t';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        default -> '\\';
                    });
        }
        return plain.toString();
    }

    /** A text as it stands in a field. */
    static String escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
                return text.replace("\\", "\\\\")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r");
            }
        }
        return text;
    }

    Digest digest(int field) {
        String hex = text(field);
        if (!Digest.isHex(hex)) {
            throw wrong("not a SHA-256 digest in hexadecimal: '" + brief(hex) + "'");
        }
        return new Digest(hex);
    }

    /** A field that is one number. */
    int number(int field) {
        Items numbers = list(field);
        int value = numbers.number();
        numbers.end();
        return value;
    }

    /** A field's bytes, the rest of the line included, as they stand. */
    byte[] rest(int field) {
        return Arrays.copyOfRange(buffer, from[field], end);
    }

    /** Whether a field begins with the first bytes of a prefix. */
    boolean startsWith(int field, byte[] prefix, int length) {
        return to[field] - from[field] >= length
                && Arrays.equals(buffer, from[field], from[field] + length, prefix, 0, length);
    }

    /** The first bytes of a field, at most {@code length}, as Latin-1. */
    String head(int field, int length) {
        return new String(buffer, from[field], Math.min(length, to[field] - from[field]), StandardCharsets.ISO_8859_1);
    }

    static String brief(String text) {
        return text.length() > 60 ? text.substring(0, 57) + "..." : text;
    }

    /** A field as a list of items with one blank between two; none where it is missing. */
    Items list(int field) {
        return field >= fields ? new Items(0, 0) : new Items(from[field], to[field]);
    }

    /** Items of a field, read from the left. */
    final class Items {
        private int at;
        private final int limit;

        private Items(int at, int limit) {
            this.at = at;
            this.limit = limit;
        }

        boolean hasMore() {
            return at < limit;
        }

        /** Takes a character, if it is the next. */
        boolean takes(char c) {
            if (at < limit && buffer[at] == c) {
                at++;
                return true;
            }
            return false;
        }

        /** Takes what separates two items. */
        void end() {
            if (at < limit && (buffer[at++] != ' ' || at == limit)) {
                throw wrong("items of a list are numbers with one blank between them");
            }
        }

        int number() {
            int begin = at;
            long value = 0;
            while (at < limit && buffer[at] >= '0' && buffer[at] <= '9' && at - begin < 10) {
                value = value * 10 + (buffer[at++] - '0');
            }
            if (at == begin || value > Integer.MAX_VALUE) {
                throw wrong("a number is missing or too large");
            }
            return (int) value;
        }

        /** The number of the name up to the next blank. */
        int name(Names names) {
            int begin = at;
            while (at < limit && buffer[at] != ' ') {
                at++;
            }
            if (at == begin) {
                throw wrong("a name is missing: one blank stands between two");
            }
            int known = names.known(buffer, begin, at);
            return known >= 0 ? known : names.id(unescaped(plain(begin, at)));
        }
    }
}
