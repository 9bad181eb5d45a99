package dev.cutoff.build;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Tells, in a workspace, of a run that has not come to its end: there from its first decision to its last. So whoever looks
 * at what is kept of the last run knows what of it is of an earlier one.
 */
public final class RunMark {

    private static final String BUILDING = "building ";
    private static final String LEFT = "left ";

    private final Path file;

    RunMark(Path folder) {
        this.file = folder.resolve("run");
    }

    /** To be called by who holds the workspace. */
    public void begin() {
        write("was killed before its end\n");
    }

    /** The run has come to its end. */
    public void end() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Failure.io("removing " + file, e);
        }
    }

    /**
     * The run stops before its end.
     *
     * @param how in words, as in "was interrupted"
     * @param building units that were being built
     * @param left units that it did not come to
     */
    public void stop(String how, Collection<String> building, Collection<String> left) {
        StringBuilder text = new StringBuilder(how).append('\n');
        building.forEach(unit -> text.append(BUILDING).append(unit).append('\n'));
        left.forEach(unit -> text.append(LEFT).append(unit).append('\n'));
        write(text.toString());
    }

    private void write(String text) {
        try {
            Path made = file.resolveSibling(".run.tmp");
            Files.writeString(made, text);
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failure.io("writing " + file, e);
        }
    }

    /**
     * What is to be known of the last decision about a unit, in words; empty where it is of the last run.
     *
     * @param holder who works in the workspace now, where somebody does
     */
    public Optional<String> about(String unit, Optional<String> holder) {
        List<String> lines;
        try {
            lines = Files.readString(file).lines().toList();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Failure.io("reading " + file, e);
        }
        if (holder.isPresent()) {
            return Optional.of("a build goes on here: " + holder.get() + "; what follows may be of the one before");
        }
        String how = "the last build " + (lines.isEmpty() ? "was killed before its end" : lines.getFirst());
        if (lines.size() <= 1) {
            return Optional.of(how + "; what follows may be of the one before");
        }
        return lines.contains(BUILDING + unit)
                ? Optional.of(how + " while " + unit + " was built; what follows is of the one before")
                : lines.contains(LEFT + unit)
                        ? Optional.of(how + " and did not come to " + unit + "; what follows is of the one before")
                        : Optional.empty();
    }
}
