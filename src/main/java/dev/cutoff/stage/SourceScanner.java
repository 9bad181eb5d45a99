package dev.cutoff.stage;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the sources of a unit as a tree: without .git, without Cutoff's own folder, without what git ignores. */
public final class SourceScanner {

    private final StatCache stats;
    private final Path workspace;

    public SourceScanner(StatCache stats, Path workspace) {
        this.stats = stats;
        this.workspace = workspace;
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
                IgnoreRules rules = IgnoreRules.of(source, workspace);
                scan(source, "", rules, false, entries, unit);
            } catch (IOException e) {
                throw Failure.io("reading the sources of " + unit.name(), e);
            } catch (java.io.UncheckedIOException e) {
                throw Failure.io("reading the sources of " + unit.name(), new IOException(e.getMessage(), e));
            }
        }
        return Trees.of(entries);
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
        List<Path> children;
        try (Stream<Path> list = Files.list(folder)) {
            children = list.toList();
        }
        for (Path child : children) {
            String name = child.getFileName().toString();
            if (name.equals(".git") || (name.equals(".cutoff") && folder.equals(workspace))) {
                continue;
            }
            boolean link = Files.isSymbolicLink(child);
            boolean directory = !link && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
            boolean ignored = onlyTracked || rules.isIgnored(child, directory);
            if (ignored && !rules.isTracked(child, directory)) {
                continue;
            }
            String path = prefix + name;
            Trees.checkName(path, unit.origin() + ": the sources of " + unit.name());
            if (link) {
                entries.put(path, new Tree.Link(Files.readSymbolicLink(child).toString()));
            } else if (directory) {
                entries.put(path, Tree.FOLDER);
                rules.enter(child);
                scan(child, path + "/", rules, ignored, entries, unit);
                rules.leave();
            } else {
                file(child, path, entries, unit);
            }
        }
    }

    private void file(Path file, String path, NavigableMap<String, Tree.Entry> entries, Unit unit) throws IOException {
        StatCache.Stat stat = StatCache.stat(file).orElse(null);
        if (stat == null) {
            // Gone since the folder was listed.
            return;
        }
        if (!stat.file()) {
            throw Failure.input(unit.origin() + ": the sources of " + unit.name() + " hold " + path
                    + ", which is neither a file, a folder nor a symbolic link; move it out or list it in .gitignore");
        }
        entries.put(path, new Tree.File(stats.digest(file, stat), stat.size(), stat.executable()));
    }
}
