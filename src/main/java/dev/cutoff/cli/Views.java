package dev.cutoff.cli;

import dev.cutoff.frontend.pep517.Interpreter;
import dev.cutoff.frontend.pep517.Scripts;
import dev.cutoff.model.Digest;
import dev.cutoff.stage.EnvironmentView;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The environments of a store that stand on disk, {@code environments/ID}: one for each project and interpreter. */
final class Views {

    private final Store store;

    Views(Store store) {
        this.store = store;
    }

    /**
     * A view.
     *
     * @param folder its own
     * @param project that it is of
     * @param editable whether an editable install uses it
     */
    record View(Path folder, String project, String interpreter, boolean editable) {}

    EnvironmentView of(Path project, Interpreter interpreter) throws IOException {
        String id = Digest.ofText(project + "\n" + interpreter.command()).hex().substring(0, 16);
        Path folder = Files.createDirectories(root().resolve(id));
        Files.writeString(folder.resolve("of"), project + "\n" + interpreter.command() + "\n");
        return at(folder);
    }

    /** Keeps a view for an editable install. */
    void keep(EnvironmentView view) throws IOException {
        Files.writeString(view.root().resolveSibling("editable"), "an editable install uses this environment\n");
    }

    EnvironmentView at(Path folder) {
        Path root = folder.resolve("env");
        return new EnvironmentView(store, folder, (_, program) -> Scripts.placedAt(program, root));
    }

    Path root() {
        return store.folder().resolve("environments");
    }

    List<View> all() throws IOException {
        if (!Files.isDirectory(root())) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(root())) {
            return list.filter(folder -> Files.isRegularFile(folder.resolve("of")))
                    .sorted()
                    .map(Views::read)
                    .toList();
        }
    }

    private static View read(Path folder) {
        try {
            List<String> of = Files.readAllLines(folder.resolve("of"));
            return new View(
                    folder,
                    of.isEmpty() ? "?" : of.getFirst(),
                    of.size() < 2 ? "?" : of.get(1),
                    Files.exists(folder.resolve("editable")));
        } catch (IOException e) {
            throw dev.cutoff.model.Failure.io("reading " + folder, e);
        }
    }
}
