package dev.cutoff.abi.elf;

import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The ELF files of the machine. */
public final class Libraries {

    private Libraries() {}

    /** Regular files beneath a folder whose name holds a word and that are ELF files, in the order of their paths. */
    public static List<Path> beneath(String folder, String word) throws IOException {
        if (!Files.isDirectory(Path.of(folder))) {
            return List.of();
        }
        try (Stream<Path> paths = Files.find(
                Path.of(folder),
                20,
                (path, is) ->
                        is.isRegularFile() && path.getFileName().toString().contains(word))) {
            return paths.filter(Libraries::isElf).sorted().toList();
        }
    }

    private static boolean isElf(Path path) {
        try {
            return Files.isReadable(path) && MappedFile.<FileKind>read(path, FileKind::of) == FileKind.ELF;
        } catch (FormatException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
