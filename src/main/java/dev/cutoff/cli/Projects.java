package dev.cutoff.cli;

import dev.cutoff.build.Workspace;
import dev.cutoff.model.Failure;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a store keeps for Python projects, {@code projects/ID}: the last wheel, logs and decisions. */
final class Projects {

    private static final String OF = "folder";

    private final Path root;

    Projects(Store store) {
        this.root = store.folder().resolve("projects");
    }

    /** Notes whose a folder is. */
    static void note(Path home, Path project) throws IOException {
        Files.writeString(home.resolve(OF), project + "\n");
    }

    /**
     * Removes what belongs to projects whose folders are no more; nobody can be at work on these.
     *
     * @param trial whether to say only what would be removed
     * @return the projects' folders
     */
    List<String> removeGone(boolean trial) {
        List<String> gone = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return gone;
        }
        try (Stream<Path> homes = Files.list(root)) {
            for (Path home : homes.sorted().toList()) {
                Path of = home.resolve(OF);
                if (!Files.isRegularFile(of)) {
                    continue;
                }
                String project = Files.readString(of).strip();
                if (Files.exists(Path.of(project))
                        || new Workspace(home).holder().isPresent()) {
                    continue;
                }
                gone.add(project);
                if (!trial) {
                    Scratch.delete(home);
                }
            }
            return gone;
        } catch (IOException e) {
            throw Failure.io("removing what is kept of projects in " + root, e);
        }
    }
}
