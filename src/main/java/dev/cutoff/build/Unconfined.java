package dev.cutoff.build;

import dev.cutoff.model.Place;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Builds without a sandbox, where bubblewrap is missing or may not work: the unit's folders stand in the workspace, at
 * paths that are stable for this workspace alone and therefore part of the inputs. Nothing stops a build from writing
 * elsewhere; what it wrote is seen in its trace.
 */
final class Unconfined implements Sandbox {

    private final Path root;
    private final Observers observers;

    Unconfined(Path root, Observers observers) {
        this.root = root;
        this.observers = observers;
    }

    @Override
    public String describe() {
        return "none, at " + root;
    }

    @Override
    public boolean confines() {
        return false;
    }

    @Override
    public String root() {
        return root.toString();
    }

    @Override
    public BuildEnvironment.Folders folders(String unit) {
        return new BuildEnvironment.Folders(root + "/deps", root + "/home/" + unit, root + "/tmp/" + unit);
    }

    @Override
    public Path sourceFolder(Room room) {
        return folder("build", room);
    }

    @Override
    public Path artifactFolder(Room room) throws IOException {
        return Files.createDirectories(folder("deps", room));
    }

    private Path folder(String part, Room room) {
        return root.resolve(part).resolve(room.unit().name());
    }

    @Override
    public Optional<Path> physical(Room room, String path) {
        return Optional.of(
                Place.within(path, Place.ROOT) ? Path.of(root + path.substring(Place.ROOT.length())) : Path.of(path));
    }

    /** Lays a room out: an empty place for the build, copies of the needs where it looks for them. */
    @Override
    public void prepare(Room room) throws IOException {
        for (String part : List.of("build", "home", "tmp")) {
            Scratch.delete(folder(part, room));
            Files.createDirectories(root.resolve(part));
        }
        Files.createDirectories(folder("home", room));
        Files.createDirectories(folder("tmp", room));
        Files.createDirectories(root.resolve("deps"));
        if (room.purpose() == Purpose.BUILD) {
            Scratch.delete(folder("deps", room));
        }
        for (Map.Entry<String, Path> need : room.needs().entrySet()) {
            Path target = root.resolve("deps").resolve(need.getKey());
            // Copied anew each time: a build before may have written to it. Units run one after another here.
            Scratch.delete(target);
            copy(need.getValue(), target);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(
                            file, target, StandardCopyOption.COPY_ATTRIBUTES, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    @Override
    public int run(Room room, Line line) throws IOException, InterruptedException {
        Path source = sourceFolder(room);
        Files.createDirectories(source);
        List<String> command = LineRunner.command(
                line, observers, line.trace().toString(), line.times().toString());
        return LineRunner.run(command, line, source, false);
    }
}
