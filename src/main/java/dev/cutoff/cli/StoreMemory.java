package dev.cutoff.cli;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Digest;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The store as the memory of a front end. */
final class StoreMemory implements Memory {

    private final Store store;

    StoreMemory(Store store) {
        this.store = store;
    }

    @Override
    public Digest digest(Path file) throws IOException {
        StatCache.Stat stat = StatCache.stat(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
        return store.stats().digest(file, stat);
    }

    @Override
    public Optional<byte[]> recall(Digest question) {
        return store.reading(question);
    }

    @Override
    public void remember(Digest question, byte[] answer) {
        store.addReading(question, answer);
    }
}
