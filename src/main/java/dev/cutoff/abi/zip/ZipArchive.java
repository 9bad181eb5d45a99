package dev.cutoff.abi.zip;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A zip file: its directory, checked against the headers of its entries. */
public final class ZipArchive {

    /** As many bytes as a zip of any size may hold; beyond that, as many times its own size. */
    private static final long HARMLESS = 1L << 28;

    private static final long MOST_TIMES = 100;

    /** What deflate can make of a byte, somewhat rounded up. */
    private static final long DEFLATE_TIMES = 1040;

    private static final int END = 0x06054b50;
    private static final int END_SIZE = 22;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_SIZE = 20;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_SIZE = 56;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_SIZE = 30;
    private static final int MOST_COMMENT = 0xffff;
    private static final long IN_EXTRA = 0xffff_ffffL;
    private static final int EXTRA_64 = 1;

    private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int SIZES_FOLLOW = 1 << 3;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /** The directory: where it begins and ends, and how many entries it has. */
    private record Directory(long start, long end, long count) {}

    /** An entry, and where its own header begins. */
    private record Placed(Entry entry, long header) {}

    private final Cursor bytes;
    private final List<Entry> entries;

    private ZipArchive(Cursor bytes, List<Entry> entries) {
        this.bytes = bytes;
        this.entries = entries;
    }

    /**
     * Reads the directory.
     *
     * @throws FormatException if the file is no zip, is damaged, or is one that must not be unpacked; the message names the entry
     */
    public static ZipArchive open(Cursor bytes) throws FormatException {
        Directory directory = directory(bytes);
        List<Placed> placed = new ArrayList<>();
        Names names = new Names();
        long at = directory.start();
        for (long i = 0; i < directory.count(); i++) {
            if (at >= directory.end() || bytes.s4At(at) != CENTRAL) {
                throw bytes.wrong(at, "the zip's directory has fewer entries than it says");
            }
            Placed next = central(bytes, at);
            String wrong = names.add(next.entry().name());
            if (wrong != null) {
                throw bytes.wrong(at, quoted(next.entry().name()) + ": the entry " + wrong);
            }
            placed.add(next);
            at += CENTRAL_SIZE + bytes.u2At(at + 28) + bytes.u2At(at + 30) + bytes.u2At(at + 32);
        }
        if (at != directory.end()) {
            throw bytes.wrong(at, "the zip's directory has more entries than it says");
        }
        return new ZipArchive(bytes, files(bytes, placed, directory.start()));
    }

    /** The files, in the directory's order; folders are not among them. */
    public List<Entry> entries() {
        return entries;
    }

    /** The bytes of an entry as they stand in the zip. */
    Cursor packed(Entry entry) throws FormatException {
        return bytes.slice(entry.offset(), entry.packed());
    }

    /** The file, for messages. */
    String file() {
        return bytes.file();
    }

    private static Directory directory(Cursor bytes) throws FormatException {
        long lowest = Math.max(0, bytes.size() - END_SIZE - MOST_COMMENT);
        for (long at = bytes.size() - END_SIZE; at >= lowest; at--) {
            if (bytes.u1At(at) == 'P' && bytes.s4At(at) == END && at + END_SIZE + bytes.u2At(at + 20) == bytes.size()) {
                return directory(bytes, at);
            }
        }
        throw bytes.wrong(0, "is no zip file, or was cut short: its directory has no end");
    }

    private static Directory directory(Cursor bytes, long end) throws FormatException {
        long count = bytes.u2At(end + 10);
        long size = bytes.u4At(end + 12);
        long start = bytes.u4At(end + 16);
        long after = end;
        boolean one = bytes.u2At(end + 8) == count;
        long locator = end - LOCATOR_64_SIZE;
        if (locator >= 0 && bytes.s4At(locator) == LOCATOR_64) {
            after = bytes.s8At(locator + 8);
            if (after < 0 || after > locator - END_64_SIZE || bytes.s4At(after) != END_64) {
                throw bytes.wrong(locator, "the zip's directory has no end: its 64-bit part is missing");
            }
            count = bytes.s8At(after + 32);
            size = bytes.s8At(after + 40);
            start = bytes.s8At(after + 48);
            one = bytes.s8At(after + 24) == count;
        }
        if (!one) {
            throw bytes.wrong(end, "is a part of a zip of several");
        }
        if (start < 0 || size < 0 || start > after || size != after - start) {
            throw bytes.wrong(end, "the zip's directory is not where it should be");
        }
        if (count < 0 || count > size / CENTRAL_SIZE) {
            throw bytes.wrong(end, "the zip's directory has fewer entries than it says");
        }
        return new Directory(start, after, count);
    }

