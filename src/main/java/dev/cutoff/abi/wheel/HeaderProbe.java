package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.fingerprint.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks a compiler what a wheel's headers say: the layouts of their types, the values of their macros, and what of them is
 * compiled into consumers. A translation unit that includes them is compiled with debug information, which is read; so a compiler
 * and, for most, Python's headers are needed, and the headers are unpacked to a folder that is removed again.
 */
public final class HeaderProbe {

    /** Beyond, compiling takes long. */
    private static final int MOST_HEADERS = 2000;

    private HeaderProbe() {}

    /**
     * Compiles the headers of a wheel; those that can't be compiled, and a missing compiler, are gaps.
     *
     * @param wheel the file
     * @param scratch an existing folder, in which the probe makes one of its own and removes it
     * @param python the interpreter whose headers are used, by name or path
     * @throws FormatException if the file is no zip that can be trusted
     * @throws IOException if the wheel can't be read or the folder not be written to
     */
    public static Layouts read(Path wheel, Path scratch, String python)
            throws FormatException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory(scratch, "headers").toRealPath();
        try {
            HeaderFiles files = HeaderFiles.unpack(wheel, Files.createDirectory(folder.resolve("h")));
            return read(files, folder, python);
        } finally {
            remove(folder);
        }
    }

    private static Layouts read(HeaderFiles files, Path folder, String python)
            throws FormatException, IOException, InterruptedException {
        Binary types = null;
        SortedMap<String, String> constants = new TreeMap<>();
        SortedMap<String, String> bodies = new TreeMap<>();
        SortedMap<String, String> gaps = new TreeMap<>();
        List<HeaderFiles.HeaderFile> headers = files.headers();
        ProbeCompiler compiler = ProbeCompiler.find(folder, python);
        String missing = headers.size() > MOST_HEADERS
                ? "is one of " + headers.size() + " headers, which would take too long to compile"
                : compiler.version().isEmpty() ? "there is no C compiler (cc)" : "";
        if (!missing.isEmpty()) {
            headers.forEach(header -> gaps.put(header.path(), missing));
        } else {
            List<HeaderFiles.HeaderFile> plain =
                    headers.stream().filter(header -> !header.cpp()).toList();
            Probe probe = new Probe(compiler, files, folder);
            types = plain.isEmpty() ? null : probe.run(plain);
            constants.putAll(probe.constants);
            bodies.putAll(probe.bodies);
            gaps.putAll(probe.gaps);
            headers.stream()
                    .filter(HeaderFiles.HeaderFile::cpp)
                    .forEach(header -> gaps.put(header.path(), "is C++, which is not compiled"));
        }
        for (HeaderFiles.HeaderFile header : headers) {
            bodies(header, files.texts().getOrDefault(header.path(), ""), bodies);
        }
        return new Layouts(
                compiler.version(),
                types,
                Collections.unmodifiableSortedMap(constants),
                Collections.unmodifiableSortedMap(bodies),
                Collections.unmodifiableSortedMap(gaps));
    }

    private static void bodies(HeaderFiles.HeaderFile header, String text, Map<String, String> bodies)
            throws FormatException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Cursor content = Cursor.of(bytes, bytes.length, header.path());
        if (header.cpp()) {
            bodies.put(
                    "header " + header.path(),
                    Fingerprinter.read(content, header.name()).digest().hex());
        } else {
            Bodies.of(Header.lex(content)).forEach(bodies::put);
        }
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path done, @Nullable IOException e) throws IOException {
                Files.delete(done);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
