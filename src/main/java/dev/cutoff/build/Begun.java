package dev.cutoff.build;

import dev.cutoff.model.Tree;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A build in an empty folder that has come to the end of some line, to see what its first lines leave ({@link LineTrial}). It may go
 * on from there.
 *
 * @param sources as they are staged in the room
 * @param states what was in the room between the lines that ran
 * @param log where the lines write what they say
 * @param began when it began, in milliseconds since the epoch
 * @param nanos the same by the clock that only counts
 * @param left seconds that the other lines had taken in an earlier build
 */
record Begun(
        Sandbox.Room room,
        Tree sources,
        Lines.Result result,
        RoomState states,
        Path log,
        long began,
        long nanos,
        ClockWatch clock,
        double left)
        implements AutoCloseable {

    @Override
    public void close() throws IOException {
        Scratch.delete(room.scratch());
    }
}
