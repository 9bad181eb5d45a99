package dev.cutoff.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Files that the build made, looked at after its end, as far as they are still what a step read.
 *
 * <p>A file is what a step read if all who wrote to its path had ended before that step began, or if nothing happened to
 * it since: its ctime, which no build can set, is earlier.
 */
final class MadeFiles {

    /** Room for the coarse clock by which file systems stamp. */
    private static final double TICK = 0.012;

    private static final int LARGEST = 256 << 20;

    private final Function<String, @Nullable Path> physical;
    private final Map<String, Map<ObservedStep, Double>> writers = new HashMap<>();
    private final Set<String> movedFolders = new HashSet<>();

    /** @param physical where a path of the build stands on the machine; null if there is no file */
    MadeFiles(Trace trace, Function<String, @Nullable Path> physical) {
        this.physical = physical;
        // Written, and by none of these steps.
        trace.found().keySet().forEach(path -> writers.put(path, new HashMap<>()));
        for (ObservedStep step : trace.steps()) {
            for (String path : step.madeWrites) {
                writers.computeIfAbsent(path, p -> new HashMap<>()).put(step, step.ended);
            }
        }
        for (Trace.Renaming renaming : trace.renamings()) {
            if (renaming instanceof Trace.Renaming.Moved move) {
                movedFolders.add(move.from());
                movedFolders.add(move.to());
            } else if (renaming instanceof Trace.Renaming.Linked link) {
                movedFolders.add(link.path());
            }
        }
    }

    /** Whether the build wrote to a path, so that what was there at its start is not what a step read. */
    boolean isWritten(String path) {
        return writers.containsKey(path) || isMoved(path);
    }

    /** Whether a folder above a path was moved, so that other names than this one led to the file. */
    boolean isMoved(String path) {
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            if (movedFolders.contains(path.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    /** The steps that wrote to a path, or deleted what was there, and had begun when another one ended. */
    Set<ObservedStep> writers(String path, ObservedStep before) {
        Set<ObservedStep> found =
                new HashSet<>(writers.getOrDefault(path, Map.of()).keySet());
        found.removeIf(writer -> writer.started > before.ended);
        return found;
    }

    /** What a step read at a path that the build had made; empty where that is not known any more. */
    Optional<byte[]> asReadBy(ObservedStep step, String path) {
        return fileAsReadBy(step, path).flatMap(MadeFiles::bytes);
    }

    /** The file that a step read at a path that the build had made; empty where it is not known to be the same. */
    Optional<Path> fileAsReadBy(ObservedStep step, String path) {
        boolean wasDone = writers.containsKey(path) && hadEnded(writers.get(path), step);
        return file(path, file -> wasDone || changed(file) + TICK < step.started);
    }

    /** Whether what the build wrote to a path, never moved, is not there at its end. */
    boolean isGone(String path) {
        return writers.containsKey(path) && !isMoved(path) && physical.apply(path) == null;
    }

    /** Whether nobody but a step wrote to a path. */
    boolean isOnlyBy(ObservedStep step, String path) {
        return writers.containsKey(path) && writers.get(path).keySet().equals(Set.of(step)) && !isMoved(path);
    }

    /** What a step left at a path that it wrote; empty where others may have changed it since. */
    Optional<byte[]> asLeftBy(ObservedStep step, String path) {
        Map<ObservedStep, Double> others = new HashMap<>(writers.getOrDefault(path, Map.of()));
        boolean wrote = others.remove(step) != null;
        boolean wasLast = wrote && hadEnded(others, step);
        return file(path, file -> wasLast || (wrote && changed(file) <= step.ended))
                .flatMap(MadeFiles::bytes);
    }

    private static boolean hadEnded(Map<ObservedStep, Double> writers, ObservedStep before) {
        return writers.values().stream().allMatch(ended -> ended <= before.started);
    }

    private interface Condition {
        boolean holds(Path file) throws IOException;
    }

    private Optional<Path> file(String path, Condition condition) {
        if (isMoved(path)) {
            return Optional.empty();
        }
        Path file = physical.apply(path);
        try {
            // A file of two names may have been written under the other one.
            if (file == null
                    || Files.isSymbolicLink(file)
                    || Files.size(file) > LARGEST
                    || !Integer.valueOf(1).equals(Files.getAttribute(file, "unix:nlink"))) {
                return Optional.empty();
            }
            return condition.holds(file) ? Optional.of(file) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> bytes(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Seconds since the epoch. */
    private static double changed(Path file) throws IOException {
        FileTime time = (FileTime) Files.getAttribute(file, "unix:ctime");
        return time.to(TimeUnit.MICROSECONDS) / 1e6;
    }
}
