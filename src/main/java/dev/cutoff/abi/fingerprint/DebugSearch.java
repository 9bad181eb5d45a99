package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.dwarf.DebugFiles;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Looks for separate debug information where debuggers do: beside the file, in {@code .debug} beside it, and beneath
 * {@code /usr/lib/debug}, by build id or by path. What it finds must be what was looked for, by build id or checksum.
 */
final class DebugSearch implements DebugFiles, AutoCloseable {

    private static final Path SYSTEM = Path.of("/usr/lib/debug");

    private final Path file;
    private final Arena arena = Arena.ofShared();

    /** For the parts of a file; what it has found is mapped until it is closed. */
    DebugSearch(Path file) {
        this.file = file.toAbsolutePath();
    }

    @Override
    public void close() {
        arena.close();
    }

    @Override
    public @Nullable Cursor separate(ElfFile elf) throws FormatException {
        byte[] id = buildId(elf);
        if (id.length > 1) {
            for (Path root : roots()) {
                Cursor found = open(byId(root, id));
                if (found != null && Arrays.equals(buildId(ElfFile.open(found)), id)) {
                    return found;
                }
            }
        }
        Section section = section(elf, ".gnu_debuglink");
        if (section == null) {
            return null;
        }
        Cursor link = elf.content(section);
        String name = link.cString();
        long checksum = link.u4At((link.position() + 3) & -4);
        for (Path path : named(name)) {
            Cursor found = path.equals(file) ? null : open(path);
            if (found != null && checksum(found) == checksum) {
                return found;
            }
        }
        return null;
    }

    private List<Path> named(String name) {
        List<Path> paths = new ArrayList<>();
        Path folder = file.getParent();
        if (folder != null && isPlain(name)) {
            paths.add(folder.resolve(name));
            paths.add(folder.resolve(".debug").resolve(name));
            Path below = folder.getRoot().relativize(folder);
            for (Path root : roots()) {
                paths.add(root.resolve(below).resolve(name));
            }
        }
        return paths;
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty() && name.indexOf('/') < 0 && !name.equals("..");
    }

    /** The system's folder, and one of the same place in a tree that the file stands in (an unpacked package). */
    private List<Path> roots() {
        List<Path> roots = new ArrayList<>();
        for (Path above = file.getParent(); above != null; above = above.getParent()) {
            Path root = above.resolve("usr/lib/debug");
            if (Files.isDirectory(root)) {
                roots.add(root);
            }
        }
        if (!roots.contains(SYSTEM)) {
            roots.add(SYSTEM);
        }
        return roots;
    }

    private static Path byId(Path root, byte[] id) {
        String hex = HexFormat.of().formatHex(id);
        return root.resolve(".build-id").resolve(hex.substring(0, 2)).resolve(hex.substring(2) + ".debug");
    }

    @Override
    public @Nullable Cursor supplement(String name, byte[] buildId) throws FormatException {
        List<Path> paths = new ArrayList<>();
        Path folder = file.getParent();
        try {
            if (folder != null) {
                paths.add(folder.resolve(name));
            }
            String last = String.valueOf(Path.of(name).getFileName());
            for (Path root : roots()) {
                paths.add(root.resolve(".dwz").resolve(last));
                paths.add(root.resolve(".build-id").resolve(name));
                if (buildId.length > 1) {
                    paths.add(byId(root, buildId));
                }
            }
        } catch (InvalidPathException e) {
            return null;
        }
        for (Path path : paths) {
            Cursor found = open(path);
            if (found != null && (buildId.length == 0 || isNamed(ElfFile.open(found), buildId))) {
                return found;
            }
        }
        return null;
    }

    /** Whether a supplementary file has an id: as its build id, or by DWARF 5 in the section that says what it is. */
    private static boolean isNamed(ElfFile elf, byte[] id) throws FormatException {
        Section section = section(elf, ".debug_sup");
        if (section == null) {
            return Arrays.equals(buildId(elf), id);
        }
        // Section 7.3.6: a version, whether it is supplementary, a name, the id with its length before it.
        Cursor at = elf.plain(section);
        at.skip(3);
        at.cString();
        return Arrays.equals(at.bytes(at.uleb()), id);
    }

    @Override
    public @Nullable Cursor split(String name, @Nullable String folder) {
        try {
            Path path = Path.of(name);
            Cursor found = open(folder == null ? path : Path.of(folder).resolve(path));
            Path own = file.getParent();
            return found == null && own != null && path.getFileName() != null
                    ? open(own.resolve(path.getFileName()))
                    : found;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    @Override
    public @Nullable Cursor splitPackage() {
        return open(file.resolveSibling(file.getFileName() + ".dwp"));
    }

    private @Nullable Cursor open(Path path) {
        try {
            return Files.isRegularFile(path) ? MappedFile.map(path, arena) : null;
        } catch (IOException e) {
            // As good as not there: what is missing is said by who looks for it.
            return null;
        }
    }

    private static @Nullable Section section(ElfFile elf, String name) {
        for (Section section : elf.sections()) {
            if (section.name().equals(name) && section.inFile()) {
                return section;
            }
        }
        return null;
    }

    /** The note that a linker gives a file; empty where there is none. */
    private static byte[] buildId(ElfFile elf) throws FormatException {
        Section section = section(elf, ".note.gnu.build-id");
        if (section == null || section.size() < 16) {
            return new byte[0];
        }
        Cursor note = elf.content(section);
        return note.bytesAt(12 + ((note.u4At(0) + 3) & -4), note.u4At(4));
    }

    private static long checksum(Cursor bytes) throws FormatException {
        CRC32 crc = new CRC32();
        for (long at = 0; at < bytes.size(); at += 1 << 16) {
            crc.update(bytes.bytesAt(at, Math.min(1 << 16, bytes.size() - at)));
        }
        return crc.getValue();
    }
}