    private static Placed central(Cursor bytes, long at) throws FormatException {
        int flags = bytes.u2At(at + 8);
        int method = bytes.u2At(at + 10);
        long packed = bytes.u4At(at + 20);
        long size = bytes.u4At(at + 24);
        int nameLength = bytes.u2At(at + 28);
        int extraLength = bytes.u2At(at + 30);
        long header = bytes.u4At(at + 42);
        String name = Cursor.text(bytes.bytesAt(at + CENTRAL_SIZE, nameLength));
        // What does not fit into 32 bits stands in an extra field, in this order (4.5.3).
        long extra = at + CENTRAL_SIZE + nameLength;
        for (long end = extra + extraLength; extra + 4 <= end; extra += 4 + bytes.u2At(extra + 2)) {
            if (bytes.u2At(extra) == EXTRA_64) {
                Cursor wide = bytes.slice(extra + 4, bytes.u2At(extra + 2));
                size = size == IN_EXTRA ? wide.s8() : size;
                packed = packed == IN_EXTRA ? wide.s8() : packed;
                header = header == IN_EXTRA ? wide.s8() : header;
            }
        }
        if ((flags & ENCRYPTED) != 0) {
            throw bytes.wrong(at, quoted(name) + ": the entry is encrypted");
        }
        if (method != STORED && method != DEFLATED) {
            throw bytes.wrong(at, quoted(name) + ": the entry is packed by method " + method + ", which no wheel uses");
        }
        boolean deflated = method == DEFLATED;
        if (size < 0 || packed < 0 || (!deflated && size != packed) || size / DEFLATE_TIMES > packed) {
            throw bytes.wrong(
                    at,
                    quoted(name) + ": the entry can't have the sizes that it says: " + packed + " bytes, " + size
                            + " unpacked");
        }
        // The upper half of the external attributes is the mode where a Unix wrote the entry.
        boolean executable = bytes.u1At(at + 5) == 3 && (bytes.u2At(at + 40) & 0111) != 0;
        return new Placed(new Entry(name, deflated, bytes.u4At(at + 16), packed, size, 0, executable), header);
    }

    /** Looks at the headers of entries, and whether entries share bytes, by which a small zip would hold very much. */
    private static List<Entry> files(Cursor bytes, List<Placed> placed, long directory) throws FormatException {
        List<Placed> byPlace = new ArrayList<>(placed);
        byPlace.sort(Comparator.comparingLong(Placed::header));
        long free = 0;
        long total = 0;
        for (Placed next : byPlace) {
            if (next.header() < free) {
                throw bytes.wrong(next.header(), quoted(next.entry().name()) + ": the entry overlaps another");
            }
            free = content(bytes, next) + next.entry().packed();
            if (free > directory || free < 0) {
                throw bytes.wrong(next.header(), quoted(next.entry().name()) + ": the entry has no end");
            }
            total += next.entry().size();
            if (total < 0 || (total > HARMLESS && total / MOST_TIMES > bytes.size())) {
                throw bytes.wrong(
                        next.header(),
                        quoted(next.entry().name()) + ": the zip would unpack to more than " + MOST_TIMES
                                + " times its size: it is taken for a bomb");
            }
        }
        List<Entry> files = new ArrayList<>(placed.size());
        for (Placed next : placed) {
            Entry entry = next.entry();
            if (!entry.name().endsWith("/")) {
                files.add(new Entry(
                        entry.name(),
                        entry.deflated(),
                        entry.crc(),
                        entry.packed(),
                        entry.size(),
                        content(bytes, next),
                        entry.executable()));
            } else if (entry.size() != 0) {
                throw bytes.wrong(next.header(), quoted(entry.name()) + ": the folder has a content");
            }
        }
        return List.copyOf(files);
    }

    /** Where the packed bytes of an entry begin. Its header must say what the directory says, or readers would differ. */
    private static long content(Cursor bytes, Placed placed) throws FormatException {
        Entry entry = placed.entry();
        long at = placed.header();
        if (at < 0 || at > bytes.size() - LOCAL_SIZE || bytes.s4At(at) != LOCAL) {
            throw bytes.wrong(0, quoted(entry.name()) + ": the entry is not where the directory says");
        }
        int nameLength = bytes.u2At(at + 26);
        boolean agrees = (bytes.u2At(at + 6) & ENCRYPTED) == 0
                && bytes.u2At(at + 8) == (entry.deflated() ? DEFLATED : STORED)
                && Cursor.text(bytes.bytesAt(at + LOCAL_SIZE, nameLength)).equals(entry.name());
        long packed = bytes.u4At(at + 18);
        long size = bytes.u4At(at + 22);
        boolean follow = (bytes.u2At(at + 6) & SIZES_FOLLOW) != 0;
        agrees &= packed == entry.packed() || packed == IN_EXTRA || (follow && packed == 0);
        agrees &= size == entry.size() || size == IN_EXTRA || (follow && size == 0);
        if (!agrees) {
            throw bytes.wrong(at, quoted(entry.name()) + ": the entry's header says something else than the directory");
        }
        return at + LOCAL_SIZE + nameLength + bytes.u2At(at + 28);
    }

    private static String quoted(String name) {
        return name.isEmpty() ? "\"\"" : name;
    }
}
