package dev.cutoff.stage;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.eclipse.jgit.lib.FileMode;
import org.jspecify.annotations.Nullable;

/**
 * Which files git would ignore: by the .gitignore files of the tree alone, not by a user's own settings, so that every
 * checkout gives the same answer. Files that git tracks are never ignored.
 */
final class IgnoreRules {

    private record Level(Path folder, IgnoreNode rules) {}

    private final List<Level> levels;
    private final Path top;
    private final boolean repository;
    private @Nullable DirCache tracked;

    private IgnoreRules(List<Level> levels, Path top, boolean repository) {
        this.levels = levels;
        this.top = top;
        this.repository = repository;
    }

    /**
     * The rules that apply in a source folder: those of its parents up to the repository's root, or to {@code limit}
     * where there is no repository.
     */
    static IgnoreRules of(Path source, Path limit) throws IOException {
        Path top = source;
        boolean repository = false;
        for (Path at = source; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(".git"))) {
                top = at;
                repository = true;
                break;
            }
            if (at.equals(limit)) {
                top = at;
            }
        }
        IgnoreRules rules = new IgnoreRules(new ArrayList<>(), top, repository);
        Path at = top;
        rules.enter(at);
        for (Path part : top.relativize(source)) {
            if (!part.toString().isEmpty()) {
                at = at.resolve(part);
                rules.enter(at);
            }
        }
        return rules;
    }

    /** Takes in a folder's .gitignore; to be called for each folder on the way down, and {@link #leave} on the way up. */
    void enter(Path folder) throws IOException {
        IgnoreNode node = new IgnoreNode();
        Path file = folder.resolve(".gitignore");
        if (Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                node.parse(in);
            }
        }
        levels.add(new Level(folder, node));
    }

    void leave() {
        levels.removeLast();
    }

    boolean isIgnored(Path path, boolean folder) {
        for (int i = levels.size() - 1; i >= 0; i--) {
            Level level = levels.get(i);
            if (!level.rules.getRules().isEmpty()) {
                Boolean answer = level.rules.checkIgnored(slashed(level.folder.relativize(path)), folder);
                if (answer != null) {
                    return answer;
                }
            }
        }
        return false;
    }

    /** Whether git tracks a path, or anything beneath it. */
    boolean isTracked(Path path, boolean folder) {
        DirCache index = index().orElse(null);
        if (index == null) {
            return false;
        }
        String name = slashed(top.relativize(path));
        return folder ? index.getEntriesWithin(name).length > 0 : index.findEntry(name) >= 0;
    }

    private Optional<DirCache> index() {
        if (!repository) {
            return Optional.empty();
        }
        if (tracked == null) {
            try {
                Path git = top.resolve(".git");
                if (Files.isRegularFile(git)) {
                    // A worktree or submodule: "gitdir: PATH".
                    git = top.resolve(Files.readString(git).strip().replaceFirst("^gitdir: *", ""));
                }
                Path file = git.resolve("index");
                tracked = Files.isRegularFile(file)
                        ? DirCache.read(file.toFile(), org.eclipse.jgit.util.FS.DETECTED)
                        : DirCache.newInCore();
            } catch (IOException | RuntimeException e) {
                // Split indexes and SHA-256 repositories are beyond JGit; git itself knows them.
                tracked = askGit();
            }
        }
        return Optional.of(tracked);
    }

    /** The names that git tracks, as an index of names alone. */
    private DirCache askGit() {
        try {
            Process git = new ProcessBuilder("git", "ls-files", "-z", "--cached")
                    .directory(top.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor() != 0) {
                throw Failure.environment("the index of the git repository " + top + " can't be read");
            }
            DirCache index = DirCache.newInCore();
            DirCacheBuilder builder = index.builder();
            for (String name : names.split("\0")) {
                if (!name.isEmpty()) {
                    DirCacheEntry entry = new DirCacheEntry(name);
                    entry.setFileMode(FileMode.REGULAR_FILE);
                    builder.add(entry);
                }
            }
            builder.finish();
            return index;
        } catch (IOException e) {
            throw Failure.io("asking git for the index of " + top, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.environment("interrupted");
        }
    }

    private static String slashed(Path path) {
        return path.toString();
    }
}
