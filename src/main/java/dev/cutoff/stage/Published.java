package dev.cutoff.stage;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Blobs;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The artifacts as users see them: {@code .cutoff/out/NAME}, read-only copies, each replaced as a whole. A file whose
 * content is the same as before keeps its mtime, so that tools which go by mtimes see what really changed.
 */
public final class Published {

    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("r--r--r--");
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("r-xr-xr-x");

    private final Store store;
    private final Path out;
    private final StatLog log;
    private final Map<String, Digest> present = new ConcurrentHashMap<>();

    /** @param log told of what was found to be there */
    public Published(Store store, Path out, StatLog log) {
        this.store = store;
        this.out = out;
        this.log = log;
    }

    public Path folder(String unit) {
        return out.resolve(unit);
    }

    /** Whether the published artifact is this one, by the stat of its files; looked at once in a run. */
    public boolean isPresent(String unit, Tree tree) throws IOException {
        if (tree.root().equals(present.get(unit))) {
            return true;
        }
        boolean intact = Artifacts.isIntact(tree, folder(unit), store.stats(), log);
        if (intact) {
            present.put(unit, tree.root());
        }
        return intact;
    }

    /**
     * Publishes an artifact.
     *
     * @param from its folder in the store
     */
    public void publish(String unit, Tree tree, Path from) throws IOException {
        present.remove(unit);
        Files.createDirectories(out);
        removeLeftovers(unit);
        Path made = out.resolve("." + unit + ".new");
        Path old = out.resolve("." + unit + ".old");
        Path target = folder(unit);
        Files.createDirectory(made);
        for (var item : tree.entries().entrySet()) {
            Path to = made.resolve(item.getKey());
            switch (item.getValue()) {
                case Tree.Folder f -> Files.createDirectory(to);
                case Tree.Link link -> Files.createSymbolicLink(to, Path.of(link.target()));
                case Tree.File file -> {
                    Files.copy(from.resolve(item.getKey()), to);
                    if (!Blobs.hash(to).equals(file.digest())) {
                        throw new IOException("the copy of " + item.getKey() + " differs from what was stored");
                    }
                    unchangedSince(target.resolve(item.getKey()), file).ifPresent(time -> setTime(to, time));
                    Files.setPosixFilePermissions(to, file.executable() ? PROGRAM : PLAIN);
                }
            }
        }
        boolean replaces = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
        if (replaces) {
            Files.move(target, old);
        }
        Files.move(made, target);
        Scratch.delete(old);
    }

    /**
     * Gives the store back what it has lost of a unit's artifact, from the files that users see, as far as their bytes
     * are right.
     *
     * @return whether the store has all of it now
     */
    public boolean restore(String unit, Tree tree) throws IOException {
        for (var item : tree.entries().entrySet()) {
            if (!(item.getValue() instanceof Tree.File file) || store.blobs().has(file.digest())) {
                continue;
            }
            Path seen = folder(unit).resolve(item.getKey());
            if (!Files.isRegularFile(seen, LinkOption.NOFOLLOW_LINKS)
                    || !store.blobs().copy(seen, file.digest())) {
                return false;
            }
        }
        return true;
    }

    private Optional<FileTime> unchangedSince(Path old, Tree.File file) throws IOException {
        if (Files.isSymbolicLink(old)) {
            return Optional.empty();
        }
        StatCache.Stat stat = StatCache.stat(old).orElse(null);
        if (stat == null
                || !stat.file()
                || stat.size() != file.size()
                || !store.stats().digest(old, stat).equals(file.digest())) {
            return Optional.empty();
        }
        return Optional.of(Files.getLastModifiedTime(old));
    }

    private static void setTime(Path file, FileTime time) {
        try {
            Files.setLastModifiedTime(file, time);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void removeLeftovers(String unit) throws IOException {
        Scratch.delete(out.resolve("." + unit + ".new"));
        Scratch.delete(out.resolve("." + unit + ".old"));
    }

    /** Removes the artifacts of units that are no more. */
    public void retain(Set<String> units) throws IOException {
        if (!Files.isDirectory(out)) {
            return;
        }
        try (Stream<Path> list = Files.list(out)) {
            for (Path path : list.toList()) {
                String name = path.getFileName().toString();
                if (!units.contains(name) && !name.startsWith(".")) {
                    Scratch.delete(path);
                }
            }
        }
    }
}
