package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a unit's build finds at each path before it has written anything: its sources, the artifacts of its needs, and
 * beyond {@code /cutoff} the machine's own files.
 */
public final class Namespace {

    /** What a path leads to. */
    sealed interface Spot {
        /**
         * An entry of the sources or of an artifact.
         *
         * @param path of the entry in its tree, "" for the tree's root
         */
        record InTree(Tree tree, String path, Tree.Entry entry) implements Spot {}

        record Nothing() implements Spot {}

        /** A path of the machine, to be asked of the machine. */
        record OnHost(String path) implements Spot {}

        /** In an artifact that is still to be built. */
        record Pending(String need) implements Spot {}

        /** A folder of Cutoff's own that holds nothing but what the inputs name. */
        record Fixed() implements Spot {}
    }

    private static final int MOST_LINKS = 40;

    private final String unit;
    private final Tree sources;
    private final Set<String> needs;
    private final Function<String, Optional<Tree>> artifacts;

    /**
     * A unit's namespace.
     *
     * @param needs all units whose artifacts are staged, the needs of needs included
     * @param artifacts the tree of such a need; empty while it is still to be built
     */
    public Namespace(String unit, Tree sources, Set<String> needs, Function<String, Optional<Tree>> artifacts) {
        this.unit = unit;
        this.sources = sources;
        this.needs = needs;
        this.artifacts = artifacts;
    }

    Spot at(String path, boolean follow) {
        return walk(path, follow, 0);
    }

    private Spot walk(String asked, boolean follow, int links) {
        String path = aboveTheTrees(asked);
        if (links > MOST_LINKS) {
            return new Spot.Nothing();
        }
        String root;
        Tree tree;
        if (Place.within(path, Place.source(unit))) {
            root = Place.source(unit);
            tree = sources;
        } else if (path.startsWith(Place.DEPS)) {
            String need = Place.dependencyOf(path);
            if (!needs.contains(need)) {
                // Its own artifact, empty at the start, or a unit that is not staged for it.
                return new Spot.Nothing();
            }
            root = Place.artifact(need);
            Optional<Tree> artifact = artifacts.apply(need);
            if (artifact.isEmpty()) {
                return new Spot.Pending(need);
            }
            tree = artifact.get();
        } else if (Place.within(path, Place.ROOT)) {
            return new Spot.Fixed();
        } else {
            return new Spot.OnHost(path);
        }
        return walkTree(tree, root, path.substring(root.length()), follow, links);
    }

    private Spot walkTree(Tree tree, String root, String rest, boolean follow, int links) {
        Deque<String> parts = new ArrayDeque<>(Arrays.asList(rest.split("/")));
        String at = "";
        Tree.Entry entry = Tree.FOLDER;
        while (!parts.isEmpty()) {
            String part = parts.remove();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (!(entry instanceof Tree.Folder)) {
                return new Spot.Nothing();
            }
            if (part.equals("..")) {
                if (at.isEmpty()) {
                    return walk(Trace.plain(Place.folder(root) + "/" + String.join("/", parts)), follow, links + 1);
                }
                at = at.contains("/") ? at.substring(0, at.lastIndexOf('/')) : "";
                entry = Tree.FOLDER;
                continue;
            }
            String next = at.isEmpty() ? part : at + "/" + part;
            Tree.Entry found = tree.at(next);
            if (found == null) {
                return new Spot.Nothing();
            }
            if (found instanceof Tree.Link link && (follow || !parts.isEmpty())) {
                String base = link.target().startsWith("/") ? "" : root + (at.isEmpty() ? "" : "/" + at);
                String target = base + "/" + link.target() + (parts.isEmpty() ? "" : "/" + String.join("/", parts));
                Spot spot = walk(Trace.plain(target), follow, links + 1);
                boolean asksForFolder = target.endsWith("/") || target.endsWith("/.");
                return asksForFolder && spot instanceof Spot.InTree t && !(t.entry() instanceof Tree.Folder)
                        ? new Spot.Nothing()
                        : spot;
            }
            at = next;
            entry = found;
        }
        return new Spot.InTree(tree, at, entry);
    }

    /**
     * Resolves {@code ..} in Cutoff's own folders above the trees, which are no links; within a tree, and on the
     * machine, what stands before it decides.
     */
    private static String aboveTheTrees(String path) {
        if (!Place.within(path, Place.ROOT) || !path.contains("/..")) {
            return path;
        }
        Deque<String> parts = new ArrayDeque<>(Arrays.asList(path.substring(1).split("/")));
        Deque<String> kept = new ArrayDeque<>();
        while (!parts.isEmpty() && kept.size() < 3) {
            String part = parts.remove();
            if (part.equals("..")) {
                kept.pollLast();
            } else {
                kept.addLast(part);
            }
        }
        return "/" + String.join("/", kept) + (parts.isEmpty() ? "" : "/" + String.join("/", parts));
    }
}
