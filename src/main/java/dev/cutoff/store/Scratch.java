package dev.cutoff.store;

import java.io.IOException;
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
import java.util.stream.Stream;

/**
 * Folders for what is not finished, on the store's file system so that finishing is a rename:
 * {@code tmp/PID-START/NAME-N}. What a killed process left there is removed by a later one.
 */
public final class Scratch {

    private final Path root;
    private final Path own;
    private final AtomicLong next = new AtomicLong();

    Scratch(Path store) {
        this.root = store.resolve("tmp");
        ProcessHandle self = ProcessHandle.current();
        this.own = root.resolve(self.pid() + "-" + start(self));
    }

    /** A process number is used again; with its start it names one process. */
    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
    }

    /** A path that does not exist yet. */
    public Path file(String name) throws IOException {
        Files.createDirectories(own);
        return own.resolve(name + "-" + next.incrementAndGet());
    }

    /** A new, empty folder. */
    public Path folder(String name) throws IOException {
        return Files.createDirectory(file(name));
    }

    /** Removes what processes that are no more left behind. */
    void removeAbandoned() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.toList()) {
                if (!folder.equals(own) && !isAlive(folder.getFileName().toString())) {
                    delete(folder);
                }
            }
        }
    }

    private static boolean isAlive(String name) {
        int dash = name.indexOf('-');
        try {
            long pid = Long.parseLong(name.substring(0, Math.max(0, dash)));
            long started = Long.parseLong(name.substring(dash + 1));
            return ProcessHandle.of(pid).filter(p -> start(p) == started).isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    void close() throws IOException {
        delete(own);
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
            public FileVisitResult postVisitDirectory(
                    Path dir, java.io.@org.jspecify.annotations.Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
