package dev.cutoff.store;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files named by the SHA-256 of their content, in {@code blobs/ab/cdef…}, read-only.
 *
 * <p>A blob appears whole, by rename, or not at all. Its bytes are compared with its name before they are used; one
 * that differs is moved to {@code damaged/} and counts as missing.
 */
public final class Blobs {

    private final Path folder;
    private final Path damaged;
    private final Scratch scratch;

    Blobs(Path store, Scratch scratch) throws IOException {
        this.folder = Files.createDirectories(store.resolve("blobs"));
        this.damaged = store.resolve("damaged");
        this.scratch = scratch;
    }

    /** Where a blob of this digest stands, whether it is there or not. */
    public Path path(Digest digest) {
        return folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex().substring(2));
    }

    public boolean has(Digest digest) {
        return Files.exists(path(digest));
    }

    /** Stores bytes. */
    public Digest put(byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        if (!has(digest)) {
            Path temporary = scratch.file("blob");
            Files.write(temporary, content);
            install(temporary, digest);
        }
        return digest;
    }

    /** Takes over a file that nobody writes to any more: it is renamed into the store. */
    public Digest adopt(Path file) throws IOException {
        Digest digest = hash(file);
        if (isSound(digest)) {
            Files.delete(file);
        } else {
            install(file, digest);
        }
        return digest;
    }

    /** Whether a blob is there and its bytes are what its name says. */
    private boolean isSound(Digest digest) throws IOException {
        try {
            return has(digest) && hash(path(digest)).equals(digest);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void install(Path file, Digest digest) throws IOException {
        Path target = path(digest);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            try {
                Files.createDirectories(target.getParent());
            } catch (FileAlreadyExistsException raced) {
                // Another process made the folder first.
            }
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** The content of a blob; empty if it is missing or damaged. */
    public Optional<byte[]> read(Digest digest) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(path(digest));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!Digest.of(content).equals(digest)) {
            setAside(digest);
            return Optional.empty();
        }
        return Optional.of(content);
    }

    /** Moves a blob whose bytes are not what its name says out of the way, keeping it for a look. */
    public void setAside(Digest digest) throws IOException {
        Files.createDirectories(damaged);
        try {
            Files.move(path(digest), damaged.resolve(digest.hex()), StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // Another process did so first.
        }
    }

    /** Digests of all blobs that are there, read from their names. */
    public List<Digest> all() throws IOException {
        List<Digest> all = new ArrayList<>();
        try (Stream<Path> parts = Files.list(folder)) {
            for (Path part : parts.filter(Files::isDirectory).toList()) {
                try (Stream<Path> names = Files.list(part)) {
                    names.map(file -> part.getFileName().toString() + file.getFileName())
                            .filter(Digest::isHex)
                            .forEach(hex -> all.add(new Digest(hex)));
                }
            }
        }
        return all;
    }

    /** SHA-256 of a file's content, links followed. */
    public static Digest hash(Path file) throws IOException {
        MessageDigest sha = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            int read;
            while ((read = in.read(buffer)) > 0) {
                sha.update(buffer, 0, read);
            }
        }
        return Digest.ofHash(sha.digest());
    }
}
