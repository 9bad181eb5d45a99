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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a build has made of its folder by the end of a line: all that is not as it was staged (docs/decisions/0028). Two builds
 * whose folders are in the same state go on alike, if all else that they meet from there on is the same.
 *
 * @param files by relative path, the state of what stands there as {@link Stamps#state} has it; "" for a source that is gone
 */
public record FolderState(SortedMap<String, String> files) {

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
     * @return empty where the folder's state can't be told: files of several names, of no common kind, or too large
     */
    public static Optional<FolderState> of(Path folder, Tree sources) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        Set<String> there = new HashSet<>();
        List<Path> contents = new ArrayList<>();
        long[] size = new long[1];
        boolean[] plain = {true};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                String path = folder.relativize(dir).toString();
                if (!path.isEmpty()) {
                    there.add(path);
                    if (!(sources.at(path) instanceof Tree.Folder)) {
                        files.put(path, Stamps.state(Tree.FOLDER));
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
            files.put(folder.relativize(file).toString(), state.get());
        }
        for (String path : sources.entries().keySet()) {
            if (!there.contains(path)) {
                files.put(path, "");
            }
        }
        return Optional.of(new FolderState(files));
    }

    private static boolean isAsStaged(Tree.@Nullable Entry source, BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().equals(Staging.EPOCH_TIME)
                && (attributes.isSymbolicLink()
                        ? source instanceof Tree.Link
                        : source instanceof Tree.File file && file.size() == attributes.size());
    }

    private static Optional<String> state(Path file) throws IOException {
        if ((int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1) {
            return Optional.empty();
        }
        if (Files.isSymbolicLink(file)) {
            return Optional.of(
                    Stamps.state(new Tree.Link(Files.readSymbolicLink(file).toString())));
        }
        return Optional.of(Stamps.state(new Tree.File(Blobs.hash(file), Files.size(file), Trees.isExecutable(file))));
    }

    /** Whether what became of a path since it was staged shows: a build may give back the time of what it wrote. */
    public boolean tellsOf(String path, Tree sources) {
        return files.containsKey(path) || sources.at(path) == null || sources.at(path) instanceof Tree.Folder;
    }

    /**
     * The first path by which a build that goes on in this folder could tell it from another; empty where there is none.
     *
     * @param counts whether content matters at a path; what stands at a path, and of what kind it is, always does
     * @param sources that were staged in both: of what was one of them, content always matters
     */
    public Optional<String> difference(FolderState other, Predicate<String> counts, Tree sources) {
        Set<String> paths = new TreeSet<>(files.keySet());
        paths.addAll(other.files.keySet());
        for (String path : paths) {
            String one = files.get(path);
            String two = other.files.get(path);
            boolean alike = one != null
                    && two != null
                    && (one.equals(two)
                            || (!counts.test(path)
                                    && sources.at(path) == null
                                    && kind(one).equals(kind(two))));
            if (!alike) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private static String kind(String state) {
        return state.substring(0, Math.min(1, state.length()));
    }

    /** As the bytes of a blob. */
    public byte[] encode() throws IOException {
        SortedMap<String, Stamp> stamps = new TreeMap<>();
        files.forEach((path, state) -> stamps.put(path, new Stamp(state, state.isEmpty() ? 0 : 1)));
        return new Stamps(stamps).encode();
    }

    /** Empty where the bytes are of another schema or none of ours. */
    public static Optional<FolderState> decode(byte[] bytes) {
        return Stamps.decode(bytes).map(stamps -> {
            SortedMap<String, String> files = new TreeMap<>();
            stamps.files().forEach((path, stamp) -> files.put(path, stamp.source()));
            return new FolderState(files);
        });
    }
}
