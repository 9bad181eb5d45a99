package dev.cutoff.store;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Trees of blobs: files as they are, folders as {@code Directory} messages. */
public final class Trees {

    /** Deeper than the longest path that Linux takes. */
    private static final int DEEPEST = 2050;

    private final Blobs blobs;
    private final Gate gate;
    private final Lease lease;
    private final Map<Digest, Tree> loaded = new ConcurrentHashMap<>();

    Trees(Blobs blobs, Gate gate, Lease lease) {
        this.blobs = blobs;
        this.gate = gate;
        this.lease = lease;
    }

    /** The tree of these entries; parents must be among them. Nothing is stored. */
    public static Tree of(NavigableMap<String, Tree.Entry> entries) {
        return build(entries, new ArrayList<>());
    }

    /**
     * Stores a folder that nobody uses any more; its files are moved out of it. No collection takes the tree away while
     * this process lives.
     *
     * @throws Failure of kind INPUT where it holds what no tree can hold (a device, a socket, a pipe)
     */
    public Tree adopt(Path folder, String whose) throws IOException {
        return adopt(folder, new TreeMap<>(), whose);
    }

    /**
     * The same, with files and links beside them that are stored already, and protected, and with folders that may be empty.
     *
     * @param stored by relative path
     */
    public Tree adopt(Path folder, NavigableMap<String, Tree.Entry> stored, String whose) throws IOException {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>(stored);
        for (String path : stored.keySet()) {
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                if (entries.put(path.substring(0, slash), Tree.FOLDER) != null) {
                    break;
                }
            }
        }
        List<Found> files = new ArrayList<>();
        adopt(folder, "", entries, files, whose);
        List<byte[]> messages = new ArrayList<>();
        Tree tree = build(entries, messages);
        // What takes long, reading, is done; a collection waits for renames alone.
        gate.share(() -> {
            lease.tree(tree.root());
            for (Found found : files) {
                blobs.keep(found.digest(), found.file());
            }
            for (byte[] message : messages) {
                blobs.keep(Digest.of(message), message);
            }
            return tree;
        });
        loaded.put(tree.root(), tree);
        return tree;
    }

    private static final int PATH_MAX = 4096;

    /** Characters of a path that messages show. */
    private static final int SHOWN = 60;

    private record Found(Path file, Digest digest) {}

    private void adopt(Path folder, String prefix, Map<String, Tree.Entry> entries, List<Found> files, String whose)
            throws IOException {
        List<Path> children;
        try (Stream<Path> list = Files.list(folder)) {
            children = list.toList();
        }
        for (Path child : children) {
            String path = prefix + child.getFileName();
            checkName(path, whose);
            if (isTooLong(child)) {
                throw Failure.input(whose + " has folders that are nested too deeply to be stored: "
                        + path.substring(0, Math.min(SHOWN, path.length())) + "...");
            }
            if (Files.isSymbolicLink(child)) {
                entries.put(path, new Tree.Link(Files.readSymbolicLink(child).toString()));
            } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                entries.put(path, Tree.FOLDER);
                adopt(child, path + "/", entries, files, whose);
            } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
                long size = Files.size(child);
                boolean executable = isExecutable(child);
                // A blob is one file: of names that share a file each gets its own.
                boolean shared = Files.getAttribute(child, "unix:nlink") instanceof Integer links && links > 1;
                Path own = shared ? Files.copy(child, child.resolveSibling(".cutoff-copy-" + files.size())) : child;
                Digest digest = blobs.digestToKeep(own);
                files.add(new Found(own, digest));
                entries.put(path, new Tree.File(digest, size, executable));
            } else {
                throw Failure.input(whose + ": " + path
                        + " is neither a file, a folder nor a symbolic link; an artifact can't hold it");
            }
        }
    }

    /** Whether the kernel takes no path of this length (PATH_MAX with the zero byte). */
    private static boolean isTooLong(Path path) {
        String text = path.toString();
        return text.length() >= PATH_MAX / 4 && text.getBytes(StandardCharsets.UTF_8).length >= PATH_MAX;
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

    /**
     * Loads a tree's listing; empty if a folder's message is missing, damaged or none. No collection takes what is there
     * of it away while this process lives.
     */
    public Optional<Tree> load(Digest root) throws IOException {
        Tree known = loaded.get(root);
        if (known != null) {
            return Optional.of(known);
        }
        if (!lease.hasTree(root)) {
            gate.share(() -> {
                lease.tree(root);
                return root;
            });
        }
        Optional<Tree> tree = read(root);
        tree.ifPresent(read -> loaded.put(root, read));
        return tree;
    }

    /** A tree's listing, for a look only; empty if a folder's message is missing, damaged or none. */
    Optional<Tree> read(Digest root) throws IOException {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        return load(root, "", entries, 0, message -> {}) ? Optional.of(new Tree(root, entries)) : Optional.empty();
    }

    /** The entries of a tree, as far as its messages are there, and the digests of its messages. */
    Map<String, Tree.Entry> messages(Digest root, Consumer<Digest> messages) throws IOException {
        Map<String, Tree.Entry> entries = new HashMap<>();
        load(root, "", entries, 0, messages);
        return entries;
    }

    /** Whether each of a tree's files has a blob. The blobs are not read. */
    public boolean hasBlobs(Tree tree) {
        return tree.entries().values().stream()
                .allMatch(entry -> !(entry instanceof Tree.File file) || blobs.has(file.digest()));
    }

    /** Whether a folder holds what a tree says and nothing beside it, byte for byte. */
    public static boolean isHeldBy(Path folder, Tree tree) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        for (var item : tree.entries().entrySet()) {
            Path path = folder.resolve(item.getKey());
            boolean same = switch (item.getValue()) {
                case Tree.Folder f -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                case Tree.Link link ->
                    Files.isSymbolicLink(path)
                            && Files.readSymbolicLink(path).toString().equals(link.target());
                case Tree.File file ->
                    Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            && Files.size(path) == file.size()
                            && isExecutable(path) == file.executable()
                            && Blobs.hash(path).equals(file.digest());
            };
            if (!same) {
                return false;
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.count() == tree.entries().size() + 1L;
        }
    }

    private boolean load(
            Digest folder, String prefix, Map<String, Tree.Entry> entries, int depth, Consumer<Digest> messages)
            throws IOException {
        messages.accept(folder);
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
        boolean whole = true;
        for (var sub : listing.folders().entrySet()) {
            entries.put(prefix + sub.getKey(), Tree.FOLDER);
            whole &= load(sub.getValue().digest(), prefix + sub.getKey() + "/", entries, depth + 1, messages);
        }
        return whole;
    }
}
