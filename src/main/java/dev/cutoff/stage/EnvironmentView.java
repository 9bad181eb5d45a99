package dev.cutoff.stage;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Blobs;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * An environment laid out on disk for programs outside of the sandbox, at a path that stays when its content changes:
 * {@code environments/ID/env} in the store, beside a list of its files' stats. Files that are the same afterwards keep their
 * time, which is when their content last changed there.
 *
 * <p>Files are copies, since whoever works there may write to them. A new content is made beside, whole, and takes the old
 * one's place by rename. Whoever uses a view must hold what it belongs to.
 */
public final class EnvironmentView {

    private static final String MANIFEST = "manifest";

    /** @param size bytes; mtime in nanoseconds */
    private record Noted(Digest digest, long size, long mtime, long inode) {}

    private record Manifest(Digest root, Map<String, Noted> files) {}

    private final Store store;
    private final Path folder;
    private final BiFunction<String, byte[], byte[]> placed;

    /**
     * A view, there or not.
     *
     * @param folder its own, in the store
     * @param placed what a program's bytes are at this place, by its path in the environment
     */
    public EnvironmentView(Store store, Path folder, BiFunction<String, byte[], byte[]> placed) {
        this.store = store;
        this.folder = folder;
        this.placed = placed;
    }

    /** Where the environment stands. */
    public Path root() {
        return folder.resolve("env");
    }

    /** The digest of what stands there; empty for nothing whole. */
    public Optional<Digest> content() throws IOException {
        return manifest().map(Manifest::root);
    }

    /** Whether the tree of a root stands there, each file as it was left, by its stat. */
    public boolean isShowing(Digest root) throws IOException {
        Optional<Manifest> left = manifest();
        return left.isPresent()
                && left.get().root().equals(root)
                && changed(left.get(), false).isEmpty();
    }

    /**
     * Makes the view show a tree.
     *
     * @return paths that were not as they had been left, and were mended
     */
    public List<String> show(Tree tree) throws IOException {
        Optional<Manifest> left = manifest();
        List<String> changed = left.isEmpty() ? List.of() : changed(left.get(), false);
        if (left.isPresent() && changed.isEmpty() && left.get().root().equals(tree.root())) {
            return changed;
        }
        lay(tree, left.map(Manifest::files).orElse(Map.of()), changed);
        return changed;
    }

    /** Makes files anew that are not what they were. */
    public void mend(Tree tree, List<String> changed) throws IOException {
        lay(tree, manifest().map(Manifest::files).orElse(Map.of()), changed);
    }

    /**
     * Paths that are not as they were left.
     *
     * @param whole whether every file is read; else its stat counts
     */
    public List<String> changed(boolean whole) throws IOException {
        Optional<Manifest> left = manifest();
        return left.isEmpty() ? List.of() : changed(left.get(), whole);
    }

    private List<String> changed(Manifest manifest, boolean whole) throws IOException {
        List<String> changed = new ArrayList<>();
        for (var file : manifest.files().entrySet()) {
            Path path = root().resolve(file.getKey());
            StatCache.Stat stat = StatCache.lstat(path).orElse(null);
            Noted noted = file.getValue();
            boolean same = stat != null
                    && stat.file()
                    && stat.size() == noted.size()
                    && stat.mtime() == noted.mtime()
                    && stat.inode() == noted.inode()
                    && (!whole || Blobs.hash(path).equals(noted.digest()));
            if (!same) {
                changed.add(file.getKey());
            }
        }
        return changed;
    }

    private void lay(Tree tree, Map<String, Noted> old, List<String> changed) throws IOException {
        Files.createDirectories(folder);
        Path made = folder.resolve("new");
        Path aside = folder.resolve("old");
        Scratch.delete(made);
        Scratch.delete(aside);
        Files.createDirectory(made);
        Map<String, Noted> files = new HashMap<>();
        for (var item : tree.entries().entrySet()) {
            Path to = made.resolve(item.getKey());
            switch (item.getValue()) {
                case Tree.Folder _ -> Files.createDirectory(to);
                case Tree.Link link -> Files.createSymbolicLink(to, Path.of(link.target()));
                case Tree.File file -> {
                    byte[] program = item.getKey().startsWith("bin/") ? program(item.getKey(), file) : null;
                    Digest wanted = program == null ? file.digest() : Digest.of(program);
                    Noted before = old.get(item.getKey());
                    if (before != null && before.digest().equals(wanted) && !changed.contains(item.getKey())) {
                        Files.createLink(to, root().resolve(item.getKey()));
                    } else if (program != null) {
                        Files.write(to, program);
                    } else {
                        Files.copy(store.blobs().path(file.digest()), to);
                        if (!Blobs.hash(to).equals(wanted)) {
                            store.blobs().setAside(file.digest());
                            throw lost(item.getKey());
                        }
                    }
                    Files.setPosixFilePermissions(
                            to, PosixFilePermissions.fromString(file.executable() ? "rwxr-xr-x" : "rw-r--r--"));
                    StatCache.Stat stat = StatCache.lstat(to).orElseThrow(() -> lost(item.getKey()));
                    files.put(item.getKey(), new Noted(wanted, stat.size(), stat.mtime(), stat.inode()));
                }
            }
        }
        // From here to the rename's end nothing vouches for what stands there.
        Files.deleteIfExists(folder.resolve(MANIFEST));
        if (Files.exists(root(), LinkOption.NOFOLLOW_LINKS)) {
            Files.move(root(), aside, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(made, root(), StandardCopyOption.ATOMIC_MOVE);
        write(new Manifest(tree.root(), files));
        Scratch.delete(aside);
    }

    private byte[] program(String path, Tree.File file) throws IOException {
        return placed.apply(path, store.blobs().read(file.digest()).orElseThrow(() -> lost(path)));
    }

    private static Failure lost(String path) {
        return Failure.environment("the stored " + path + " of the environment was damaged; run again");
    }

    private void write(Manifest manifest) throws IOException {
        StringBuilder text =
                new StringBuilder("cutoff.environment/1\n" + manifest.root().hex() + "\n");
        manifest.files()
                .forEach((path, noted) -> text.append(noted.digest().hex())
                        .append(' ')
                        .append(noted.size())
                        .append(' ')
                        .append(noted.mtime())
                        .append(' ')
                        .append(noted.inode())
                        .append(' ')
                        .append(path.replace("\n", "\\n"))
                        .append('\n'));
        Path made = folder.resolve("." + MANIFEST);
        Files.writeString(made, text);
        Files.move(made, folder.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
    }

    private Optional<Manifest> manifest() throws IOException {
        Path file = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(file) || !Files.isDirectory(root())) {
            return Optional.empty();
        }
        List<String> lines =
                Files.readString(file, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals("cutoff.environment/1") || !Digest.isHex(lines.get(1))) {
            return Optional.empty();
        }
        Map<String, Noted> files = new HashMap<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] fields = line.split(" ", 5);
            if (fields.length != 5 || !Digest.isHex(fields[0])) {
                return Optional.empty();
            }
            try {
                files.put(
                        fields[4],
                        new Noted(
                                new Digest(fields[0]),
                                Long.parseLong(fields[1]),
                                Long.parseLong(fields[2]),
                                Long.parseLong(fields[3])));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new Manifest(new Digest(lines.get(1)), files));
    }
}
