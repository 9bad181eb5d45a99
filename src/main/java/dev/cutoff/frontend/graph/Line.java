package dev.cutoff.frontend.graph;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = ONES << 7;
    private static final long TABS = ONES * '\t';
    private static final long ENDS = ONES * '\n';
    private static final long BACKSLASHES = ONES * '\\';

    /** What lines mostly begin with. */
    private static final String[] WORDS = {
        "fact", "unit", "input", "source", "record", "artifact", "had", "step", "sees"
    };

    private final String file;
    private final InputStream in;
    private byte[] buffer = new byte[1 << 18];
    private int filled;
    private int next;
    private int start;
    private int end;
    private int number;
    private int[] from = new int[16];
    private int[] to = new int[16];
    private int fields;
    private boolean special;

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
        return true;
    }

    /** Finds the end of the next line and its fields, in one pass; where the buffer ends within it, in another. */
    private boolean step() throws IOException {
        while (!scan()) {
            if (next > 0) {
                System.arraycopy(buffer, next, buffer, 0, filled - next);
                filled -= next;
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
        return true;
    }

    /** Eight bytes at a time, of which few have anything to stop at. */
    private boolean scan() {
        fields = 0;
        special = false;
        int begin = next;
        int i = next;
        while (i < filled) {
            if (i + Long.BYTES <= filled && isText((long) EIGHT.get(buffer, i))) {
                i += Long.BYTES;
                continue;
            }
            for (int limit = Math.min(filled, i + Long.BYTES); i < limit; i++) {
                byte b = buffer[i];
                if (b == '\t' || b == '\n') {
                    field(begin, i);
                    begin = i + 1;
                    if (b == '\n') {
                        start = next;
                        end = i;
                        next = begin;
                        number++;
                        return true;
                    }
                }
                special |= b < 0 || b == '\\';
            }
        }
        return false;
    }

    /** Whether none of eight bytes is a tab, a line's end, a backslash or beyond ASCII. */
    private static boolean isText(long bytes) {
        return ((bytes | zeros(bytes ^ TABS) | zeros(bytes ^ ENDS) | zeros(bytes ^ BACKSLASHES)) & HIGH) == 0;
    }

    /** Sets the high bit of each byte that is zero, and perhaps of one above it. */
    private static long zeros(long bytes) {
        return bytes - ONES & ~bytes;
    }

    private void field(int begin, int limit) {
        if (fields == from.length) {
            from = Arrays.copyOf(from, fields * 2);
            to = Arrays.copyOf(to, fields * 2);
        }
        from[fields] = begin;
        to[fields++] = limit;
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
        for (String word : WORDS) {
            if (is(0, word)) {
                return word;
            }
        }
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
        String text = plain(from[field], to[field]);
        return special ? unescaped(text) : text;
    }

    /** Checks that a field and all behind it are UTF-8 with the escapes that there are. */
    void checkText(int field) {
        if (special && !isPlain(from[field], end)) {
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
        if (!special || isPlain(begin, limit)) {
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

    /** Number of bytes of a field and all behind it. */
    int length(int field) {
        return end - from[field];
    }

    /** Copies a field and all behind it, as they stand. */
    void copy(int field, ByteBuffer into, int at) {
        into.put(at, buffer, from[field], end - from[field]);
    }

    /** Whether a field is this ASCII text. */
    boolean is(int field, String text) {
        int begin = from[field];
        if (to[field] - begin != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (buffer[begin + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
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
