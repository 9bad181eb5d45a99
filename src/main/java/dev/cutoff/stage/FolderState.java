package dev.cutoff.stage;

import dev.cutoff.model.Tree;
import dev.cutoff.store.Blobs;
import dev.cutoff.store.Stamps;
import dev.cutoff.store.Stamps.Stamp;
import dev.cutoff.store.Trees;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a build has made of its folder by the end of a line: all that is not as it was staged (docs/decisions/0028). Two builds
 * whose folders are in the same state go on alike, if all else that they meet from there on is the same.
 *
 * @param files by relative path what stands there: its state as {@link Stamps#state} has it, with the permissions in octal and a
 *     colon behind the first letter but for links, "" for a source that is gone; and the time of its last change, 0 where that tells nothing
 * @param began when the build began, in nanoseconds since the epoch
 */
public record FolderState(SortedMap<String, Stamp> files, long began) {

    private static final String STAGED_FOLDER = "d755:";

    /** Under which the beginning is encoded: the folder itself. */
    private static final String BEGAN = "";

    /** Two files between whose changes lies more than this were changed in that order. */
    private static final long APART = TimeUnit.MILLISECONDS.toNanos(50);

    /** A build that makes more than this in its first lines does not do so to find out something. */
    private static final long LARGEST = 64 << 20;

    public FolderState {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * Looks at a folder. A source that was written and got back the time that it was staged with is taken for untouched: see {@link
     * #tellsOf}.
     *
     * @param sources as they were staged in it
     * @param began when the build began, in milliseconds since the epoch
     * @return empty where the folder's state can't be told: files of several names, of no common kind, or too large
     */
    public static Optional<FolderState> of(Path folder, Tree sources, long began) throws IOException {
        SortedMap<String, Stamp> files = new TreeMap<>();
        Set<String> there = new HashSet<>();
        List<Path> contents = new ArrayList<>();
        long[] size = new long[1];
        boolean[] plain = {true};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                String path = folder.relativize(dir).toString();
                if (!path.isEmpty()) {
                    there.add(path);
                    String state = withMode(Stamps.state(Tree.FOLDER), dir);
                    long changed = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
                    // That something was made in it says what was made.
                    boolean given = !attributes.lastModifiedTime().equals(Staging.EPOCH_TIME)
                            && changed < TimeUnit.MILLISECONDS.toNanos(began) - APART;
                    if (!(sources.at(path) instanceof Tree.Folder) || given || !state.equals(STAGED_FOLDER)) {
                        files.put(path, new Stamp(state, given ? changed : 0));
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String path = folder.relativize(file).toString();
                there.add(path);
                plain[0] &= path.indexOf('\ufffd') < 0 && !attributes.isOther();
                if (!isAsStaged(sources.at(path), attributes)) {
                    contents.add(file);
                    size[0] += attributes.size();
                }
                return plain[0] && size[0] <= LARGEST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }
        });
        if (!plain[0] || size[0] > LARGEST) {
            return Optional.empty();
        }
        for (Path file : contents) {
            Optional<String> state = state(file);
            if (state.isEmpty()) {
                return Optional.empty();
            }
            long changed =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.NANOSECONDS);
            files.put(folder.relativize(file).toString(), new Stamp(state.get(), changed));
        }
        for (String path : sources.entries().keySet()) {
            if (!there.contains(path)) {
                files.put(path, new Stamp("", 0));
            }
        }
        return Optional.of(new FolderState(files, TimeUnit.MILLISECONDS.toNanos(began)));
    }

    private static boolean isAsStaged(Tree.@Nullable Entry source, BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().equals(Staging.EPOCH_TIME)
                && (attributes.isSymbolicLink()
                        ? source instanceof Tree.Link
                        : source instanceof Tree.File file && file.size() == attributes.size());
    }

    private static Optional<String> state(Path file) throws IOException {
        if (BuildFolders.isLinked(file)) {
            return Optional.empty();
        }
        if (Files.isSymbolicLink(file)) {
            return Optional.of(
                    Stamps.state(new Tree.Link(Files.readSymbolicLink(file).toString())));
        }
        return Optional.of(withMode(
                Stamps.state(new Tree.File(Blobs.hash(file), Files.size(file), Trees.isExecutable(file))), file));
    }

    /** A state with permissions, which are part of what kind a file is of. */
    private static String withMode(String state, Path file) throws IOException {
        int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return state.charAt(0) + Integer.toOctalString(mode & 07777) + ":" + state.substring(1);
    }

    /** Whether what became of a path since it was staged shows: a build may give back the time of what it wrote. */
    public boolean tellsOf(String path, Tree sources) {
        return files.containsKey(path) || sources.at(path) == null || sources.at(path) instanceof Tree.Folder;
    }

    /**
     * The first path by which a build that goes on in this folder could tell it from another; empty where there is none. Which of two
     * files is the newer, and a time that a build gave a file itself, may show to make.
     *
     * @param counts whether content matters at a path; what stands at a path, and of what kind it is, always does
     * @param sources that were staged in both: of what was one of them, content always matters
     */
    public Optional<String> difference(FolderState other, Predicate<String> counts, Tree sources) {
        Set<String> paths = new TreeSet<>(files.keySet());
        paths.addAll(other.files.keySet());
        for (String path : paths) {
            Stamp one = files.get(path);
            Stamp two = other.files.get(path);
            if (one == null || two == null) {
                return Optional.of(path);
            }
            boolean mayDiffer = !counts.test(path) && sources.at(path) == null;
            boolean alike = mayDiffer
                    ? kind(one.source()).equals(kind(two.source()))
                    : one.source().equals(two.source());
            boolean given = isGiven(one.mtime()) || other.isGiven(two.mtime());
            if (!alike || (given && one.mtime() != two.mtime())) {
                return Optional.of(path);
            }
        }
        return inOtherOrder(other);
    }

    /** Whether a build gave a file its time: no clock did. */
    private boolean isGiven(long mtime) {
        return mtime != 0 && mtime < began - APART;
    }

    /** A file that is newer than one than which it is older in the other folder. */
    private Optional<String> inOtherOrder(FolderState other) {
        List<Map.Entry<String, Stamp>> byTime = new ArrayList<>(files.entrySet());
        byTime.removeIf(file -> file.getValue().mtime() == 0);
        byTime.sort(Comparator.comparingLong(file -> file.getValue().mtime()));
        long newest = Long.MIN_VALUE;
        int before = 0;
        for (Map.Entry<String, Stamp> file : byTime) {
            for (; byTime.get(before).getValue().mtime() < file.getValue().mtime() - APART; before++) {
                newest = Math.max(newest, other.time(byTime.get(before).getKey()));
            }
            if (newest > other.time(file.getKey()) + APART) {
                return Optional.of(file.getKey());
            }
        }
        return Optional.empty();
    }

    private long time(String path) {
        Stamp stamp = files.get(path);
        return stamp == null ? 0 : stamp.mtime();
    }

    /** All but the content: of a link, which is passed on the way without being looked into, where it leads too. */
    private static String kind(String state) {
        return state.startsWith("l") ? state : state.substring(0, state.indexOf(':') + 1);
    }

    /** As the bytes of a blob. */
    public byte[] encode() throws IOException {
        SortedMap<String, Stamp> stamps = new TreeMap<>(files);
        stamps.put(BEGAN, new Stamp("", began));
        return new Stamps(stamps).encode();
    }

    /** Empty where the bytes are of another schema or none of ours. */
    public static Optional<FolderState> decode(byte[] bytes) {
        return Stamps.decode(bytes).flatMap(stamps -> {
            SortedMap<String, Stamp> files = new TreeMap<>(stamps.files());
            Stamp began = files.remove(BEGAN);
            return began == null ? Optional.empty() : Optional.of(new FolderState(files, began.mtime()));
        });
    }
}
