package dev.cutoff.observe;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * The file that the processes of a build line write their records to while it runs, see {@link PreloadRecords}.
 *
 * <p>It lies in memory where there is room: each process maps it anew, and each page that it first writes to would cost a
 * transaction of a disk's file system. Its maker holds a lock on it, so that what a killed one left is told from what is in
 * use, and is removed by the next.
 */
public final class Arena implements AutoCloseable {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "cutoff-arena-";

    /** More than any build has told yet. */
    private static final long ENOUGH = 1L << 30;

    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

    private static final FileAttribute<Set<PosixFilePermission>> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final FileChannel channel;

    private Arena(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Makes an empty arena, in a folder where it can't be in memory. */
    public static Arena create(Path folder) throws IOException {
        Path place = hasRoom(MEMORY) ? MEMORY : folder;
        while (true) {
            Path file = place.resolve(PREFIX + UUID.randomUUID());
            FileChannel channel = FileChannel.open(file, NEW, OWN);
            FileLock lock = channel.tryLock();
            // Until it was locked it looked like one that was left.
            if (lock != null && Files.exists(file)) {
                PreloadRecords.format(channel);
                return new Arena(file, channel);
            }
            channel.close();
        }
    }

    private static boolean hasRoom(Path folder) throws IOException {
        return Files.isDirectory(folder)
                && Files.isWritable(folder)
                && Files.getFileStore(folder).getUsableSpace() > ENOUGH;
    }

    /** Removes what killed ones left. To be called before the first one is made: to look at one gives up its lock. */
    public static void removeLeftovers() throws IOException {
        if (!Files.isDirectory(MEMORY) || !Files.isReadable(MEMORY)) {
            return;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(MEMORY, PREFIX + "*")) {
            for (Path file : found) {
                if (Files.isRegularFile(file) && Files.isWritable(file)) {
                    removeIfLeft(file);
                }
            }
        }
    }

    private static void removeIfLeft(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Another one was faster.
        }
    }

    public Path file() {
        return file;
    }

    /** Writes what it holds to another file. */
    public void keep(Path to) throws IOException {
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            PreloadRecords.copy(channel, out);
        }
    }

    @Override
    public void close() throws IOException {
        try (FileChannel _ = channel) {
            Files.deleteIfExists(file);
        }
    }
}
