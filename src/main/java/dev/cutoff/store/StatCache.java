package dev.cutoff.store;

import dev.cutoff.model.Digest;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Digests of files whose stat has not changed since they were hashed.
 *
 * <p>A digest is remembered by device and inode and holds only while size, mtime and ctime are the same to the nanosecond.
 * Nothing in user space sets ctime, so a file that was written and given its old mtime back is noticed. A file written
 * shortly before it was hashed could be written again within one tick of the file system's clock, unseen by its stat:
 * its digest is used for this look, and not remembered. The same goes for stamps in the future, as after a clock was set
 * back. Stamps of another machine's file system come from that machine's clock, which may be late: such a file must have
 * been left alone for a day.
 */
public final class StatCache {

    /** Coarser than the clock of any file system in use (FAT: 2 s). */
    private static final long TICK = TimeUnit.SECONDS.toNanos(2);

    /** More than the clocks of two machines that work together differ. */
    private static final long SKEW = TimeUnit.DAYS.toNanos(1);

    /** Types of file systems whose stamps this machine's kernel makes. */
    private static final Set<String> LOCAL = Set.of(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "btrfs",
            "zfs",
            "f2fs",
            "bcachefs",
            "tmpfs",
            "ramfs",
            "overlay",
            "reiserfs",
            "jfs",
            "squashfs",
            "erofs",
            "vfat",
            "exfat",
            "iso9660");

    /** Types of file systems whose folders may have no stamps of their own: the root of FAT has none. */
    private static final Set<String> WITHOUT_STAMPS = Set.of("vfat", "exfat");

    /** @param mtime nanoseconds since the epoch; ctime likewise; size in bytes */
    record Stamp(long size, long mtime, long ctime) {}

    record Entry(long device, long inode, Stamp stamp, Digest digest) {}

    /** @param number of an inode, or a page of them */
    private record Key(long device, long number) {}

    private record Known(Stamp stamp, Digest digest) {}

    /** The page that was asked last: the next file mostly lies in the same folder. */
    private record Latest(long device, long number, StatPage page) {}

    /**
     * What one stat call tells of a path.
     *
     * @param mode type and permissions, as stat(2) gives them
     */
    public record Stat(int mode, long size, long device, long inode, long mtime, long ctime) {

        private static final int TYPE = 0170000;

        public boolean folder() {
            return (mode & TYPE) == 0040000;
        }

        public boolean file() {
            return (mode & TYPE) == 0100000;
        }

        public boolean link() {
            return (mode & TYPE) == 0120000;
        }

        /** The owner's bit alone: group and others depend on the umask. */
        public boolean executable() {
            return (mode & 0100) != 0;
        }

        Stamp stamp() {
            return new Stamp(size, mtime, ctime);
        }

        /** Writes it as {@link #read} reads it. */
        public void write(DataOutput out) throws IOException {
            out.writeInt(mode);
            out.writeLong(size);
            out.writeLong(device);
            out.writeLong(inode);
            out.writeLong(mtime);
            out.writeLong(ctime);
        }

        /** Takes the next one. */
        public static Stat read(ByteBuffer in) {
            return new Stat(in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
        }

        // Written out, since the JVM would make code for the following at each start.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Stat stat
                    && mode == stat.mode
                    && size == stat.size
                    && device == stat.device
                    && inode == stat.inode
                    && mtime == stat.mtime
                    && ctime == stat.ctime;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(31 * inode + ctime);
        }
    }

    private final Index index;
    private final InstantSource clock;
    private final Map<Key, StatPage> pages = new ConcurrentHashMap<>();
    private final Map<Key, Known> fresh = new ConcurrentHashMap<>();
    private volatile @Nullable Latest latest;
    private final Map<Long, String> types = new ConcurrentHashMap<>();

    StatCache(Index index, InstantSource clock) {
        this.index = index;
        this.clock = clock;
    }

