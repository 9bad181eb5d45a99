package dev.cutoff.store;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one process relies on while it lives: {@code tmp/PID-START-N.lock}, a line for each tree ({@code t DIGEST}) and
 * each blob ({@code b DIGEST}). The file is locked as long as the process lives, in whatever namespace or container; a
 * lease that nobody holds any more says nothing.
 *
 * <p>Lines are written within the store's gate, so that who collects sees either the line, or finds its writer behind
 * it, who will look after writing whether what it wants is still there.
 */
final class Lease {

    private static final String SUFFIX = ".lock";

    /** One process may open a store more than once. */
    private static final AtomicLong OPENED = new AtomicLong();

    /** What a lease names. */
    record Held(Set<Digest> trees, Set<Digest> blobs) {}

    private final Path folder;
    private final String name;
    private final Set<String> lines = new HashSet<>();
    private @Nullable FileChannel channel;

    /** @param folder where leases stand */
    Lease(Path folder) {
        this.folder = folder;
        ProcessHandle self = ProcessHandle.current();
        // A process number is used again; with its start it names one process.
        long start = self.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
        this.name = self.pid() + "-" + start + "-" + OPENED.incrementAndGet();
    }

    /** A name that no other lease has. */
    String name() {
        return name;
    }

    private Path file() {
        return folder.resolve(name + SUFFIX);
    }

    synchronized void begin() throws IOException {
        while (channel == null) {
            Files.createDirectories(folder);
            FileChannel open = FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (isLocked(open) && Files.exists(file())) {
                channel = open;
            } else {
                // Another one took it for abandoned, in the moment before it was locked.
                open.close();
            }
        }
    }

    /** False where another store of this process is looking whether it is abandoned. */
    private static boolean isLocked(FileChannel open) throws IOException {
        try {
            open.lock();
            return true;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    void tree(Digest root) throws IOException {
        add(line(root));
    }

    /** Whether this process has said that it relies on a tree. */
    synchronized boolean hasTree(Digest root) {
        return lines.contains(line(root));
    }

    /** Relies on many trees, with one write. */
    synchronized void trees(Collection<Digest> roots) throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> added = new ArrayList<>();
        for (Digest root : roots) {
            String line = line(root);
            if (!lines.contains(line)) {
                text.append(line);
                added.add(line);
            }
        }
        if (!added.isEmpty()) {
            write(text.toString());
            lines.addAll(added);
        }
    }

    private static String line(Digest root) {
        return "t " + root.hex() + "\n";
    }

    void blob(Digest digest) throws IOException {
        add("b " + digest.hex() + "\n");
    }

    private synchronized void add(String line) throws IOException {
        if (!lines.contains(line)) {
            write(line);
            lines.add(line);
        }
    }

    private void write(String text) throws IOException {
        begin();
        if (channel != null) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    synchronized void close() throws IOException {
        if (channel != null) {
            Files.deleteIfExists(file());
            channel.close();
        }
    }

    /** The leases of other processes that live. Must be called by who excludes all others. */
    List<Held> others() throws IOException {
        List<Held> held = new ArrayList<>();
        for (String other : names()) {
            if (other.equals(name) || isAbandoned(other, () -> {})) {
                continue;
            }
            try {
                held.add(parse(Files.readString(folder.resolve(other + SUFFIX), StandardCharsets.ISO_8859_1)));
            } catch (NoSuchFileException e) {
                // It has ended.
            }
        }
        return held;
    }

    private static Held parse(String text) {
        Held held = new Held(new HashSet<>(), new HashSet<>());
        text.lines().forEach(line -> {
            String hex = line.substring(Math.min(2, line.length()));
            if (Digest.isHex(hex)) {
                (line.startsWith("t ") ? held.trees() : held.blobs()).add(new Digest(hex));
            }
        });
        return held;
    }

    /** What is done about a lease that nobody holds. */
    interface Abandoned {
        void found() throws IOException;
    }

    /** Names of all leases that have a file, this one included. */
    List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> String.valueOf(f.getFileName()))
                    .filter(n -> n.endsWith(SUFFIX))
                    .map(n -> n.substring(0, n.length() - SUFFIX.length()))
                    .toList();
        }
    }

    /** Whether nobody holds a lease; if so, something is done while nobody can take it. */
    boolean isAbandoned(String other, Abandoned then) throws IOException {
        if (other.equals(name)) {
            // To open and close it would give the lock away.
            return false;
        }
        try (FileChannel open = FileChannel.open(folder.resolve(other + SUFFIX), StandardOpenOption.WRITE);
                FileLock free = open.tryLock()) {
            if (free == null) {
                return false;
            }
            then.found();
            return true;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** Removes the file of a lease that nobody holds. */
    void remove(String other) throws IOException {
        Files.deleteIfExists(folder.resolve(other + SUFFIX));
    }
}
