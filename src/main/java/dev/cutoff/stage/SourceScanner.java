package dev.cutoff.stage;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Trees;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Reads the sources of a unit as a tree: without .git, without Cutoff's own folder, without what git ignores. For one
 * run: what lies above the sources and says what is ignored is read once.
 */
public final class SourceScanner {

    private final StatCache stats;
    private final Path workspace;
    private final StatLog log;
    private final Predicate<Path> leftOut;
    private final IgnoreFiles ignoring;
    private final Set<Path> above = ConcurrentHashMap.newKeySet();

    /** A scanner that leaves out what git ignores, and nothing else. */
    public SourceScanner(StatCache stats, Path workspace, StatLog log) {
        this(stats, workspace, log, _ -> false);
    }

    /**
     * A scanner.
     *
     * @param log told of what the trees rest on
     * @param leftOut which paths are no sources, beside what git ignores
     */
    public SourceScanner(StatCache stats, Path workspace, StatLog log, Predicate<Path> leftOut) {
        this.leftOut = leftOut;
        this.stats = stats;
        this.workspace = workspace;
        this.log = log;
        this.ignoring = new IgnoreFiles(log);
    }

    /**
     * Reads a unit's sources as they are now.
     *
     * @throws Failure of kind INPUT where the folder holds what can't be staged
     */
    public Tree scan(Unit unit) {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        if (!unit.source().isEmpty()) {
            Path source = Path.of(unit.source());
            try {
                logAbove(source);
                log.look(source, StatLog.Scope.ENTRY);
                IgnoreRules rules = IgnoreRules.of(source, workspace, ignoring);
                scan(source, "", rules, false, entries, unit);
            } catch (IOException e) {
                throw Failure.io("reading the sources of " + unit.name(), e);
            }
        }
        return Trees.of(entries);
    }

    /**
     * Whether a path is there, and is no part of the sources because git ignores it.
     *
     * @param path relative to the unit's sources
     */
    public boolean isIgnored(Unit unit, String path) {
        if (unit.source().isEmpty()) {
            return false;
        }
        Path folder = Path.of(unit.source());
        try {
            IgnoreRules rules = IgnoreRules.of(folder, workspace, ignoring);
            boolean ignored = false;
            for (String name : path.split("/")) {
                rules.enter(folder, children(folder));
                Path child = folder.resolve(name);
                StatCache.Stat stat = StatCache.lstat(child).orElse(null);
                if (stat == null) {
                    return false;
                }
                if (leftOut.test(child)) {
                    return true;
                }
                ignored |= rules.isIgnored(child, stat.folder());
                if (ignored && !rules.isTracked(child, stat.folder())) {
                    return true;
                }
                if (!stat.folder()) {
                    return false;
                }
                folder = child;
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** The folders on the way to the sources: links in their places would lead elsewhere. */
    private void logAbove(Path source) throws IOException {
        for (Path at = source.getParent();
                at != null && !at.equals(workspace) && at.startsWith(workspace) && above.add(at);
                at = at.getParent()) {
            log.look(at, StatLog.Scope.ENTRY_KIND);
        }
    }

    /** @param onlyTracked whether the folder itself is ignored, so that only what git tracks in it counts */
    private void scan(
            Path folder,
            String prefix,
            IgnoreRules rules,
            boolean onlyTracked,
            NavigableMap<String, Tree.Entry> entries,
            Unit unit)
            throws IOException {
        List<Path> children = children(folder);
        rules.enter(folder, children);
        for (Path child : children) {
            String name = child.getFileName().toString();
            if (name.equals(".git") || (name.equals(".cutoff") && folder.equals(workspace)) || leftOut.test(child)) {
                continue;
            }
            StatCache.Stat stat = StatCache.lstat(child).orElse(null);
            if (stat == null) {
                // Gone since the folder was listed.
                continue;
            }
            boolean ignored = onlyTracked || rules.isIgnored(child, stat.folder());
            if (ignored && !rules.isTracked(child, stat.folder())) {
                // What it is the folder's stamps tell; whatever happens in it is of no interest.
                continue;
            }
            log.entry(child, Optional.of(stat));
            String path = prefix + name;
            Trees.checkName(path, unit.origin() + ": the sources of " + unit.name());
            if (stat.link()) {
                entries.put(path, new Tree.Link(Files.readSymbolicLink(child).toString()));
            } else if (stat.folder()) {
                entries.put(path, Tree.FOLDER);
                scan(child, path + "/", rules, ignored, entries, unit);
            } else if (stat.file()) {
                entries.put(path, new Tree.File(stats.digest(child, stat), stat.size(), stat.executable()));
            } else {
                throw Failure.input(
                        unit.origin() + ": the sources of " + unit.name() + " hold " + path
                                + ", which is neither a file, a folder nor a symbolic link; move it out or list it in .gitignore");
            }
        }
        rules.leave();
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> list = Files.newDirectoryStream(folder)) {
            list.forEach(children::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }
}
