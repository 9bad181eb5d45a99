package dev.cutoff.frontend.fromager;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What stands in folders. */
final class Folders {

    private Folders() {}

    /** What stands directly in a folder, by name. */
    static List<Path> in(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        } catch (IOException e) {
            throw Failure.input(Failure.io("listing " + folder, e).getMessage());
        } catch (DirectoryIteratorException e) {
            throw Failure.input(
                    Failure.io("listing " + folder, new IOException(e)).getMessage());
        }
        found.sort(Comparator.comparing(path -> path.getFileName().toString()));
        return found;
    }

    /** The same, without folders and names of another end. */
    static List<Path> filesIn(Path folder, String suffix) {
        return in(folder).stream()
                .filter(path -> path.toString().endsWith(suffix) && Files.isRegularFile(path))
                .toList();
    }

    /** All files beneath a folder, by path. */
    static List<Path> filesBeneath(Path folder) {
        try (var paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        } catch (UncheckedIOException e) {
            throw Failure.input(
                    Failure.io("looking through " + folder, new IOException(e)).getMessage());
        } catch (IOException e) {
            throw Failure.input(Failure.io("looking through " + folder, e).getMessage());
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw Failure.input(Failure.io("reading " + file, e).getMessage());
        }
    }
}
