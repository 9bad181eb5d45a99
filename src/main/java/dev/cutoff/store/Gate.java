package dev.cutoff.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes for moments, never for long work: shared by those who come to rely on something in the
 * store, exclusive for who takes something away. The kernel gives it back when a process dies, however it dies.
 *
 * <p>Threads of one process pass one after another. A thread may enter again what it is in already; who shares can't
 * exclude without leaving first, since two such would wait for each other.
 */
final class Gate implements AutoCloseable {

    /** Work that may need files. */
    interface Work<T> {
        T run() throws IOException;
    }

    private final Path file;
    private final ReentrantLock own = new ReentrantLock();
    private @Nullable FileChannel channel;
    private boolean excluding;

    Gate(Path file) {
        this.file = file;
    }

    <T> T share(Work<T> work) throws IOException {
        return pass(true, work);
    }

    <T> T exclude(Work<T> work) throws IOException {
        return pass(false, work);
    }

    private <T> T pass(boolean shared, Work<T> work) throws IOException {
        own.lock();
        try {
            if (own.getHoldCount() > 1) {
                if (!shared && !excluding) {
                    throw new IllegalStateException("to exclude others while sharing with them would wait for ever");
                }
                return work.run();
            }
            try (FileLock _ = take(shared)) {
                excluding = !shared;
                return work.run();
            }
        } finally {
            own.unlock();
        }
    }

    private FileLock take(boolean shared) throws IOException {
        FileChannel open = channel;
        if (open == null || !open.isOpen()) {
            open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = open;
        }
        while (true) {
            try {
                return open.lock(0, Long.MAX_VALUE, shared);
            } catch (OverlappingFileLockException e) {
                // The same store, opened a second time by this very process.
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        own.lock();
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            own.unlock();
        }
    }
}
