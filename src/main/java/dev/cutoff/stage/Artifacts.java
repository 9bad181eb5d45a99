package dev.cutoff.stage;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Blobs;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import dev.cutoff.store.Trees;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Artifacts as folders in the store, {@code artifacts/DIGEST}, to be mounted read-only where builds see them. Plain
 * files are hard links to their blobs; programs are copies, since a blob has one mode only.
 */
public final class Artifacts {

    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("r-xr-xr-x");

    private final Store store;
    private final Path folder;
    private final Map<Digest, Path> verified = new ConcurrentHashMap<>();
    private final Map<Digest, Object> locks = new ConcurrentHashMap<>();

    public Artifacts(Store store) throws IOException {
        this.store = store;
        this.folder = Files.createDirectories(store.artifacts());
    }

    /**
     * The folder of an artifact, made where it is not there or not what it should be; empty if a blob is lost. Whoever
     * asks will use what is in it: so it is read as a whole, once in a run, and what a disk has changed is found here.
     */
    public Optional<Path> folder(Tree tree) throws IOException {
        return folder(tree, target -> Trees.isHeldBy(target, tree));
    }

    /**
     * The same by the stat of each file: one is read only where it is not as it was when it was read last.
     */
    public Optional<Path> untouched(Tree tree) throws IOException {
        return folder(tree, target -> isIntact(tree, target, store.stats(), new StatLog()));
    }

    /** Whether a folder holds what it should. */
    private interface Look {
        boolean isRight(Path folder) throws IOException;
    }

    private Optional<Path> folder(Tree tree, Look look) throws IOException {
        // Units of one run can have the same artifact; each folder is looked at and made by one of them.
        synchronized (locks.computeIfAbsent(tree.root(), root -> new Object())) {
            Path known = verified.get(tree.root());
            if (known != null) {
                return Optional.of(known);
            }
            Path target = folder.resolve(tree.root().hex());
            if (!look.isRight(target)) {
                Path made = store.scratch().folder("artifact");
                if (!make(tree, made)) {
                    Scratch.delete(made);
                    return Optional.empty();
                }
                replace(made, target, tree);
            }
            verified.put(tree.root(), target);
            return Optional.of(target);
        }
    }

    /** Whether a folder holds what the tree says, and nothing beside it, by one stat of each of its files. */
    static boolean isIntact(Tree tree, Path folder, StatCache stats, StatLog log) throws IOException {
        if (log.look(folder, StatLog.Scope.ENTRY).filter(StatCache.Stat::folder).isEmpty()) {
            return false;
        }
        int names = names(folder);
        for (var item : tree.entries().entrySet()) {
            Path path = folder.resolve(item.getKey());
            StatCache.Stat stat = log.look(path, StatLog.Scope.ENTRY).orElse(null);
            if (stat == null || !isIntact(item.getValue(), path, stat, stats)) {
                return false;
            }
            names += stat.folder() ? names(path) : 0;
        }
        return names == tree.entries().size();
    }

    private static int names(Path folder) throws IOException {
        int names = 0;
        try (DirectoryStream<Path> list = Files.newDirectoryStream(folder)) {
            for (Path _ : list) {
                names++;
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    private static boolean isIntact(Tree.Entry entry, Path path, StatCache.Stat stat, StatCache stats)
            throws IOException {
        return switch (entry) {
            case Tree.Folder f -> stat.folder();
            case Tree.Link link ->
                stat.link() && Files.readSymbolicLink(path).toString().equals(link.target());
            case Tree.File file ->
                stat.file()
                        && stat.size() == file.size()
                        && stat.executable() == file.executable()
                        && stats.digest(path, stat).equals(file.digest());
        };
    }

    private boolean make(Tree tree, Path target) throws IOException {
        for (var item : tree.entries().entrySet()) {
            Path to = target.resolve(item.getKey());
            switch (item.getValue()) {
                case Tree.Folder f -> Files.createDirectory(to);
                case Tree.Link link -> Staging.makeLink(to, link);
                case Tree.File file -> {
                    if (!makeFile(file, to)) {
                        return false;
                    }
                }
            }
        }
        for (String path : tree.entries().descendingKeySet()) {
            if (tree.at(path) instanceof Tree.Folder) {
                Files.setLastModifiedTime(target.resolve(path), Staging.EPOCH_TIME);
            }
        }
        Files.setLastModifiedTime(target, Staging.EPOCH_TIME);
        return true;
    }

    private boolean makeFile(Tree.File file, Path to) throws IOException {
        Path blob = store.blobs().path(file.digest());
        try {
            if (file.executable()) {
                Files.copy(blob, to);
                if (!Blobs.hash(to).equals(file.digest())) {
                    return damaged(file.digest());
                }
                Files.setLastModifiedTime(to, Staging.EPOCH_TIME);
                Files.setPosixFilePermissions(to, PROGRAM);
                return true;
            }
            if (!Blobs.hash(blob).equals(file.digest())) {
                return damaged(file.digest());
            }
            Files.setLastModifiedTime(blob, Staging.EPOCH_TIME);
            Files.createLink(to, blob);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean damaged(Digest digest) throws IOException {
        store.blobs().setAside(digest);
        return false;
    }

    /** Puts a finished folder in its place. Where another process was faster, its folder stays: it may be in use. */
    private void replace(Path made, Path target, Tree tree) throws IOException {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (FileSystemException e) {
                // rename(2) says EEXIST or ENOTEMPTY; only for the former there is an exception of its own.
                if (!Files.exists(target)) {
                    throw e;
                }
                if (Trees.isHeldBy(target, tree)) {
                    Scratch.delete(made);
                    return;
                }
                Path old = store.scratch().file("replaced");
                try {
                    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
                    Scratch.delete(old);
                } catch (NoSuchFileException gone) {
                    // Somebody else is replacing it too: try again.
                }
            }
        }
        throw new FileSystemException(target.toString(), null, "could not be replaced");
    }
}
