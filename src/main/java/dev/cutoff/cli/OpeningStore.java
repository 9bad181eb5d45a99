package dev.cutoff.cli;

import dev.cutoff.store.Store;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** A store that is being opened, in a thread of its own: the database takes about as long as a large workspace to read. */
final class OpeningStore implements AutoCloseable {

    private final FutureTask<Store> task;

    OpeningStore(Supplier<Store> opening) {
        task = new FutureTask<>(opening::get);
        Thread.ofPlatform().daemon().name("cutoff-store").start(task);
    }

    /** The store, once it is open. */
    Store get() throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException ours) {
                throw ours;
            }
            throw new IllegalStateException("opening the store", e.getCause());
        }
    }

    /** Closes the store; also one that nobody got, as where the workspace could not be read. */
    @Override
    public void close() {
        Store open;
        try {
            open = task.get();
        } catch (ExecutionException e) {
            // Told to whoever asked for the store.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        open.close();
    }
}
