package dev.cutoff.stage;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
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
     * @throws SourcesChanged where a file's bytes are not what the tree says, as when somebody is just saving it
     */
    public static void copy(Tree tree, Path source, Path target) throws IOException, SourcesChanged {
        Files.createDirectory(target);
        for (Map.Entry<String, Tree.Entry> item : tree.entries().entrySet()) {
            Path to = target.resolve(item.getKey());
            switch (item.getValue()) {
                case Tree.Folder folder -> Files.createDirectory(to);
                case Tree.Link link -> makeLink(to, link);
                case Tree.File file -> {
                    Digest copied = copyFile(source.resolve(item.getKey()), to, item.getKey());
                    if (!copied.equals(file.digest())) {
                        throw new SourcesChanged(item.getKey());
                    }
                    Files.setPosixFilePermissions(to, file.executable() ? PROGRAM : PLAIN);
                    Files.setLastModifiedTime(to, EPOCH_TIME);
                }
            }
        }
        // Folders last, and the deepest first: each file made changed its folder's mtime.
        for (String path : tree.entries().descendingKeySet()) {
            if (tree.at(path) instanceof Tree.Folder) {
                Files.setLastModifiedTime(target.resolve(path), EPOCH_TIME);
            }
        }
        Files.setLastModifiedTime(target, EPOCH_TIME);
    }

    /** Makes a link with the time of all staged files. */
    static void makeLink(Path link, Tree.Link entry) throws IOException {
        Files.createSymbolicLink(link, Path.of(entry.target()));
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(EPOCH_TIME, EPOCH_TIME, null);
    }

    private static Digest copyFile(Path from, Path to, String path) throws IOException, SourcesChanged {
        MessageDigest sha = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = Files.newOutputStream(to)) {
            int read;
            while ((read = in.read(buffer)) > 0) {
                sha.update(buffer, 0, read);
                out.write(buffer, 0, read);
            }
        } catch (NoSuchFileException e) {
            throw new SourcesChanged(path);
        }
        return Digest.ofHash(sha.digest());
    }
}
