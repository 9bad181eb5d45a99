package dev.cutoff.store;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Trees of blobs: files as they are, folders as {@code Directory} messages. */
public final class Trees {

    /** Deeper than the longest path that Linux takes. */
    private static final int DEEPEST = 2050;

    private final Blobs blobs;
    private final Map<Digest, Tree> loaded = new ConcurrentHashMap<>();

    Trees(Blobs blobs) {
        this.blobs = blobs;
    }

    /** The tree of these entries; parents must be among them. Nothing is stored. */
    public static Tree of(NavigableMap<String, Tree.Entry> entries) {
        return build(entries, new ArrayList<>());
    }

    /**
     * Stores a folder that nobody uses any more; its files are moved out of it.
     *
     * @throws Failure of kind INPUT where it holds what no tree can hold (a device, a socket, a pipe)
     */
    public Tree adopt(Path folder, String whose) throws IOException {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        adopt(folder, "", entries, whose);
        return store(entries);
    }

    private Tree store(NavigableMap<String, Tree.Entry> entries) throws IOException {
        List<byte[]> messages = new ArrayList<>();
        Tree tree = build(entries, messages);
        for (byte[] message : messages) {
            blobs.put(message);
        }
        loaded.put(tree.root(), tree);
        return tree;
    }

    private void adopt(Path folder, String prefix, Map<String, Tree.Entry> entries, String whose) throws IOException {
        List<Path> children;
        try (Stream<Path> list = Files.list(folder)) {
            children = list.toList();
        }
        for (Path child : children) {
            String path = prefix + child.getFileName();
            checkName(path, whose);
            if (Files.isSymbolicLink(child)) {
                entries.put(path, new Tree.Link(Files.readSymbolicLink(child).toString()));
            } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                entries.put(path, Tree.FOLDER);
                adopt(child, path + "/", entries, whose);
            } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
                long size = Files.size(child);
                boolean executable = isExecutable(child);
                // A blob is one file: of names that share a file each gets its own.
                boolean shared = Files.getAttribute(child, "unix:nlink") instanceof Integer links && links > 1;
                Path own = shared ? Files.copy(child, child.resolveSibling(".cutoff-copy")) : child;
                entries.put(path, new Tree.File(blobs.adopt(own), size, executable));
            } else {
                throw Failure.input(whose + ": " + path
                        + " is neither a file, a folder nor a symbolic link; an artifact can't hold it");
            }
        }
    }

    /**
     * Refuses a name that is not UTF-8: it has no place in a tree's messages, and would come back as another.
     *
     * @throws Failure of kind INPUT
     */
    public static void checkName(String path, String whose) {
        if (path.indexOf('\ufffd') >= 0) {
            throw Failure.input(whose + ": the name of " + path + " is not UTF-8; rename the file");
        }
    }

    /** The owner's bit alone: group and others depend on the umask. */
    public static boolean isExecutable(Path file) throws IOException {
        return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                .contains(java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE);
    }

    /** Computes messages and digests from the leaves up. */
    private static Tree build(NavigableMap<String, Tree.Entry> entries, List<byte[]> messages) {
        Map<String, DirectoryCodec.Listing> listings = new HashMap<>();
        listings.put("", DirectoryCodec.empty());
        entries.forEach((path, entry) -> {
            if (entry instanceof Tree.Folder) {
                listings.put(path, DirectoryCodec.empty());
            }
        });
        DirectoryCodec.Sub root = new DirectoryCodec.Sub(Digest.EMPTY, 0);
        try {
            // Descending order visits everything in a folder before the folder itself.
            for (var item : entries.descendingMap().entrySet()) {
                int slash = item.getKey().lastIndexOf('/');
                String name = item.getKey().substring(slash + 1);
                DirectoryCodec.Listing parent =
                        listings.get(slash < 0 ? "" : item.getKey().substring(0, slash));
                if (parent == null) {
                    throw Failure.bug("tree entry without its folder: " + item.getKey());
                }
                switch (item.getValue()) {
                    case Tree.File file -> parent.files().put(name, file);
                    case Tree.Link link -> parent.links().put(name, link.target());
                    case Tree.Folder folder -> parent.folders().put(name, message(listings, item.getKey(), messages));
                }
            }
            root = message(listings, "", messages);
        } catch (IOException e) {
            throw Failure.io("encoding a tree", e);
        }
        return new Tree(root.digest(), entries);
    }

    private static DirectoryCodec.Sub message(
            Map<String, DirectoryCodec.Listing> listings, String folder, List<byte[]> messages) throws IOException {
        DirectoryCodec.Listing listing = listings.remove(folder);
        byte[] message = DirectoryCodec.encode(listing == null ? DirectoryCodec.empty() : listing);
        messages.add(message);
        return new DirectoryCodec.Sub(Digest.of(message), message.length);
    }

    /** Loads a tree's listing; empty if a folder's message is missing, damaged or none. */
    public Optional<Tree> load(Digest root) throws IOException {
        Tree known = loaded.get(root);
        if (known != null) {
            return Optional.of(known);
        }
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        if (!load(root, "", entries, 0)) {
            return Optional.empty();
        }
        Tree tree = new Tree(root, entries);
        loaded.put(root, tree);
        return Optional.of(tree);
    }

    private boolean load(Digest folder, String prefix, Map<String, Tree.Entry> entries, int depth) throws IOException {
        Optional<byte[]> message = blobs.read(folder);
        if (message.isEmpty() || depth > DEEPEST) {
            return false;
        }
        DirectoryCodec.Listing listing;
        try {
            listing = DirectoryCodec.decode(message.get());
        } catch (IOException e) {
            return false;
        }
        listing.files().forEach((name, file) -> entries.put(prefix + name, file));
        listing.links().forEach((name, target) -> entries.put(prefix + name, new Tree.Link(target)));
        for (var sub : listing.folders().entrySet()) {
            entries.put(prefix + sub.getKey(), Tree.FOLDER);
            if (!load(sub.getValue().digest(), prefix + sub.getKey() + "/", entries, depth + 1)) {
                return false;
            }
        }
        return true;
    }
}
