package dev.cutoff.stage;

import dev.cutoff.model.Failure;
import dev.cutoff.store.StatLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.eclipse.jgit.lib.FileMode;

/** What says above the units' sources which files git ignores, read once in a run, whatever the number of units. */
final class IgnoreFiles {

    static final IgnoreNode NONE = new IgnoreNode();

    private final StatLog log;
    private final Map<Path, Boolean> repositories = new ConcurrentHashMap<>();
    private final Map<Path, IgnoreNode> rules = new ConcurrentHashMap<>();
    private final Map<Path, DirCache> tracked = new ConcurrentHashMap<>();

    /** @param log told of what the answers rest on */
    IgnoreFiles(StatLog log) {
        this.log = log;
    }

    boolean isRepository(Path folder) throws IOException {
        Boolean known = repositories.get(folder);
        if (known == null) {
            known = log.look(folder.resolve(".git"), StatLog.Scope.TARGET_KIND).isPresent();
            repositories.put(folder, known);
        }
        return known;
    }

    /** The rules of a folder that many sources may lie in. */
    IgnoreNode rules(Path folder) throws IOException {
        IgnoreNode known = rules.get(folder);
        if (known == null) {
            known = read(folder);
            rules.put(folder, known);
        }
        return known;
    }

    /** The rules of a folder, read anew. */
    IgnoreNode read(Path folder) throws IOException {
        Path file = folder.resolve(".gitignore");
        log.look(file, StatLog.Scope.TARGET);
        if (!Files.isRegularFile(file)) {
            return NONE;
        }
        IgnoreNode node = new IgnoreNode();
        try (InputStream in = Files.newInputStream(file)) {
            node.parse(in);
        }
        return node;
    }

    /** What git tracks in a repository. */
    DirCache tracked(Path top) {
        return tracked.computeIfAbsent(top, this::index);
    }

    private DirCache index(Path top) {
        try {
            Path git = top.resolve(".git");
            if (Files.isRegularFile(git)) {
                log.look(git, StatLog.Scope.TARGET);
                // A worktree or submodule: "gitdir: PATH".
                git = top.resolve(Files.readString(git).strip().replaceFirst("^gitdir: *", ""));
            }
            Path file = git.resolve("index");
            log.look(file, StatLog.Scope.TARGET);
            return Files.isRegularFile(file)
                    ? DirCache.read(file.toFile(), org.eclipse.jgit.util.FS.DETECTED)
                    : DirCache.newInCore();
        } catch (IOException | RuntimeException e) {
            // Split indexes and SHA-256 repositories are beyond JGit; git itself knows them, and in which files they
            // are.
            log.gap();
            return askGit(top);
        }
    }

    /** The names that git tracks, as an index of names alone. */
    private static DirCache askGit(Path top) {
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
}
