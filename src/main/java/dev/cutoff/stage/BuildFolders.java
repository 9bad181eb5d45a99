package dev.cutoff.stage;

import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.Stamps;
import dev.cutoff.store.Stamps.Stamp;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Build folders, stored when a build is done with them, and made again for one that goes on from there (docs/trees.md).
 *
 * <p>What is as it was then has its time of then, to the nanosecond. A source that is not has the time that all sources have when
 * they are staged: a build in an empty folder would see that, and what depends on it has been deleted.
 */
public final class BuildFolders {

    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Store store;

    public BuildFolders(Store store) {
        this.store = store;
    }

    /**
     * A stored folder, ready to be made again.
     *
     * @param outputs what the build had made in it, or changed
     */
    public record Stored(Tree outputs, Stamps stamps) {
        /** Whether a time in it is not past yet: by a clock that was ahead of this machine's, nothing could be later. */
        boolean isAhead(long now) {
            return stamps.files().values().stream().anyMatch(stamp -> stamp.mtime() >= now);
        }
    }

    /**
     * A file or link that was brought back.
     *
     * @param stat as it stood then; nothing in user space sets the time of its last change
     */
    public record Brought(Tree.Entry entry, StatCache.Stat stat) {}

    /**
     * Stores a folder; what the build made is moved out of it.
     *
     * @param staged the sources that were copied there
     * @param written paths, relative to the folder, that the build wrote to
     * @param brought what had been brought back there, by relative path; what still stands as it did is not read again
     * @param stays whether the folder is to stay as it is, so that what the build made is copied
     * @return empty where it holds what no tree can hold
     */
    public Optional<BuildTree> store(
            Path folder, Tree staged, Predicate<String> written, Map<String, Brought> brought, boolean stays)
            throws IOException {
        SortedMap<String, Stamp> stamps = new TreeMap<>();
        Path made = store.scratch().folder("made");
        Files.delete(made);
        Files.createDirectory(made);
        boolean[] storable = {true};
        Set<String> there = new HashSet<>();
        Map<String, Path> outputs = new TreeMap<>();
        NavigableMap<String, Tree.Entry> untouched = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                note(dir, attributes, true);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                note(file, attributes, false);
                return FileVisitResult.CONTINUE;
            }

