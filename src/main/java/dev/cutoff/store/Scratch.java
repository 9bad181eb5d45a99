package dev.cutoff.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Folders for what is not finished, on the store's file system so that finishing is a rename:
 * {@code tmp/PID-START-N/NAME-N}. The {@link Lease} of the same name lasts as long as the process; what stands beside no
 * lease that is held is removed by a later process.
 */
public final class Scratch {

    private final Path root;
    private final Lease lease;
    private final Path own;
    private final AtomicLong next = new AtomicLong();
    private boolean begun;

    Scratch(Path root, Lease lease) {
        this.root = root;
        this.lease = lease;
        this.own = root.resolve(lease.name());
    }

    /** A path that does not exist yet. */
    public Path file(String name) throws IOException {
        begin();
        return own.resolve(name + "-" + next.incrementAndGet());
    }

    private synchronized void begin() throws IOException {
        if (!begun) {
            lease.begin();
            Files.createDirectories(own);
            begun = true;
        }
    }

    /** A new, empty folder. */
    public Path folder(String name) throws IOException {
        return Files.createDirectory(file(name));
    }

    /** Leftovers never keep a store from being opened: what can't be removed stays. */
    private static void removeAnyhow(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            // Tried again by the next process.
        }
    }

    /** rm goes down folder by folder, and knows no longest path. */
    private static void removeDeep(Path folder, IOException walked) throws IOException {
        try {
            new ProcessBuilder("rm", "-rf", "--", folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException i) {
            Thread.currentThread().interrupt();
        }
        if (Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            throw walked;
        }
    }

    /** Removes what processes that are no more left behind, and says how many they were. */
    int removeAbandoned() throws IOException {
        int[] removed = new int[1];
        for (String name : lease.names()) {
            lease.isAbandoned(name, () -> {
                removeAnyhow(root.resolve(name));
                lease.remove(name);
                removed[0]++;
            });
        }
        return removed[0];
    }

    synchronized void close() throws IOException {
        delete(own);
        lease.close();
    }

    /** Deletes a folder with all in it, write-protected folders included; one that is not there is no error. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            walk(folder);
        } catch (FileSystemException e) {
            removeDeep(folder, e);
        }
    }

    private static void walk(Path folder) throws IOException {
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
