package dev.cutoff.observe;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the observing library (src/main/c) wrote: an arena of records, in the order in which they were begun over all
 * processes. The format stands in observe.h.
 */
public final class PreloadRecords {

    /** Name of the library's file, and of the arena beside which it lies. */
    public static final String LIBRARY = "libcutoff-observe.so";

    public static final String ARENA = "arena";

    private static final long MAGIC = 0x316172664f747543L;
    private static final int HEAD = 4096;
    private static final int RECORD_HEAD = 32;
    private static final int RECORD_MAGIC = 0xc7;
    /** Where the library's windows end; a sparse file needs no room for it. */
    private static final long LARGEST = 4L << 30;

    /** A record fits into a window of the library's. */
    private static final int LONGEST = 1 << 20;
    /** Read at once. */
    private static final int PART = 8 << 20;

    private static final String DAMAGED = "what a build's processes told is damaged";
    private static final Kind[] KINDS = Kind.values();

    /** As in observe.h. */
    enum Kind {
        NONE,
        START,
        END,
        FORK,
        EXEC,
        SPAWN,
        REAPED,
        OPEN,
        LOOK,
        LOOK_LINK,
        LIST,
        CHANGE,
        MOVE,
        SYMLINK,
        CHDIR,
        KERNEL,
        NETWORK,
        CONNECT,
        SPOKE,
        ESCAPE,
        LIBRARY,
        NOTE
    }

    /**
     * One record.
     *
     * @param done false where the process ended within the call that it tells of, or became another program by it
     * @param seconds since the epoch
     * @param texts null for those that are not UTF-8
     */
    record Entry(
            Kind kind,
            boolean done,
            int flags,
            int process,
            int result,
            int extra,
            double seconds,
            List<@Nullable String> texts) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private final @Nullable String[] texts = new @Nullable String[1 << 14];

    private PreloadRecords() {}

    /** Makes an empty arena. */
    public static void create(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            head.putLong(MAGIC).putLong(HEAD).putLong(0).flip();
            channel.write(head);
            // Sparse: the file system keeps no blocks for what is not written.
            channel.write(ByteBuffer.allocate(1), LARGEST - 1);
        }
    }

    /** Reads an arena; empty where the file is none. */
    static Optional<PreloadRecords> read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < HEAD) {
                return Optional.empty();
            }
            ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
            fill(channel, head, 0);
            if (head.getLong(0) != MAGIC) {
                return Optional.empty();
            }
            long tail = head.getLong(8);
            PreloadRecords records = new PreloadRecords();
            if (tail < HEAD || tail > channel.size()) {
                records.gaps.add("the builds' processes told more than there was room for");
                tail = Math.clamp(tail, HEAD, channel.size());
            }
            if (head.getLong(16) != 0) {
                records.gaps.add(head.getLong(16) + " records of the build's processes could not be written");
            }
            records.parse(channel, tail);
            return Optional.of(records);
        } catch (IOException e) {
            throw Failure.io("reading what a build's processes told", e);
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        long at = from;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, at);
            if (count < 0) {
                throw new IOException("the file has become shorter");
            }
            at += count;
        }
        buffer.flip();
    }

    List<Entry> entries() {
        return entries;
    }

    /** What is wrong with the arena as a whole, in words. */
    List<String> gaps() {
        return gaps;
    }

    private void parse(FileChannel channel, long tail) throws IOException {
        byte[] bytes = new byte[(int) Math.min(PART, tail - HEAD)];
        long from = HEAD;
        while (from < tail) {
            int length = (int) Math.min(bytes.length, tail - from);
            fill(channel, ByteBuffer.wrap(bytes, 0, length), from);
            int used = parse(bytes, length, from + length == tail);
            if (used == 0) {
                return;
            }
            from += used;
        }
    }

    /** How many bytes whole records filled; 0 where something is wrong, or none is left. */
    private int parse(byte[] bytes, int length, boolean last) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (at + RECORD_HEAD <= length) {
            long first = buffer.getLong(at);
            if (first == 0) {
                // Room that a process took and was killed before it began to fill it: it had not acted yet, or not
                // since.
                at += Long.BYTES;
                continue;
            }
            long size = first & 0xffffffffL;
            int kind = (int) (first >>> 40) & 0xff;
            int state = (int) (first >>> 48) & 0xff;
            boolean known = ((first >>> 32) & 0xff) == RECORD_MAGIC && kind > 0 && kind < KINDS.length;
            if (!known
                    || size < RECORD_HEAD
                    || size > LONGEST
                    || size % Long.BYTES != 0
                    || (last && at + size > length)) {
                gaps.add(DAMAGED);
                return 0;
            }
            if (at + size > length) {
                return at;
            }
            if (state > 1) {
                entries.add(entry(buffer, at, (int) size, KINDS[kind], state == 3, (int) (first >>> 56)));
            }
            at += (int) size;
        }
        return last ? length : at;
    }

    private Entry entry(ByteBuffer buffer, int at, int size, Kind kind, boolean done, int flags) {
        int count = buffer.getInt(at + 20);
        List<@Nullable String> found = new ArrayList<>(Math.clamp(count, 0, size));
        byte[] bytes = buffer.array();
        int start = at + RECORD_HEAD;
        for (int i = 0; i < count; i++) {
            int end = start;
            int hash = 0;
            while (end < at + size && bytes[end] != 0) {
                hash = 31 * hash + bytes[end];
                end++;
            }
            if (end == at + size) {
                gaps.add(DAMAGED);
                break;
            }
            found.add(text(bytes, start, end, hash));
            start = end + 1;
        }
        return new Entry(
                kind,
                done,
                flags,
                buffer.getInt(at + 8),
                buffer.getInt(at + 12),
                buffer.getInt(at + 16),
                buffer.getLong(at + 24) / 1e9,
                found);
    }

    /** The same object for a text that was told before, as most were. */
    private @Nullable String text(byte[] bytes, int start, int end, int hash) {
        int slot = (hash ^ hash >>> 15) & (texts.length - 1);
        String known = texts[slot];
        if (known != null && isSame(known, bytes, start, end)) {
            return known;
        }
        String text = decode(bytes, start, end);
        texts[slot] = text;
        return text;
    }

    private static boolean isSame(String known, byte[] bytes, int start, int end) {
        if (known.length() != end - start) {
            return false;
        }
        for (int i = 0; i < known.length(); i++) {
            // One of other characters than ASCII's is never found to be the same.
            if (bytes[start + i] < 0 || known.charAt(i) != bytes[start + i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String decode(byte[] bytes, int start, int end) {
        boolean plain = true;
        for (int i = start; i < end; i++) {
            plain &= bytes[i] >= 0;
        }
        if (plain) {
            return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
