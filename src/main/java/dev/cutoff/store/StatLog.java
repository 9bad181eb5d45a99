package dev.cutoff.store;

import dev.cutoff.model.Digest;
import dev.cutoff.store.StatCache.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a run saw of files, each by the stat that was taken before it relied on the file. Where all of it is seen again, and
 * was settled then ({@link StatCache}), nothing of it has changed since.
 *
 * <p>A folder's stamps stand for the names in it, so whoever lists a folder logs it first.
 */
public final class StatLog {

    /** How much of a path was relied on. The position counts in files. */
    public enum Scope {
        /** The path itself, be it a link. */
        ENTRY,
        /** What the path leads to. */
        TARGET,
        /** Which file the path itself is, and of which type; whatever is in it. */
        ENTRY_KIND,
        /** The same of what it leads to. */
        TARGET_KIND;

        private static final int TYPE = 0170000;

        /** Looks at a path as far as this scope goes; empty if nothing is there. */
        public Optional<Stat> look(Path path) throws IOException {
            Optional<Stat> stat = this == ENTRY || this == ENTRY_KIND ? StatCache.lstat(path) : StatCache.stat(path);
            return this == ENTRY || this == TARGET ? stat : stat.map(Scope::kind);
        }

        private static Stat kind(Stat stat) {
            return new Stat(stat.mode() & TYPE, 0, stat.device(), stat.inode(), 0, 0);
        }
    }

    /** One look. */
    public record Look(String path, Scope scope, Optional<Stat> seen) {

        /** Whether the same is seen now. */
        public boolean isSeenAgain() throws IOException {
            return scope.look(Path.of(path)).equals(seen);
        }
    }

    /** The digest of a file of the machine, links followed. */
    public record Hashed(String path, Stat stat, Digest digest) {}

    private record Key(String path, Scope scope) {}

    private final Map<Key, Optional<Stat>> seen = new ConcurrentHashMap<>();
    private final Map<String, Hashed> hashed = new ConcurrentHashMap<>();
    private volatile boolean gap;

    /** Logs what lstat(2) told of a path. */
    public void entry(Path path, Optional<Stat> stat) {
        add(new Key(path.toString(), Scope.ENTRY), stat);
    }

    /** Looks at a path and logs what was seen. */
    public Optional<Stat> look(Path path, Scope scope) throws IOException {
        Optional<Stat> stat = scope.look(path);
        add(new Key(path.toString(), scope), stat);
        return stat;
    }

    private void add(Key key, Optional<Stat> stat) {
        Optional<Stat> before = seen.putIfAbsent(key, stat);
        if (before != null && !before.equals(stat)) {
            // It changed during the run: which of the two the run rests on can't be told.
            gap = true;
        }
    }

    /** Logs a digest that was taken of a file after this stat of it, which followed links. */
    public void hashed(Path path, Stat stat, Digest digest) {
        Hashed now = new Hashed(path.toString(), stat, digest);
        Hashed before = hashed.putIfAbsent(now.path(), now);
        if (before != null && !before.equals(now)) {
            gap = true;
        }
    }

    /** The run relied on something that no stat tells of. */
    public void gap() {
        gap = true;
    }

    /** Whether stats tell all that the run relied on. */
    public boolean isWhole() {
        return !gap;
    }

    /** All looks, by path. */
    public List<Look> looks() {
        List<Look> looks = new ArrayList<>();
        seen.forEach((key, stat) -> looks.add(new Look(key.path(), key.scope(), stat)));
        looks.sort((a, b) -> a.path().compareTo(b.path()));
        return looks;
    }

    /** All digests of files of the machine. */
    public List<Hashed> hashes() {
        return List.copyOf(hashed.values());
    }
}
