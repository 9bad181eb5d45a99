package dev.cutoff.abi.archive;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive front to back. A header is 60 characters: name 16, date 12, owner 6, group 6, mode 8, size 10, and
 * two that end it. Special names: {@code /} and {@code /SYM64/} symbol indexes, {@code //} long names, {@code /123} the
 * long name at 123 (GNU); {@code #1/20} a name of 20 bytes before the content, {@code __.SYMDEF*} symbol indexes (BSD).
 */
final class ArchiveReader {

    private static final int HEADER = 60;

    private final Cursor file;
    private final List<Member> members = new ArrayList<>();
    private @Nullable Cursor longNames;
    private @Nullable SymbolIndex index;
    /** Bytes that names may still take: entries that all point at one long name would make copies of it. */
    private long left;

    ArchiveReader(Cursor file) {
        this.file = file;
        this.left = 16 * file.size() + 4096;
    }

    Archive read() throws FormatException {
        FileKind kind = FileKind.of(file);
        if (kind != FileKind.ARCHIVE && kind != FileKind.THIN_ARCHIVE) {
            throw file.wrong(0, "is no archive");
        }
        boolean thin = kind == FileKind.THIN_ARCHIVE;
        long at = 8;
        while (at < file.size()) {
            if (file.u1At(at + 58) != '`' || file.u1At(at + 59) != '\n') {
                throw file.wrong(at, "has no member header where one must be");
            }
            long size = number(at + 48, 10, "size");
            String name = field(at, 16);
            long content = at + HEADER;
            boolean inside = !thin || special(name);
            if (inside) {
                file.slice(content, size);
            }
            member(name, at, content, size, inside);
            at = content + (inside ? size : 0);
            // Members start at even offsets; some writers leave out the last byte of padding.
            at += at & 1;
        }
        return new Archive(
                thin, List.copyOf(members), index != null, index == null ? List.of() : index.symbols(members));
    }

    private static boolean special(String name) {
        return name.equals("/") || name.equals("//") || name.equals("/SYM64/");
    }

    private void member(String name, long header, long content, long size, boolean inside) throws FormatException {
        if (name.equals("/") || name.equals("/SYM64/")) {
            // COFF archives have a second index under the same name, in another form; the first says it all.
            index = index == null ? SymbolIndex.gnu(file.slice(content, size), name.equals("/") ? 4 : 8) : index;
        } else if (name.equals("//")) {
            longNames = file.slice(content, size);
        } else if (name.startsWith("#1/")) {
            long length = digits(header + 3, name.substring(3), "length of the name");
            if (length > size) {
                throw file.wrong(header, "has a name that is longer than the member");
            }
            bsdMember(trimmed(take(content, length)), header, content + length, size - length);
        } else if (name.startsWith("__.SYMDEF")) {
            bsdMember(name, header, content, size);
        } else {
            add(name, header, content, size, inside);
        }
    }

    private void bsdMember(String name, long header, long content, long size) throws FormatException {
        if (name.startsWith("__.SYMDEF")) {
            index = SymbolIndex.bsd(file.slice(content, size), name.startsWith("__.SYMDEF_64") ? 8 : 4);
        } else {
            members.add(new Member(name, header, size, content(name, content, size), -1));
        }
    }

    private void add(String name, long header, long content, long size, boolean inside) throws FormatException {
        String full = name;
        long nested = -1;
        if (name.startsWith("/") && name.length() > 1) {
            int colon = name.indexOf(':');
            long at =
                    digits(header + 1, colon < 0 ? name.substring(1) : name.substring(1, colon), "offset of the name");
            nested = colon < 0 ? -1 : digits(header, name.substring(colon + 1), "offset in the nested archive");
            full = longName(header, at);
        } else if (name.endsWith("/")) {
            full = name.substring(0, name.length() - 1);
        }
        members.add(new Member(full, header, size, inside ? content(full, content, size) : null, nested));
    }

    private Cursor content(String name, long content, long size) throws FormatException {
        return file.slice(content, size).named(file.file() + "(" + name + ")");
    }

    /** A long name ends with a slash and a line feed; LLVM's thin archives and old GNU ones leave out the slash. */
    private String longName(long header, long at) throws FormatException {
        if (longNames == null) {
            throw file.wrong(header, "has a long name, and no table of long names before it");
        }
        long end = longNames.find(at, '\n');
        if (end < 0) {
            throw longNames.wrong(at, "a long name has no end");
        }
        long length = end - at;
        left -= length;
        if (left < 0) {
            throw file.wrong(header, "has more long names than fit");
        }
        String name = Cursor.text(longNames.bytesAt(at, length));
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private String take(long at, long length) throws FormatException {
        return Cursor.text(file.bytesAt(at, length));
    }

    /** BSD names are filled up with NULs. */
    private static String trimmed(String name) {
        int nul = name.indexOf('\0');
        return nul < 0 ? name : name.substring(0, nul);
    }

    private String field(long at, int length) throws FormatException {
        String text = new String(file.bytesAt(at, length), StandardCharsets.ISO_8859_1);
        int end = length;
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return Cursor.text(text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1));
    }

    private long number(long at, int length, String what) throws FormatException {
        return digits(at, field(at, length), what);
    }

    private long digits(long at, String text, String what) throws FormatException {
        long value = 0;
        if (text.isEmpty() || text.length() > 18) {
            throw file.wrong(at, "has no number as the " + what + " of a member");
        }
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw file.wrong(at, "has no number as the " + what + " of a member");
            }
            value = 10 * value + digit;
        }
        return value;
    }
}
