package dev.cutoff.store;

import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Digest;
import dev.cutoff.store.StatCache.Stat;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Build folders that stand as builds had left them, one for each unit at most, in {@code folders/UNIT} (docs/trees.md, "In
 * place"). Whoever takes one moves it away, so that nobody else works in it, and after a crash it is scratch.
 */
public final class LeftFolders {

    private static final int SCHEMA = 0x43554C31;
    private static final String MANIFEST = "manifest";
    private static final String CONTENT = "content";

    /** The folder itself, of which moving it changes more than nothing. */
    private static final String ITSELF = "";

    private final Path root;
    private final Scratch scratch;

    LeftFolders(Path store, Scratch scratch) {
        this.root = store.resolve("folders");
        this.scratch = scratch;
    }

    private Path place(String unit) {
        return root.resolve(Digest.ofText(unit).hex());
    }

    /**
     * Takes a folder, if it is the one that a tree was stored of and every stat in it is the one that it was left with.
     *
     * @param to where it is moved; nothing may stand there
     * @return the stats, by relative path; empty where there is no such folder, and then nothing stands there
     */
    public Optional<Map<String, Stat>> take(String unit, BuildTree tree, Path to) throws IOException {
        Path taken = scratch.file("left");
        try {
            Files.move(place(unit), taken, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Path content = taken.resolve(CONTENT);
        Optional<Manifest> manifest = manifest(taken).filter(m -> m.tree().equals(tree));
        boolean stands =
                manifest.isPresent() && isAsLeft(content, manifest.get().stats());
        if (stands) {
            Files.move(content, to, StandardCopyOption.ATOMIC_MOVE);
        }
        Scratch.delete(taken);
        return stands ? manifest.map(Manifest::stats) : Optional.empty();
    }

    private static boolean isAsLeft(Path folder, Map<String, Stat> stats) throws IOException {
        for (Map.Entry<String, Stat> left : stats.entrySet()) {
            Optional<Stat> now = StatCache.lstat(folder.resolve(left.getKey()));
            // That nothing was added to a folder or taken from it is in the folder's own stat.
            boolean same = now.isPresent()
                    && (left.getKey().equals(ITSELF)
                            ? now.get().mtime() == left.getValue().mtime()
                            : now.get().equals(left.getValue()));
            if (!same) {
                return false;
            }
        }
        return !stats.isEmpty();
    }

    /**
     * Leaves a folder in which nobody works any more for the next build of a unit; it is moved away.
     *
     * @param tree what was stored of it
     */
    public void leave(String unit, BuildTree tree, Path folder) throws IOException {
        Path made = scratch.folder("left");
        Path content = made.resolve(CONTENT);
        Files.move(folder, content, StandardCopyOption.ATOMIC_MOVE);
        Files.write(made.resolve(MANIFEST), new Manifest(tree, stats(content)).encode());
        Files.createDirectories(root);
        Path before = scratch.file("left");
        try {
            Files.move(place(unit), before, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // The first of its unit.
        }
        try {
            Files.move(made, place(unit), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another process has left one of the same unit meanwhile.
            Scratch.delete(made);
        }
        Scratch.delete(before);
    }

    private static Map<String, Stat> stats(Path folder) throws IOException {
        Map<String, Stat> stats = new HashMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                return visitFile(dir, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Optional<Stat> stat = StatCache.lstat(file);
                stats.put(
                        folder.relativize(file).toString(),
                        stat.orElseThrow(() -> new NoSuchFileException(file.toString())));
                return FileVisitResult.CONTINUE;
            }
        });
        return stats;
    }

    /** Removes the folders whose trees have gone; others may take and leave meanwhile. Says how many went. */
    int removeOrphans(Blobs blobs) throws IOException {
        if (!Files.isDirectory(root)) {
            return 0;
        }
        List<Path> all;
        try (Stream<Path> folders = Files.list(root)) {
            all = folders.toList();
        }
        int removed = 0;
        for (Path folder : all) {
            Optional<Manifest> manifest = manifest(folder);
            if (manifest.isEmpty() || !blobs.has(manifest.get().tree().stamps())) {
                Path taken = scratch.file("left");
                try {
                    Files.move(folder, taken, StandardCopyOption.ATOMIC_MOVE);
                    removed++;
                } catch (NoSuchFileException e) {
                    // Taken in this moment.
                }
                Scratch.delete(taken);
            }
        }
        return removed;
    }

    private static Optional<Manifest> manifest(Path folder) throws IOException {
        try {
            return Manifest.decode(Files.readAllBytes(folder.resolve(MANIFEST)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** What a folder was left with. */
    private record Manifest(BuildTree tree, Map<String, Stat> stats) {

        byte[] encode() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(SCHEMA);
            out.write(tree.outputs().bytes());
            out.write(tree.stamps().bytes());
            out.writeInt(stats.size());
            for (Map.Entry<String, Stat> entry : stats.entrySet()) {
                byte[] path = entry.getKey().getBytes(StandardCharsets.UTF_8);
                out.writeInt(path.length);
                out.write(path);
                entry.getValue().write(out);
            }
            out.write(Digest.of(bytes.toByteArray()).bytes());
            return bytes.toByteArray();
        }

        /** Empty where the bytes are not exactly what was written. */
        static Optional<Manifest> decode(byte[] bytes) {
            int end = bytes.length - Digest.BYTES;
            if (end < Integer.BYTES
                    || !Digest.of(Arrays.copyOf(bytes, end))
                            .equals(Digest.next(ByteBuffer.wrap(bytes, end, Digest.BYTES)))) {
                return Optional.empty();
            }
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, end);
            if (in.getInt() != SCHEMA) {
                return Optional.empty();
            }
            BuildTree tree = new BuildTree(Digest.next(in), Digest.next(in));
            int count = in.getInt();
            Map<String, Stat> stats = HashMap.newHashMap(count);
            for (int i = 0; i < count; i++) {
                byte[] path = new byte[in.getInt()];
                in.get(path);
                stats.put(new String(path, StandardCharsets.UTF_8), Stat.read(in));
            }
            return Optional.of(new Manifest(tree, stats));
        }
    }
}
