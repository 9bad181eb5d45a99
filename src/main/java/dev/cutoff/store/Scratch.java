package dev.cutoff.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folders for what is not finished, on the store's file system so that finishing is a rename:
 * {@code tmp/PID-START/NAME-N}. A lock on {@code tmp/PID-START.lock} lasts as long as the process, in whatever
 * namespace or container it lives; what is not locked any more is removed by a later process.
 */
public final class Scratch {

    /** One process may open a store more than once. */
    private static final AtomicLong OPENED = new AtomicLong();

    private final Path root;
    private final Path own;
    private final AtomicLong next = new AtomicLong();
    private @Nullable FileChannel lock;

    Scratch(Path store) {
        this.root = store.resolve("tmp");
        ProcessHandle self = ProcessHandle.current();
        this.own = root.resolve(self.pid() + "-" + start(self) + "-" + OPENED.incrementAndGet());
    }

    /** A process number is used again; with its start it names one process. */
    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
    }

    /** A path that does not exist yet. */
    public Path file(String name) throws IOException {
        begin();
        return own.resolve(name + "-" + next.incrementAndGet());
    }

    private synchronized void begin() throws IOException {
        if (lock == null) {
            Files.createDirectories(root);
            FileChannel channel = FileChannel.open(lockOf(own), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            lock = channel;
            Files.createDirectories(own);
        }
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".lock");
    }

    /** A new, empty folder. */
    public Path folder(String name) throws IOException {
        return Files.createDirectory(file(name));
    }

    /** Leftovers never keep a store from being opened: what can't be removed (paths longer than the system's limit) stays. */
    private static void removeAnyhow(Path folder) throws IOException {
        try {
            delete(folder);
        } catch (IOException e) {
            // rm goes down folder by folder and knows no longest path.
            try {
                new ProcessBuilder("rm", "-rf", "--", folder.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (InterruptedException i) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Removes what processes that are no more left behind. */
    void removeAbandoned() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> locks;
        try (Stream<Path> files = Files.list(root)) {
            locks = files.filter(f -> f.toString().endsWith(".lock")).toList();
        }
        for (Path file : locks) {
            String name = String.valueOf(file.getFileName());
            Path folder = root.resolve(name.substring(0, name.length() - ".lock".length()));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock free = channel.tryLock()) {
                if (free != null) {
                    removeAnyhow(folder);
                    Files.deleteIfExists(file);
                }
            } catch (OverlappingFileLockException | NoSuchFileException e) {
                // Held by this very process, or removed by another.
            }
        }
    }

    synchronized void close() throws IOException {
        delete(own);
        if (lock != null) {
            Files.deleteIfExists(lockOf(own));
            lock.close();
        }
    }

    /** Deletes a folder with all in it, write-protected folders included; one that is not there is no error. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                Set<PosixFilePermission> owner = EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE);
                if (!Files.getPosixFilePermissions(dir).containsAll(owner)) {
                    Files.setPosixFilePermissions(dir, owner);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
