package dev.cutoff.store;

import dev.cutoff.model.Digest;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Rows of the stat cache for inodes with near numbers, as bytes: files of a folder mostly have near ones, so that a run
 * reads few pages, and takes none of their rows apart that it does not ask for. Sorted by inode; per row inode, size,
 * mtime, ctime (8 bytes each) and digest (32).
 */
final class StatPage {

    static final StatPage EMPTY = new StatPage(new byte[0]);

    private static final int NEAR = 8;
    /** Bytes of a row. */
    static final int ROW = 4 * Long.BYTES + Digest.BYTES;

    private final byte[] rows;

    private StatPage(byte[] rows) {
        this.rows = rows;
    }

    /** Empty where the bytes are not those that were written. */
    static Optional<StatPage> of(byte[] rows, long device, long page, long sum) {
        StatPage read = new StatPage(rows);
        return rows.length % ROW == 0 && read.sum(device, page) == sum ? Optional.of(read) : Optional.empty();
    }

    /** The number of the page that has an inode. */
    static long number(long inode) {
        return inode >>> NEAR;
    }

    byte[] rows() {
        return rows;
    }

    /** Checksum of the page and its place. */
    long sum(long device, long page) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(device)
                .putLong(page)
                .flip());
        sum.update(rows);
        return sum.getValue();
    }

    /** The digest of a file with this stamp. */
    Optional<Digest> find(long inode, StatCache.Stamp stamp) {
        ByteBuffer bytes = ByteBuffer.wrap(rows);
        int low = 0;
        int high = rows.length / ROW - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = middle * ROW;
            int order = Long.compareUnsigned(bytes.getLong(at), inode);
            if (order < 0) {
                low = middle + 1;
            } else if (order > 0) {
                high = middle - 1;
            } else {
                bytes.position(at + Long.BYTES);
                return bytes.getLong() == stamp.size()
                                && bytes.getLong() == stamp.mtime()
                                && bytes.getLong() == stamp.ctime()
                        ? Optional.of(Digest.next(bytes))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** This page with other rows beside its own, or in their place. */
    StatPage with(Iterable<StatCache.Entry> entries) {
        SortedMap<Long, byte[]> all = new TreeMap<>(Long::compareUnsigned);
        ByteBuffer bytes = ByteBuffer.wrap(rows);
        while (bytes.hasRemaining()) {
            byte[] row = new byte[ROW];
            bytes.get(row);
            all.put(ByteBuffer.wrap(row).getLong(), row);
        }
        for (StatCache.Entry entry : entries) {
            ByteBuffer row = ByteBuffer.allocate(ROW);
            row.putLong(entry.inode()).putLong(entry.stamp().size());
            row.putLong(entry.stamp().mtime()).putLong(entry.stamp().ctime());
            entry.digest().putInto(row);
            all.put(entry.inode(), row.array());
        }
        ByteBuffer merged = ByteBuffer.allocate(all.size() * ROW);
        all.values().forEach(merged::put);
        return new StatPage(merged.array());
    }
}
