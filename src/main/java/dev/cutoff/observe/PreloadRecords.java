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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the observing library (src/main/c) wrote: an arena of records, in the order in which they were begun over all
 * processes. The format stands in observe.h and docs/observation.md.
 *
 * <p>Records are kept as they are, as words of four bytes: there are hundreds for each process, and most are looked at for
 * two or three numbers.
 */
public final class PreloadRecords {

    /** Name of the library's file, and of the arena beside which it lies. */
    public static final String LIBRARY = "libcutoff-observe.so";

    /** Its name for the library. */
    public static final String ARENA = "arena";

    private static final long MAGIC = 0x326172664f747543L;
    private static final int HEAD = 4096;
    /** The head, and the two tables by which the library finds texts again. */
    private static final int TABLES = HEAD + ((1 << 15) + (1 << 21)) * Long.BYTES;

    private static final int RECORD_HEAD = 32;
    private static final int HEAD_WORDS = RECORD_HEAD / Integer.BYTES;
    private static final int RECORD_MAGIC = 0xc7;
    /** Where the library's windows end; a sparse file needs no room for it. */
    private static final long LARGEST = 4L << 30;

    /** A record fits into what the library takes of the disk at once. */
    private static final int LONGEST = 1 << 20;
    /** Read at once. */
    private static final int PART = 4 << 20;

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
        NOTE,
        TEXT,
        TAKEN
    }

    /** Takes records in their order. */
    interface Visitor {
        void visit(Entry entry);
    }

    /** One record: where it is. */
    static final class Entry {
        private final PreloadRecords records;
        private final int[] words;
        private final int at;

        private Entry(PreloadRecords records, int[] words, int at) {
            this.records = records;
            this.words = words;
            this.at = at;
        }

        Kind kind() {
            return KINDS[(words[at + 1] >>> 8) & 0xff];
        }

        /** False where the process ended within the call that it tells of, or became another program by it. */
        boolean done() {
            return ((words[at + 1] >>> 16) & 0xff) == 3;
        }

        int flags() {
            return words[at + 1] >>> 24;
        }

        int process() {
            return words[at + 2];
        }

        int result() {
            return words[at + 3];
        }

        int extra() {
            return words[at + 4];
        }

        /** Since the epoch. */
        double seconds() {
            return ((words[at + 6] & 0xffffffffL) | ((long) words[at + 7] << 32)) / 1e9;
        }

        /** How many texts it has. */
        int size() {
            return words[at + 5];
        }

        /** The number of a text: the same text mostly has the same one. */
        int number(int index) {
            return words[at + HEAD_WORDS + index];
        }

        /** A text; null if it is not UTF-8, or was lost. */
        @Nullable
        String text(int index) {
            return records.text(number(index));
        }

        /** The texts from one on; "?" in place of those that are not known. */
        List<String> texts(int from, int to) {
            String[] texts = new String[to - from];
            for (int i = from; i < to; i++) {
                String text = text(i);
                texts[i - from] = text == null ? "?" : text;
            }
            return List.of(texts);
        }
    }

    private final List<int[]> parts = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private final long most;
    private @Nullable String[] texts = new @Nullable String[1 << 12];

    /** @param tail where the records end: it bounds the number of texts */
    private PreloadRecords(long tail) {
        this.most = tail / (RECORD_HEAD + Long.BYTES);
    }

    /** Makes an arena of an empty file. */
    static void format(FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(MAGIC).putLong(TABLES).putLong(0).flip();
        channel.write(head, 0);
        // Sparse: the file system keeps no blocks for what is not written.
        channel.write(ByteBuffer.allocate(1), LARGEST - 1);
    }

    /** Copies what an arena holds, without the tables that only its writers need. */
    static void copy(FileChannel from, FileChannel to) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
        fill(from, head, 0);
        long tail = Math.clamp(head.getLong(8), TABLES, from.size());
        to.write(head, 0);
        to.write(ByteBuffer.allocate(1), TABLES - 1);
        to.position(TABLES);
        long at = TABLES;
        while (at < tail) {
            at += from.transferTo(at, tail - at, to);
        }
    }

    /** Reads an arena; empty where the file is none. */
    static Optional<PreloadRecords> read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < TABLES) {
                return Optional.empty();
            }
            ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            fill(channel, head, 0);
            if (head.getLong(0) != MAGIC) {
                return Optional.empty();
            }
            long tail = head.getLong(8);
            PreloadRecords records = new PreloadRecords(Math.clamp(tail, TABLES, channel.size()));
            if (tail < TABLES || tail > channel.size()) {
                records.gaps.add("the builds' processes told more than there was room for");
                tail = Math.clamp(tail, TABLES, channel.size());
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

    /** Goes over all records but those of texts. */
    void forEach(Visitor visitor) {
        for (int[] words : parts) {
            for (int at = 0; at < words.length; at += words[at] >>> 2) {
                visitor.visit(new Entry(this, words, at));
            }
        }
    }

    /** What is wrong with the arena as a whole, in words. */
    List<String> gaps() {
        return gaps;
    }

    private @Nullable String text(int number) {
        return number > 0 && number < texts.length ? texts[number] : null;
    }

    private void parse(FileChannel channel, long tail) throws IOException {
        byte[] bytes = new byte[(int) Math.min(PART, tail - TABLES)];
        long from = TABLES;
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

    /** Keeps the whole records of a part, and says how many bytes they filled; 0 where something is wrong. */
    private int parse(byte[] bytes, int length, boolean last) {
        int[] words = new int[length / Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        int kept = 0;
        int at = 0;
        while (at + HEAD_WORDS <= words.length) {
            int size = words[at];
            if (size == 0 && words[at + 1] == 0) {
                // Room that a process took and was killed before it began to fill it: it had not acted yet, or not
                // since.
                at += 2;
                continue;
            }
            int kind = (words[at + 1] >>> 8) & 0xff;
            boolean known = (words[at + 1] & 0xff) == RECORD_MAGIC && kind > 0 && kind < KINDS.length;
            boolean fits = size >= RECORD_HEAD && size <= LONGEST && size % Long.BYTES == 0;
            int end = at + size / Integer.BYTES;
            if (!known || !fits || (last && end > words.length)) {
                gaps.add(DAMAGED);
                keep(words, kept);
                return 0;
            }
            if (end > words.length) {
                break;
            }
            if (((words[at + 1] >>> 16) & 0xff) > 1) {
                if (kind == Kind.TEXT.ordinal()) {
                    learn(bytes, at * Integer.BYTES, size, words[at + 4]);
                } else if (Integer.compareUnsigned(words[at + 5], size / Integer.BYTES - HEAD_WORDS) > 0) {
                    gaps.add(DAMAGED);
                } else {
                    // Room that was never filled leaves no trace among what is kept.
                    System.arraycopy(words, at, words, kept, end - at);
                    kept += end - at;
                }
            }
            at = end;
        }
        keep(words, kept);
        return last ? length : at * Integer.BYTES;
    }

    private void keep(int[] words, int length) {
        if (length > 0) {
            parts.add(Arrays.copyOf(words, length));
        }
    }

    private void learn(byte[] bytes, int at, int size, int number) {
        int end = at + RECORD_HEAD;
        while (end < at + size && bytes[end] != 0) {
            end++;
        }
        if (end == at + size || number <= 0 || number > most) {
            gaps.add(DAMAGED);
            return;
        }
        if (number >= texts.length) {
            texts = Arrays.copyOf(texts, Math.max(number + 1, texts.length * 2));
        }
        texts[number] = decode(bytes, at + RECORD_HEAD, end);
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
