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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
    private final Gate gate;
    private final Lease lease;
    private final Consumer<String> notes;

    /** @param notes told of damage */
    Blobs(Path store, Scratch scratch, Gate gate, Lease lease, Consumer<String> notes) throws IOException {
        this.folder = Files.createDirectories(store.resolve("blobs"));
        this.damaged = store.resolve("damaged");
        this.scratch = scratch;
        this.gate = gate;
        this.lease = lease;
        this.notes = notes;
    }

    /** Where a blob of this digest stands, whether it is there or not. */
    public Path path(Digest digest) {
        return folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex().substring(2));
    }

    public boolean has(Digest digest) {
        return Files.exists(path(digest));
    }

    /** Stores bytes. No collection takes them away while this process lives. */
    public Digest put(byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        gate.share(() -> {
            lease.blob(digest);
            keep(digest, content);
            return digest;
        });
        return digest;
    }

    /** Protects a blob from collection while this process lives; false if it is not there. Whoever reads it checks it. */
    public boolean use(Digest digest) throws IOException {
        return gate.share(() -> {
            lease.blob(digest);
            return has(digest);
        });
    }

    /** Stores bytes that something else protects already. Must be called within the gate. */
    void keep(Digest digest, byte[] content) throws IOException {
        if (!isThere(digest, content)) {
            Path temporary = scratch.file("blob");
            Files.write(temporary, content);
            install(temporary, digest);
        }
    }

    private boolean isThere(Digest digest, byte[] content) throws IOException {
        try {
            return has(digest) && Arrays.equals(Files.readAllBytes(path(digest)), content);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Takes over a file that nobody writes to any more and that something else protects already: it is renamed into the
     * store, or deleted where the same is there. Must be called within the gate.
     */
    void keep(Digest digest, Path file) throws IOException {
        if (has(digest)) {
            Files.delete(file);
        } else {
            install(file, digest);
        }
    }

    /** Stores a copy of a file, if it has this digest, for a tree that is in use already. */
    public boolean copy(Path file, Digest digest) throws IOException {
        Path temporary = scratch.file("blob");
        Files.copy(file, temporary);
        boolean right = hash(temporary).equals(digest);
        if (right) {
            gate.share(() -> {
                keep(digest, temporary);
                return digest;
            });
        } else {
            Files.delete(temporary);
        }
        return right;
    }

    /** The digest of a file that will be kept; a blob of this name whose bytes are others is set aside. */
    Digest digestToKeep(Path file) throws IOException {
        Digest digest = hash(file);
        try {
            if (has(digest) && !hash(path(digest)).equals(digest)) {
                setAside(digest);
            }
        } catch (NoSuchFileException e) {
            // Collected in this moment.
        }
        return digest;
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
            notes.accept("the stored blob " + digest.brief()
                    + " is damaged and was set aside; what needs it will be built again");
        } catch (NoSuchFileException e) {
            // Another process did so first.
        }
    }

    /** Where damaged things are kept for a look. */
    Path damaged() {
        return damaged;
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
