package dev.cutoff.scenario;

import dev.cutoff.testing.Cutoff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Artifacts as bits, without what may differ from build to build: debug info, build ids, times in archives. */
final class Artifacts {

    private Artifacts() {}

    /** Path to a description of what stands there. */
    static SortedMap<String, String> read(Path folder) throws IOException {
        SortedMap<String, String> content = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return content;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                String path = folder.relativize(file).toString();
                if (Files.isSymbolicLink(file)) {
                    content.put(path, "-> " + Files.readSymbolicLink(file));
                } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    content.put(path, "dir");
                } else {
                    content.put(path, (Files.isExecutable(file) && isProgram(file) ? "x " : "- ") + normalized(file));
                }
            }
        }
        return content;
    }

    private static boolean isProgram(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).contains(java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE);
    }

    private static String normalized(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        boolean elf = bytes.length > 4 && bytes[0] == 0x7f && bytes[1] == 'E';
        boolean archive = bytes.length > 7 && new String(bytes, 0, 7, java.nio.charset.StandardCharsets.US_ASCII).equals("!<arch>");
        if (elf || archive) {
            Path copy = Files.createTempFile("artifact", ".bin");
            try {
                Cutoff.Run run = Cutoff.runAny(
                        Path.of("/"),
                        Map.of(),
                        List.of(
                                "objcopy",
                                "--strip-debug",
                                "--enable-deterministic-archives",
                                "-R",
                                ".note.gnu.build-id",
                                file.toString(),
                                copy.toString()));
                if (run.exitCode() == 0) {
                    bytes = Files.readAllBytes(copy);
                }
            } finally {
                Files.deleteIfExists(copy);
            }
        }
        return dev.cutoff.model.Digest.of(bytes).hex();
    }
}