    /** What earlier runs learnt. */
    private Optional<Digest> remembered(Stat stat) {
        long number = StatPage.number(stat.inode());
        Latest last = latest;
        if (last == null || last.number != number || last.device != stat.device()) {
            Key key = new Key(stat.device(), number);
            StatPage page = pages.get(key);
            if (page == null) {
                page = index.statPage(key.device(), key.number());
                pages.put(key, page);
            }
            last = new Latest(stat.device(), number, page);
            latest = last;
        }
        return last.page.find(stat.inode(), stat.stamp());
    }

    /** Stats a path, following links; empty if nothing is there. */
    public static Optional<Stat> stat(Path path) throws IOException {
        return look(path);
    }

    /** Stats a path itself, be it a link; empty if nothing is there. */
    public static Optional<Stat> lstat(Path path) throws IOException {
        return look(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static Optional<Stat> look(Path path, LinkOption... follow) throws IOException {
        Map<String, Object> a;
        try {
            a = Files.readAttributes(path, "unix:dev,ino,mode,size,lastModifiedTime,ctime", follow);
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (java.nio.file.FileSystemException e) {
            // ENOTDIR has no class of its own; a loop of links leads nowhere either.
            String reason = String.valueOf(e.getReason());
            if (reason.contains("Not a directory")
                    || reason.contains("Too many levels")
                    || reason.contains("too long")) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(new Stat(
                (int) number(a, "mode"),
                number(a, "size"),
                number(a, "dev"),
                number(a, "ino"),
                nanos(a, "lastModifiedTime"),
                nanos(a, "ctime")));
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number n ? n.longValue() : 0;
    }

    private static long nanos(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof FileTime t ? t.to(TimeUnit.NANOSECONDS) : 0;
    }

    /** The digest of a file that has not been touched since it was hashed; empty if that can't be told. */
    public Optional<Digest> known(Stat stat) {
        Known cached = fresh.isEmpty() ? null : fresh.get(new Key(stat.device(), stat.inode()));
        if (cached != null && cached.stamp().equals(stat.stamp())) {
            return Optional.of(cached.digest());
        }
        return remembered(stat);
    }

    /** The SHA-256 of a file's content, by its stat where that is safe. */
    public Digest digest(Path file, Stat stat) throws IOException {
        Optional<Digest> cached = known(stat);
        if (cached.isPresent()) {
            return cached.get();
        }
        long before = now();
        Digest digest = Blobs.hash(file);
        if (isSettled(stat, before, LOCAL.contains(type(file, stat)))
                && stat(file).filter(after -> after.equals(stat)).isPresent()) {
            fresh.put(new Key(stat.device(), stat.inode()), new Known(stat.stamp(), digest));
        }
        return digest;
    }

    /** Whether whatever is written from now on gets other stamps than these. */
    static boolean isSettled(Stat stat, long now, boolean local) {
        long latest = now - (local ? TICK : SKEW);
        return stat.mtime() < latest && stat.ctime() < latest;
    }

    /**
     * Whether whatever is written to a file, or comes into a folder, from a moment on gives it other stamps than these.
     *
     * @param now the moment, in milliseconds since the epoch
     */
    public boolean isSettled(Path file, Stat stat, long now) {
        String type = type(file, stat);
        return !(stat.folder() && WITHOUT_STAMPS.contains(type))
                && isSettled(stat, TimeUnit.MILLISECONDS.toNanos(now), LOCAL.contains(type));
    }

    /** The type of the file system that a file is on. */
    private String type(Path file, Stat stat) {
        return types.computeIfAbsent(stat.device(), device -> {
            try {
                return Files.getFileStore(file).type();
            } catch (IOException e) {
                // Where a mount can't be told (some containers) the file may be anywhere.
                return "unknown";
            }
        });
    }

    private long now() {
        return TimeUnit.MILLISECONDS.toNanos(clock.millis());
    }

    /** Writes what this run learnt. */
    void save() {
        List<Entry> entries = new ArrayList<>();
        fresh.forEach(
                (key, value) -> entries.add(new Entry(key.device(), key.number(), value.stamp(), value.digest())));
        if (!entries.isEmpty()) {
            index.addStats(entries);
            fresh.clear();
        }
    }
}
