package dev.cutoff.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * Which files git would ignore: by the .gitignore files of the tree alone, not by a user's own settings, so that every
 * checkout gives the same answer. Files that git tracks are never ignored.
 */
final class IgnoreRules {

    private record Level(Path folder, IgnoreNode rules) {}

    private static final String FILE = ".gitignore";

    private final List<Level> levels = new ArrayList<>();
    private final Path top;
    private final boolean repository;
    private final IgnoreFiles files;

    private IgnoreRules(Path top, boolean repository, IgnoreFiles files) {
        this.top = top;
        this.repository = repository;
        this.files = files;
    }

    /**
     * The rules that apply above a source folder: those of its parents up to the repository's root, or to {@code limit}
     * where there is no repository.
     */
    static IgnoreRules of(Path source, Path limit, IgnoreFiles files) throws IOException {
        Path top = source;
        boolean repository = false;
        for (Path at = source; at != null; at = at.getParent()) {
            if (files.isRepository(at)) {
                top = at;
                repository = true;
                break;
            }
            if (at.equals(limit)) {
                top = at;
            }
        }
        IgnoreRules rules = new IgnoreRules(top, repository, files);
        List<Path> above = new ArrayList<>();
        for (Path at = source.getParent(); at != null && at.startsWith(top); at = at.getParent()) {
            above.add(at);
        }
        for (Path folder : above.reversed()) {
            rules.levels.add(new Level(folder, files.rules(folder)));
        }
        return rules;
    }

    /**
     * Takes in a folder's .gitignore; to be called for each folder on the way down, the source folder first, and
     * {@link #leave} on the way up.
     *
     * @param children what stands in the folder
     */
    void enter(Path folder, List<Path> children) throws IOException {
        boolean has = children.stream().anyMatch(child -> child.endsWith(FILE));
        levels.add(new Level(folder, has ? files.read(folder) : IgnoreFiles.NONE));
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
        DirCache index = repository ? files.tracked(top) : null;
        if (index == null) {
            return false;
        }
        String name = slashed(top.relativize(path));
        return folder ? index.getEntriesWithin(name).length > 0 : index.findEntry(name) >= 0;
    }

    private static String slashed(Path path) {
        return path.toString();
    }
}
