package dev.cutoff.testing;

import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Trees on disk for tests. */
public final class Trees {

    private Trees() {}

    /** Writes entries below a folder; a file's content is its own path. */
    public static void write(Map<String, Tree.Entry> entries, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (var item : entries.entrySet()) {
            Path path = folder.resolve(item.getKey());
            switch (item.getValue()) {
                case Tree.Folder f -> Files.createDirectory(path);
                case Tree.Link link -> Files.createSymbolicLink(path, Path.of(link.target()));
                case Tree.File file -> {
                    Files.writeString(path, item.getKey());
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(file.executable() ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
