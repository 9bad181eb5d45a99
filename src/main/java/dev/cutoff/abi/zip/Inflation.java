package dev.cutoff.abi.zip;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks entries one after the other, for one thread. Small ones into an array that is used again, large ones into native
 * memory that is given back, so that the heap does not grow by what is looked at once.
 *
 * <p>What code outside the JVM reads is copied out of the mapped file first: only so a file that another process cuts short is
 * an exception, not the end of the process.
 */
public final class Inflation implements AutoCloseable {

    /** Most of what is in a wheel is below. */
    private static final int MOST_IN_ARRAY = 1 << 26;

    private static final int PIECE = 1 << 18;
    private static final int LARGE_PIECE = 1 << 26;

    private final ZipArchive archive;
    private final Inflater inflater = new Inflater(true);
    private final byte[] input = new byte[PIECE];
    private byte[] array = new byte[1 << 20];
    private @Nullable Arena large;
    /** How much of the entry was handed to the inflater. */
    private long given;

    public Inflation(ZipArchive archive) {
        this.archive = archive;
    }

    /**
     * The content of an entry, until the next is asked for.
     *
     * @throws FormatException if it is not what the directory says of it, by size and CRC-32
     */
    public Cursor content(Entry entry) throws FormatException {
        release();
        CRC32 crc = new CRC32();
        Cursor content;
        if (entry.size() <= MOST_IN_ARRAY) {
            int size = (int) entry.size();
            if (array.length < size) {
                array = new byte[Math.max(size, Math.min(MOST_IN_ARRAY, 2 * array.length))];
            }
            unpack(entry, ByteBuffer.wrap(array, 0, size));
            crc.update(array, 0, size);
            content = Cursor.of(array, size, file(entry));
        } else {
            Arena arena = Arena.ofShared();
            large = arena;
            MemorySegment memory = arena.allocate(entry.size());
            for (long at = 0; at < entry.size(); at += LARGE_PIECE) {
                ByteBuffer piece = memory.asSlice(at, Math.min(LARGE_PIECE, entry.size() - at))
                        .asByteBuffer();
                unpack(entry, piece);
                crc.update(piece.flip());
            }
            content = Cursor.of(memory, file(entry));
        }
        end(entry);
        if (crc.getValue() != entry.crc()) {
            throw wrong(entry, "is damaged: its CRC-32 is another");
        }
        return content;
    }

    /** Fills a buffer with what comes next of the entry. */
    private void unpack(Entry entry, ByteBuffer to) throws FormatException {
        Cursor packed = archive.packed(entry);
        if (!entry.deflated()) {
            while (to.hasRemaining()) {
                int piece = Math.min(PIECE, to.remaining());
                packed.copy(given, input, piece);
                to.put(input, 0, piece);
                given += piece;
            }
            return;
        }
        try {
            while (to.hasRemaining()) {
                if (inflater.needsInput()) {
                    give(packed);
                }
                if (inflater.inflate(to) == 0 && (inflater.finished() || given == packed.size())) {
                    throw wrong(entry, "ends too early");
                }
            }
        } catch (DataFormatException e) {
            throw wrong(entry, "is damaged: " + e.getMessage());
        }
    }

    private void give(Cursor packed) throws FormatException {
        int piece = (int) Math.min(PIECE, packed.size() - given);
        packed.copy(given, input, piece);
        inflater.setInput(input, 0, piece);
        given += piece;
    }

    /** The packed bytes must end where the content does. The last block may still be empty. */
    private void end(Entry entry) throws FormatException {
        if (!entry.deflated()) {
            return;
        }
        Cursor packed = archive.packed(entry);
        byte[] more = new byte[1];
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    give(packed);
                }
                if (inflater.inflate(more) != 0) {
                    throw wrong(entry, "holds more than it says");
                }
                if (!inflater.finished() && inflater.needsInput() && given == packed.size()) {
                    throw wrong(entry, "ends too early");
                }
            }
        } catch (DataFormatException e) {
            throw wrong(entry, "is damaged: " + e.getMessage());
        }
        if (inflater.getBytesRead() != packed.size()) {
            throw wrong(entry, "holds more than it says");
        }
    }

    private String file(Entry entry) {
        return archive.file() + ": " + entry.name();
    }

    private FormatException wrong(Entry entry, String sentence) {
        return new FormatException(file(entry), entry.offset(), "the entry " + sentence);
    }

    private void release() {
        inflater.reset();
        given = 0;
        if (large != null) {
            large.close();
            large = null;
        }
    }

    @Override
    public void close() {
        release();
        inflater.end();
    }
}
