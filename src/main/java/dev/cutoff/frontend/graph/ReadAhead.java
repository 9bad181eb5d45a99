package dev.cutoff.frontend.graph;

import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a graph file in a thread of its own, a little ahead of who takes what it states. */
final class ReadAhead {

    private static final int BATCH = 256;
    private static final int BATCHES = 8;

    private final BlockingQueue<List<StoredGraph.Statement>> queue = new ArrayBlockingQueue<>(BATCHES);
    private List<StoredGraph.Statement> batch = new ArrayList<>(BATCH);
    private volatile @Nullable Throwable failure;

    private ReadAhead() {}

    /** Thrown in the reading thread where nobody takes what it reads any more. */
    private static final class CalledOff extends RuntimeException {}

    /**
     * Reads a file to its end.
     *
     * @throws Failure as {@link GraphReader#read} does, after all that stands before the fault was taken
     */
    static void read(Path file, StoredGraph graph, Consumer<StoredGraph.Statement> taker) {
        ReadAhead ahead = new ReadAhead();
        Thread reader = Thread.ofPlatform().daemon().name("cutoff-graph").start(() -> ahead.readAll(file, graph));
        try {
            for (var taken = ahead.queue.take(); !taken.isEmpty(); taken = ahead.queue.take()) {
                taken.forEach(taker);
            }
            reader.join();
        } catch (InterruptedException e) {
            throw Failure.environment("interrupted");
        } finally {
            reader.interrupt();
        }
        Throwable thrown = ahead.failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    private void readAll(Path file, StoredGraph graph) {
        try {
            try {
                GraphReader.read(file, graph, this::hand);
            } catch (CalledOff e) {
                return;
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            if (!batch.isEmpty()) {
                queue.put(batch);
            }
            queue.put(List.of());
        } catch (InterruptedException e) {
            // Nobody takes it.
        }
    }

    private void hand(StoredGraph.Statement statement) {
        batch.add(statement);
        if (batch.size() == BATCH) {
            try {
                queue.put(batch);
            } catch (InterruptedException e) {
                throw new CalledOff();
            }
            batch = new ArrayList<>(BATCH);
        }
    }
}