            private void note(Path file, BasicFileAttributes attributes, boolean isFolder) throws IOException {
                String path = folder.relativize(file).toString();
                if (path.isEmpty()) {
                    return;
                }
                storable[0] &= path.indexOf('\ufffd') < 0 && !attributes.isOther() && (isFolder || !isLinked(file));
                there.add(path);
                Tree.Entry source = staged.at(path);
                String state = source == null ? "" : Stamps.state(source);
                stamps.put(
                        path,
                        new Stamp(
                                state, Math.max(1, attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))));
                boolean changed = source == null
                        || (isFolder != source instanceof Tree.Folder)
                        || (!isFolder && written.test(path));
                Brought known = isFolder || !changed ? null : brought.get(path);
                if (known != null && StatCache.lstat(file).equals(Optional.of(known.stat()))) {
                    untouched.put(path, known.entry());
                } else if (changed && isFolder) {
                    untouched.put(path, Tree.FOLDER);
                } else if (changed) {
                    outputs.put(path, file);
                }
            }
        });
        for (Map.Entry<String, Tree.Entry> entry : staged.entries().entrySet()) {
            if (!there.contains(entry.getKey())) {
                stamps.put(entry.getKey(), new Stamp(Stamps.state(entry.getValue()), 0));
            }
        }
        if (!storable[0]) {
            return Optional.empty();
        }
        for (Map.Entry<String, Path> output : outputs.entrySet()) {
            Path to = made.resolve(output.getKey());
            Files.createDirectories(to.getParent());
            if (stays) {
                Files.copy(output.getValue(), to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
            } else {
                Files.move(output.getValue(), to);
            }
        }
        Tree tree = store.trees().adopt(made, untouched, "the build folder");
        return Optional.of(new BuildTree(tree.root(), store.blobs().put(new Stamps(stamps).encode())));
    }

    /** Loads what is needed to make a folder again; empty where the store has lost some of it, or a time of it is to come. */
    public Optional<Stored> load(BuildTree tree) throws IOException {
        if (!store.blobs().use(tree.stamps())) {
            return Optional.empty();
        }
        Optional<Stamps> stamps = store.blobs().read(tree.stamps()).flatMap(Stamps::decode);
        Optional<Tree> outputs = store.trees().load(tree.outputs()).filter(store.trees()::hasBlobs);
        if (stamps.isEmpty() || outputs.isEmpty()) {
            return Optional.empty();
        }
        Stored stored = new Stored(outputs.get(), stamps.get());
        return stored.isAhead(nanos(Instant.now())) ? Optional.empty() : Optional.of(stored);
    }

    /**
     * Brings a folder with freshly staged sources to where a build had left it, as far as it still counts.
     *
     * @param sources what was staged
     * @param gone whether what the build had made at a path, relative to the folder, must not be there
     * @return what was brought back, by its path relative to the folder; empty where a blob is damaged
     */
    public Optional<Map<String, Brought>> restore(Stored stored, Path folder, Tree sources, Predicate<String> gone)
            throws IOException {
        Map<String, Brought> restored = new HashMap<>();
        Set<String> changedFolders = new HashSet<>();
        SortedMap<String, Stamp> stamps = stored.stamps().files();
        for (Map.Entry<String, Tree.Entry> source : sources.entries().entrySet()) {
            Stamp stamp = stamps.get(source.getKey());
            Path file = folder.resolve(source.getKey());
            boolean same = stamp != null && stamp.source().equals(Stamps.state(source.getValue()));
            if (!same) {
                changedFolders.add(parent(source.getKey()));
            }
            if (source.getValue() instanceof Tree.Folder) {
                continue;
            }
            if (same && stamp != null && stamp.isDeleted() && !gone.test(source.getKey())) {
                Files.delete(file);
            } else {
                boolean untouched = same && !stored.outputs().entries().containsKey(source.getKey());
                if (untouched && stamp != null && !stamp.isDeleted()) {
                    setTime(file, time(stamp));
                }
            }
        }
        stamps.forEach((path, stamp) -> {
            if (!stamp.source().isEmpty() && sources.at(path) == null) {
                changedFolders.add(parent(path));
            }
        });
        for (Map.Entry<String, Tree.Entry> output : stored.outputs().entries().entrySet()) {
            String path = output.getKey();
            Stamp stamp = stamps.get(path);
            if (stamp == null) {
                return Optional.empty();
            }
            Tree.Entry source = sources.at(path);
            boolean sourceChanged = !isOf(stamp, source);
            if (output.getValue() instanceof Tree.Folder) {
                if (source == null
                        && stamp.source().isEmpty()
                        && !gone.test(path)
                        && !isInVanished(path, stamps, sources)) {
                    Files.createDirectories(folder.resolve(path));
                }
                continue;
            }
            if (sourceChanged || gone.test(path) || isInVanished(path, stamps, sources)) {
                changedFolders.add(parent(path));
                continue;
            }
            if (!make(output.getValue(), folder.resolve(path))) {
                return Optional.empty();
            }
            Path made = folder.resolve(path);
            setTime(made, time(stamp));
            StatCache.lstat(made).ifPresent(stat -> restored.put(path, new Brought(output.getValue(), stat)));
        }
        setFolderTimes(folder, stamps, sources, changedFolders);
        return Optional.of(restored);
    }

    /**
     * The same with a folder that stands as the build had left it: what is to differ now is changed in place.
     *
     * @param left the stats in it, by relative path
     * @param from where the sources are
     * @throws Staging.SourcesChanged where they are not what they were when they were read
     */
    public Optional<Map<String, Brought>> update(
            Stored stored,
            Map<String, StatCache.Stat> left,
            Path folder,
            Path from,
            Tree sources,
            Predicate<String> gone)
            throws IOException, Staging.SourcesChanged {
        SortedMap<String, Stamp> stamps = stored.stamps().files();
        Map<String, Brought> stay = new HashMap<>();
        Set<String> folders = new HashSet<>();
        Set<String> changedFolders = new HashSet<>();
        for (Map.Entry<String, Tree.Entry> output : stored.outputs().entries().entrySet()) {
            String path = output.getKey();
            Stamp stamp = stamps.get(path);
            StatCache.Stat stat = left.get(path);
            if (stamp == null || stat == null) {
                return Optional.empty();
            }
            Tree.Entry source = sources.at(path);
            if (output.getValue() instanceof Tree.Folder) {
                if (source == null
                        && stamp.source().isEmpty()
                        && !gone.test(path)
                        && !isInVanished(path, stamps, sources)) {
                    folders.add(path);
                }
            } else if (isOf(stamp, source) && !gone.test(path) && !isInVanished(path, stamps, sources)) {
                stay.put(path, new Brought(output.getValue(), stat));
            }
        }
        for (String path : stay.keySet()) {
            for (String above = parent(path); !above.isEmpty() && folders.add(above); ) {
                above = parent(above);
            }
        }
        for (String path : List.copyOf(stamps.keySet()).reversed()) {
            Stamp stamp = stamps.get(path);
            if (stamp == null || stamp.isDeleted() || stay.containsKey(path)) {
                continue;
            }
            Tree.Entry source = sources.at(path);
            Path file = folder.resolve(path);
            boolean untouched = source != null && isOf(stamp, source) && !isMade(stored, path);
            boolean isFolder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
            if (!untouched && !(isFolder && (folders.contains(path) || source instanceof Tree.Folder))) {
                Scratch.delete(file);
                changedFolders.add(parent(path));
            }
        }
        for (Map.Entry<String, Tree.Entry> source : sources.entries().entrySet()) {
            String path = source.getKey();
            Stamp stamp = stamps.get(path);
            boolean same = stamp != null && isOf(stamp, source.getValue());
            if (!same) {
                changedFolders.add(parent(path));
            }
            boolean stands = Files.exists(folder.resolve(path), LinkOption.NOFOLLOW_LINKS);
            if (stands || (same && stamp != null && stamp.isDeleted() && !gone.test(path))) {
                continue;
            }
            Staging.copy(path, source.getValue(), from, folder, store.stats());
        }
        setFolderTimes(folder, stamps, sources, changedFolders);
        return Optional.of(stay);
    }

    /** Whether a file has another name: what is written by the one changes the other, and no step's writes tell. */
    static boolean isLinked(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
    }

    private static boolean isMade(Stored stored, String path) {
        return stored.outputs().entries().containsKey(path);
    }

    private static boolean isOf(Stamp stamp, Tree.@Nullable Entry source) {
        return stamp.source().equals(source == null ? "" : Stamps.state(source));
    }

    /** Whether a folder of the sources that it stood in is no more: nobody could have made it there. */
    private static boolean isInVanished(String path, SortedMap<String, Stamp> stamps, Tree sources) {
        for (String folder = parent(path); !folder.isEmpty(); folder = parent(folder)) {
            Stamp stamp = stamps.get(folder);
            if (stamp != null && !stamp.source().isEmpty() && sources.at(folder) == null) {
                return true;
            }
        }
        return false;
    }

    private boolean make(Tree.Entry entry, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.deleteIfExists(to);
        if (entry instanceof Tree.Link link) {
            Files.createSymbolicLink(to, Path.of(link.target()));
        } else if (entry instanceof Tree.File file) {
            Optional<byte[]> bytes = store.blobs().read(file.digest());
            if (bytes.isEmpty()) {
                return false;
            }
            Files.write(to, bytes.get());
            Files.setPosixFilePermissions(to, file.executable() ? PROGRAM : PLAIN);
        }
        return true;
    }

    /** A folder of the sources in which nothing was made has the time of all sources, whatever became of those in it. */
    private static void setFolderTimes(Path folder, SortedMap<String, Stamp> stamps, Tree sources, Set<String> changed)
            throws IOException {
        SortedMap<String, FileTime> times = new TreeMap<>();
        for (Map.Entry<String, Tree.Entry> source : sources.entries().entrySet()) {
            Stamp stamp = stamps.get(source.getKey());
            boolean untouched =
                    stamp == null || (!stamp.isDeleted() && time(stamp).equals(Staging.EPOCH_TIME));
            if (source.getValue() instanceof Tree.Folder && untouched) {
                times.put(source.getKey(), Staging.EPOCH_TIME);
            }
        }
        stamps.forEach((path, stamp) -> {
            if (!stamp.isDeleted() && !changed.contains(path)) {
                times.putIfAbsent(path, time(stamp));
            }
        });
        for (String path : List.copyOf(times.keySet()).reversed()) {
            Path at = folder.resolve(path);
            FileTime time = times.get(path);
            if (time != null && Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                setTime(at, time);
            }
        }
    }

    private static void setTime(Path file, FileTime time) throws IOException {
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
    }

    private static FileTime time(Stamp stamp) {
        return FileTime.from(stamp.mtime(), TimeUnit.NANOSECONDS);
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
