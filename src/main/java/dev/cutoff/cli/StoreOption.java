package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import dev.cutoff.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --store} and {@code --debug}, which every command has. */
final class StoreOption {

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "The store (default: $CUTOFF_STORE, else cutoff in the XDG cache folder).")
    @Nullable
    Path folder;

    @Option(names = "--debug", description = "Show stack traces of errors.")
    boolean debug;

    Path folder() {
        return folder == null ? Store.usual(System.getenv()) : folder.toAbsolutePath();
    }

    Store open() {
        return Store.open(folder(), InstantSource.system(), note -> System.err.println("cutoff: " + note));
    }

    /** Opens a store that must be there. */
    Store openExisting() {
        if (!Files.isDirectory(folder())) {
            throw Failure.input("there is no store at " + folder());
        }
        return open();
    }
}
