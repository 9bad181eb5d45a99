package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.dwarf.DebugFiles;
import dev.cutoff.abi.dwarf.DwarfReader;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.type.Surface;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes fingerprints of files and folders. */
public final class Fingerprinter {

    /** The end of the names of written fingerprints, which no fingerprint of a folder counts. */
    public static final String SUFFIX = ".abi.json";

    /** What {@link #read} takes, for messages. */
    public static final String READ =
            "shared libraries, programs and objects (ELF), archives (ar), C and C++ headers by their names, wheels, and folders";

    private Fingerprinter() {}

    /**
     * The fingerprint of a file, or of all files beneath a folder.
     *
     * @throws FormatException if the file is damaged, or of a kind that is not read. In a folder such a file counts by
     *     its bytes
     */
    public static Fingerprint read(Path path) throws FormatException, IOException {
        return read(path, null);
    }

    /**
     * The same, with the types that consumers see.
     *
     * @param headers names of the public headers, as {@link HeaderNames} finds them; null where they are not known. In a
     *     folder that has headers, those are the public ones
     */
    public static Fingerprint read(Path path, @Nullable Set<String> headers) throws FormatException, IOException {
        if (Files.isDirectory(path)) {
            return folder(path, false, headers == null ? HeaderNames.beneath(path, false) : headers);
        }
        String name = String.valueOf(path.getFileName());
        return MappedFile.<Fingerprint>read(path, bytes -> {
            try (DebugSearch search = new DebugSearch(path)) {
                return read(bytes, name, new TypeSources(search, headers));
            }
        });
    }

    /** All files beneath an include folder: what has no suffix in its name is a header too, as C++ headers may be. */
    public static Folder includeFolder(Path path) throws IOException, FormatException {
        return folder(path, true, null);
    }

    /** The fingerprint of a file's bytes; the name tells headers. */
    public static Fingerprint read(Cursor bytes, String name) throws FormatException {
        return read(bytes, name, TypeSources.NONE);
    }

    /**
     * The same, with the types that the public headers show.
     *
     * @param headers names of the public headers, null where they are not known
     */
    public static Fingerprint read(Cursor bytes, String name, @Nullable Set<String> headers) throws FormatException {
        return read(bytes, name, new TypeSources(DebugFiles.NONE, headers));
    }

    /** All types that have names in an object's debug information: those that its source used. */
    public static Surface namedTypes(Cursor object) throws FormatException {
        return DwarfReader.readNamed(ElfFile.open(object));
    }

    private static Fingerprint read(Cursor bytes, String name, TypeSources sources) throws FormatException {
        return switch (FileKind.of(bytes)) {
            case ELF -> Binary.read(bytes, sources);
            case ARCHIVE, THIN_ARCHIVE -> StaticArchive.read(bytes, sources);
            case BITCODE -> throw bytes.wrong(0, "is LLVM bitcode, which is not read; read are " + READ);
            case OTHER -> {
                if (Header.isNamedSo(name)) {
                    yield Header.read(bytes);
                }
                throw bytes.wrong(0, "is of a kind that is not read; read are " + READ);
            }
        };
    }

    private static Folder folder(Path root, boolean include, @Nullable Set<String> headers)
            throws IOException, FormatException {
        SortedMap<String, Fingerprint> files = new TreeMap<>();
        FormatException[] changed = {null};
        Path real = root.toRealPath();
        Files.walkFileTree(real, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
                String path = real.relativize(file).toString();
                if (is.isSymbolicLink()) {
                    files.put(path, new Link(Files.readSymbolicLink(file).toString()));
                } else if (is.isRegularFile() && !path.endsWith(SUFFIX)) {
                    try {
                        files.put(path, entry(file, include, headers));
                    } catch (FormatException e) {
                        changed[0] = e;
                        return FileVisitResult.TERMINATE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
        if (changed[0] != null) {
            throw changed[0];
        }
        return new Folder(Collections.unmodifiableSortedMap(files));
    }

    private static Fingerprint entry(Path file, boolean include, @Nullable Set<String> headers)
            throws IOException, FormatException {
        String name = String.valueOf(file.getFileName());
        boolean header = Header.isNamedSo(name) || (include && name.indexOf('.') < 0);
        boolean executable = Files.isExecutable(file);
        return MappedFile.<Fingerprint>read(file, bytes -> {
            FileKind kind = FileKind.of(bytes);
            try {
                if (kind == FileKind.ELF || kind == FileKind.ARCHIVE || kind == FileKind.THIN_ARCHIVE) {
                    try (DebugSearch search = new DebugSearch(file)) {
                        return read(bytes, name, new TypeSources(search, headers));
                    }
                }
                if (header) {
                    return Header.read(bytes);
                }
                return new Data(Digests.of(bytes), executable, null);
            } catch (FormatException e) {
                return new Data(Digests.of(bytes), executable, reason(e, file));
            }
        });
    }

    /** The message without the path, which is no part of a fingerprint. */
    private static String reason(FormatException e, Path file) {
        String message = e.getMessage();
        String prefix = file.toString();
        return message.startsWith(prefix) ? message.substring(prefix.length()).replaceFirst("^: ", "") : message;
    }
}
