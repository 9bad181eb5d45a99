package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Digest;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The resolution that a run of fromager is to build: packages with the versions that were chosen, and why each is there.
 * It says what is to be, and nothing of what a wheel was built with.
 */
final class FromagerGraph {

    /**
     * A package.
     *
     * @param key {@code name==version}, the unit's name
     * @param name canonical
     * @param url where its source, or its wheel where it is pre-built, is downloaded from; may be ""
     * @param preBuilt what the graph says of it; fromager itself follows the settings
     * @param edges without repetition, in the order of the file
     */
    record Node(String key, String name, Version version, String url, boolean preBuilt, List<Edge> edges) {

        /** The last part of its address, without what follows it. */
        String fileName() {
            String path = url;
            for (char end : new char[] {'#', '?'}) {
                path = path.indexOf(end) < 0 ? path : path.substring(0, path.indexOf(end));
            }
            return path.substring(path.lastIndexOf('/') + 1);
        }

        /** The SHA-256 that stands behind its address ({@code #sha256=…}); "" where none does. */
        String digest() {
            int at = url.indexOf("#sha256=");
            String hex = at < 0 ? "" : url.substring(at + "#sha256=".length()).split("&", 2)[0];
            return Digest.isHex(hex) ? hex : "";
        }
    }

    /**
     * A requirement of a package and the package that was chosen for it.
     *
     * @param to key of the chosen one
     */
    record Edge(String to, EdgeType type, String requirement) {}

    /**
     * A package in sight of another one, and how.
     *
     * @param edge the requirement that leads to it
     * @param from whose requirement that is; null where it is that of the package whose sight it is
     */
    record Sight(Node node, Edge edge, @Nullable Sight from) {

        /** In words: {@code build-system requirement numpy<2.6,>=2}, or the way through others. */
        String words() {
            return from == null
                    ? edge.type().word() + " requirement " + edge.requirement()
                    : from.words() + ", of which " + from.node().key() + " requires " + edge.requirement();
        }
    }

    private final SequencedMap<String, Node> nodes;
    private final List<Edge> roots;
    private final Map<String, List<Sight>> environments = new ConcurrentHashMap<>();
    private final Map<String, List<Sight>> installs = new ConcurrentHashMap<>();

    /** @param nodes by key; every edge leads to one of them */
    FromagerGraph(SequencedMap<String, Node> nodes, List<Edge> roots) {
        this.nodes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(nodes));
        this.roots = List.copyOf(roots);
    }

    SequencedMap<String, Node> nodes() {
        return nodes;
    }

    List<Edge> roots() {
        return roots;
    }

    Node node(String key) {
        Node node = nodes.get(key);
        if (node == null) {
            throw new IllegalArgumentException("no node " + key);
        }
        return node;
    }

    /**
     * What is in a package's build environment: the targets of its build requirements and what these need installed. Each
     * once, by the shortest way.
     */
    List<Sight> buildEnvironment(Node node) {
        return environments.computeIfAbsent(node.key(), key -> closure(node, true));
    }

    /** What a package needs installed, and what that needs, by the shortest way; not itself. */
    List<Sight> installed(Node node) {
        return installs.computeIfAbsent(node.key(), key -> closure(node, false));
    }

    private List<Sight> closure(Node node, boolean ofBuild) {
        Map<String, Sight> found = new LinkedHashMap<>();
        Deque<Sight> queue = new ArrayDeque<>();
        for (Edge edge : node.edges()) {
            if (edge.type().isOfBuild() == ofBuild) {
                take(edge, null, found, queue);
            }
        }
        while (!queue.isEmpty()) {
            Sight sight = queue.remove();
            for (Edge edge : sight.node().edges()) {
                if (!edge.type().isOfBuild()) {
                    take(edge, sight, found, queue);
                }
            }
        }
        if (!ofBuild) {
            found.remove(node.key());
        }
        return List.copyOf(found.values());
    }

    private void take(Edge edge, @Nullable Sight from, Map<String, Sight> found, Deque<Sight> queue) {
        if (!found.containsKey(edge.to())) {
            Sight sight = new Sight(node(edge.to()), edge, from);
            found.put(edge.to(), sight);
            queue.add(sight);
        }
    }
}
