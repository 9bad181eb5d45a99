package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Where each unit's state is: a folder each, named by the unit's file name and its place. */
final class Units {

    private final Path root;
    private final Consumer<String> notes;

    /** @param notes is told of broken state, which is ignored */
    Units(Path root, Consumer<String> notes) {
        this.root = root;
        this.notes = notes;
    }

    UnitFolder folder(RustcCall call) throws IOException {
        Path folder = folder(call.crate() + call.extra(), call.out());
        Files.createDirectories(folder);
        return new UnitFolder(folder, notes);
    }

    private Path folder(String stem, Path out) {
        return root.resolve(stem + "." + Digest.ofText(out.toString()).brief());
    }

    /** The inputs of the library in a file, as recorded when it was made; empty for none that we know. */
    Optional<Map<String, String>> of(Path library) {
        String name = library.getFileName().toString();
        int dot = name.lastIndexOf('.');
        Path out = library.getParent();
        if (!name.startsWith("lib") || dot < 0 || out == null) {
            return Optional.empty();
        }
        return new UnitFolder(folder(name.substring(3, dot), out), notes).record().map(UnitRecord::inputs);
    }
}
