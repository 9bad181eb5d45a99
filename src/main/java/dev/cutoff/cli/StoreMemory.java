package dev.cutoff.cli;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Digest;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The store as the memory of a front end. */
final class StoreMemory implements Memory {

    private final Store store;
    private final StatLog log;
    private final Consumer<Instant> ends;

    StoreMemory(Store store) {
        this(store, new StatLog(), _ -> {});
    }

    /**
     * A memory for a run that is to stand for the next one.
     *
     * @param log told of files that answers rest on
     * @param ends told until when they count
     */
    StoreMemory(Store store, StatLog log, Consumer<Instant> ends) {
        this.store = store;
        this.log = log;
        this.ends = ends;
    }

    @Override
    public void restsOn(Path file) throws IOException {
        log.look(file, StatLog.Scope.TARGET);
    }

    @Override
    public void restsUntil(Instant end) {
        ends.accept(end);
    }

    @Override
    public void restsOnMore() {
        log.gap();
    }

    @Override
    public Digest digest(Path file) throws IOException {
        StatCache.Stat stat =
                log.look(file, StatLog.Scope.TARGET).orElseThrow(() -> new NoSuchFileException(file.toString()));
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
