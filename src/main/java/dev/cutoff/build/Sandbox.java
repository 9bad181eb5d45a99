package dev.cutoff.build;

import dev.cutoff.model.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Where and how the lines of a recipe run: at which paths, with what in sight, under whose eyes.
 *
 * <p>One line is one call of {@link #run}; what it leaves running is killed at its end.
 */
public sealed interface Sandbox permits Bubblewrap, Unconfined {

    /** Text of the sandbox's kind for the inputs: builds that saw other paths are not compared. */
    String describe();

    /** Whether paths outside are protected and the sandbox's own files stand in their places. */
    boolean confines();

    /** The path that stands for {@code /cutoff}. */
    String root();

    BuildEnvironment.Folders folders(String unit);

    /** Where a unit's sources are copied to; the folder's parent exists, the folder itself does not. */
    Path sourceFolder(Room room);

    /** The empty folder that a unit's build sees as {@code $OUT}. */
    Path artifactFolder(Room room) throws IOException;

    /** Where a path that a build of this unit saw stands on the machine; empty where nowhere. */
    Optional<Path> physical(Room room, String path);

    /** Makes a room ready, before the first line runs in it. */
    void prepare(Room room) throws IOException;

    /**
     * Runs one shell line.
     *
     * @return its exit code
     */
    int run(Room room, Line line) throws IOException, InterruptedException;

    /**
     * A unit's place for one build or check.
     *
     * @param scratch a folder of its own on the store's file system, removed afterwards
     * @param needs folders of the artifacts that it sees read-only; for a check the unit's own is one of them
     */
    record Room(Unit unit, Path scratch, SortedMap<String, Path> needs, Purpose purpose) {}

    /** What a room is for. */
    enum Purpose {
        BUILD,
        /** No sources; {@code $OUT} is the finished artifact, read-only. */
        CHECK
    }

    /**
     * One line to run.
     *
     * @param number its index in the recipe
     * @param log file that its output is appended to
     * @param watch how it is observed
     * @param trace file that what is observed is written to: by strace, in the folder of {@code times}
     * @param times file to write its CPU time to
     */
    record Line(
            int number,
            String text,
            SortedMap<String, String> environment,
            Path log,
            Watch watch,
            Path trace,
            Path times,
            Unit.Network network) {

        /** The same with what is observed written to another file. */
        Line tracedTo(Path other) {
            return new Line(number, text, environment, log, watch, other, times, network);
        }
    }
}
