package dev.cutoff.stage;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Blobs;
import dev.cutoff.store.StatCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the copy of a unit's sources that its build may write to. */
public final class Staging {

    /**
     * The mtime of staged sources and artifacts, and what builds are told as SOURCE_DATE_EPOCH: one moment in the past,
     * so that in a clean build all inputs are as old as each other and older than what is made of them.
     */
    public static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");

    static final FileTime EPOCH_TIME = FileTime.from(EPOCH);

    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

    /** A source file was not what it had been when it was read; read them all again. */
    public static final class SourcesChanged extends Exception {
        SourcesChanged(String path) {
            super(path);
        }
    }

    private Staging() {}

    /**
     * Copies the files of {@code tree} from {@code source} to the new folder {@code target}.
     *
     * @param stats tells of files that have not been touched since they were read
     * @throws SourcesChanged where a file's bytes are not what the tree says, as when somebody is just saving it
     */
    public static void copy(Tree tree, Path source, Path target, StatCache stats) throws IOException, SourcesChanged {
        Files.createDirectory(target);
        for (Map.Entry<String, Tree.Entry> item : tree.entries().entrySet()) {
            copy(item.getKey(), item.getValue(), source, target, stats);
        }
        // Folders last, and the deepest first: each file made changed its folder's mtime.
        for (String path : tree.entries().descendingKeySet()) {
            if (tree.at(path) instanceof Tree.Folder) {
                Files.setLastModifiedTime(target.resolve(path), EPOCH_TIME);
            }
        }
        Files.setLastModifiedTime(target, EPOCH_TIME);
    }

    /** Copies one entry, by its path; nothing may stand where it goes. */
    static void copy(String path, Tree.Entry entry, Path source, Path target, StatCache stats)
            throws IOException, SourcesChanged {
        Path to = target.resolve(path);
        switch (entry) {
            case Tree.Folder _ -> Files.createDirectory(to);
            case Tree.Link link -> makeLink(to, link);
            case Tree.File file -> {
                Digest copied = copyFile(source.resolve(path), to, path, stats);
                if (!copied.equals(file.digest())) {
                    throw new SourcesChanged(path);
                }
                Files.setPosixFilePermissions(to, file.executable() ? PROGRAM : PLAIN);
                Files.setLastModifiedTime(to, EPOCH_TIME);
            }
        }
    }

    /** Makes a link with the time of all staged files. */
    static void makeLink(Path link, Tree.Link entry) throws IOException {
        Files.createSymbolicLink(link, Path.of(entry.target()));
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(EPOCH_TIME, EPOCH_TIME, null);
    }

    /** The digest of what was copied: that of the file if its stat, after it was copied, is still that of a known digest. */
    private static Digest copyFile(Path from, Path to, String path, StatCache stats)
            throws IOException, SourcesChanged {
        try {
            Files.copy(from, to);
        } catch (NoSuchFileException e) {
            throw new SourcesChanged(path);
        }
        Optional<Digest> known = StatCache.stat(from).flatMap(stats::known);
        return known.isPresent() ? known.get() : Blobs.hash(to);
    }
}
