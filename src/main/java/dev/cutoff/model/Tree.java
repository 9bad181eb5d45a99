package dev.cutoff.model;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder's content: what stands at each relative path ({@code a/b.h}, no leading slash). Every parent of an entry is
 * an entry itself; the root is not listed. Times, owners and modes other than the exec bit are no part of it.
 */
public final class Tree {

    private final Digest root;
    private final NavigableMap<String, Entry> entries;

    /** Found out when it is asked for. */
    private @Nullable Boolean closed;

    /** What stands at a path. */
    public sealed interface Entry {
        /** One letter for the type: what a folder's listing tells of it. */
        char letter();
    }

    /**
     * A file.
     *
     * @param size bytes
     */
    public record File(Digest digest, long size, boolean executable) implements Entry {
        @Override
        public char letter() {
            return 'f';
        }
    }

    public record Link(String target) implements Entry {
        @Override
        public char letter() {
            return 'l';
        }
    }

    public record Folder() implements Entry {
        @Override
        public char letter() {
            return 'd';
        }
    }

    /** The one folder entry there needs to be. */
    public static final Folder FOLDER = new Folder();

    /** @param root digest of the tree as a Remote Execution API {@code Directory} message */
    public Tree(Digest root, NavigableMap<String, Entry> entries) {
        this.root = root;
        this.entries = Collections.unmodifiableNavigableMap(new TreeMap<>(entries));
    }

    public Digest root() {
        return root;
    }

    public NavigableMap<String, Entry> entries() {
        return entries;
    }

    /**
     * Whether no link leads out of it, so that its root determines all that can be found at its paths: surely so where it has
     * none.
     */
    public boolean isClosed() {
        Boolean known = closed;
        if (known == null) {
            known = entries.values().stream().noneMatch(entry -> entry instanceof Link);
            closed = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tree tree && root.equals(tree.root) && entries.equals(tree.entries);
    }

    @Override
    public int hashCode() {
        return root.hashCode();
    }

    @Override
    public String toString() {
        return "Tree[" + root + ", " + entries + "]";
    }

    public @Nullable Entry at(String path) {
        return path.isEmpty() ? FOLDER : entries.get(path);
    }

    /** Names directly in a folder ("" is the root) and what stands there. */
    public SortedMap<String, Entry> children(String folder) {
        SortedMap<String, Entry> children = new TreeMap<>();
        String prefix = folder.isEmpty() ? "" : folder + "/";
        String key = prefix;
        while (true) {
            var next = entries.ceilingEntry(key);
            if (next == null || !next.getKey().startsWith(prefix)) {
                return children;
            }
            String rest = next.getKey().substring(prefix.length());
            int slash = rest.indexOf('/');
            if (slash < 0) {
                children.put(rest, next.getValue());
                key = next.getKey() + '\0';
            } else {
                // Over everything beneath the folder: '0' follows '/' in order.
                key = prefix + rest.substring(0, slash) + '0';
            }
        }
    }

    /** Sum of the files' sizes in bytes. */
    public long size() {
        long sum = 0;
        for (Entry entry : entries.values()) {
            if (entry instanceof File file) {
                sum += file.size();
            }
        }
        return sum;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }
}
