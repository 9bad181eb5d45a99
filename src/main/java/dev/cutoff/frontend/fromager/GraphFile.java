package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Reads {@code graph.json} of fromager: an object of nodes by {@code name==version}, the root's key is "". Nodes that
 * nothing leads to are left out, and edges that are there twice are one, as fromager does it.
 */
final class GraphFile {

    private static final String ROOT = "";

    private final Path file;
    private final Map<String, Json> raw;
    private final Map<String, FromagerGraph.Node> nodes = new LinkedHashMap<>();

    private GraphFile(Path file, Map<String, Json> raw) {
        this.file = file;
        this.raw = raw;
    }

    /**
     * Reads a graph.
     *
     * @throws Failure of kind INPUT with the file, the node's key and what is missing; also where build requirements form
     *     a cycle
     */
    static FromagerGraph read(Path file) {
        return new GraphFile(file, Json.read(file).fields()).graph();
    }

    /** The same from bytes. */
    static FromagerGraph parse(Path file, byte[] bytes) {
        return new GraphFile(file, Json.parse(file.toString(), bytes).fields()).graph();
    }

    private FromagerGraph graph() {
        Json root = raw.get(ROOT);
        if (root == null) {
            throw Failure.input(file + ": has no node \"\", the root that fromager writes; is it a graph.json?");
        }
        List<FromagerGraph.Edge> roots = edges(root);
        Deque<String> queue = new ArrayDeque<>();
        roots.forEach(edge -> queue.add(edge.to()));
        while (!queue.isEmpty()) {
            String key = queue.remove();
            if (!nodes.containsKey(key)) {
                FromagerGraph.Node node = node(key);
                nodes.put(key, node);
                node.edges().forEach(edge -> queue.add(edge.to()));
            }
        }
        FromagerGraph unordered = new FromagerGraph(new LinkedHashMap<>(nodes), roots);
        return new FromagerGraph(sorted(unordered), roots);
    }

    private FromagerGraph.Node node(String key) {
        Json json = raw.get(key);
        if (json == null) {
            throw Failure.bug("an edge to " + key + " was not checked");
        }
        String name = json.text("canonicalized_name");
        if (!PackageName.isValid(name) || !PackageName.canonical(name).equals(name)) {
            throw json.get("canonicalized_name").wrong("'" + name + "' is no canonical name of a package");
        }
        String text = json.text("version");
        Version version = Version.parse(text)
                .orElseThrow(() -> json.get("version").wrong("'" + text + "' is no version (PEP 440)"));
        if (!key.equals(name + "==" + text)) {
            throw json.wrong("its key is not its name and version, " + name + "==" + text);
        }
        return new FromagerGraph.Node(
                key, name, version, json.text("download_url"), json.flag("pre_built"), edges(json));
    }

    private List<FromagerGraph.Edge> edges(Json node) {
        Set<FromagerGraph.Edge> edges = new LinkedHashSet<>();
        for (Json edge : node.list("edges")) {
            String to = edge.text("key");
            if (to.equals(ROOT) || !raw.containsKey(to)) {
                throw edge.get("key").wrong("'" + to + "' is no node of this graph");
            }
            String word = edge.text("req_type");
            EdgeType type = EdgeType.of(word)
                    .orElseThrow(() -> edge.get("req_type").wrong("'" + word + "' is no type of requirement"));
            edges.add(new FromagerGraph.Edge(to, type, edge.text("req")));
        }
        return List.copyOf(edges);
    }

    /**
     * Each node after all that its build environment has; what it needs installed orders nothing. The stack is our own: a
     * long chain must not overflow the thread's.
     */
    private SequencedMap<String, FromagerGraph.Node> sorted(FromagerGraph graph) {
        SequencedMap<String, FromagerGraph.Node> done = new LinkedHashMap<>();
        for (FromagerGraph.Node start : graph.nodes().values()) {
            visit(graph, start, done);
        }
        return done;
    }

    private void visit(FromagerGraph graph, FromagerGraph.Node start, SequencedMap<String, FromagerGraph.Node> done) {
        SequencedMap<String, Iterator<FromagerGraph.Node>> open = new LinkedHashMap<>();
        Deque<FromagerGraph.Node> stack = new ArrayDeque<>();
        open(graph, start, done, open, stack);
        while (!stack.isEmpty()) {
            FromagerGraph.Node node = stack.element();
            Iterator<FromagerGraph.Node> rest =
                    Collections.unmodifiableMap(open).get(node.key());
            if (rest == null || !rest.hasNext()) {
                stack.pop();
                open.remove(node.key());
                done.put(node.key(), node);
                continue;
            }
            FromagerGraph.Node next = rest.next();
            if (open.containsKey(next.key())) {
                throw cycle(List.copyOf(open.keySet()), next.key());
            }
            open(graph, next, done, open, stack);
        }
    }

    private static void open(
            FromagerGraph graph,
            FromagerGraph.Node node,
            Map<String, FromagerGraph.Node> done,
            Map<String, Iterator<FromagerGraph.Node>> open,
            Deque<FromagerGraph.Node> stack) {
        if (!done.containsKey(node.key())) {
            List<FromagerGraph.Node> needs = new ArrayList<>();
            graph.buildEnvironment(node).forEach(sight -> needs.add(sight.node()));
            open.put(node.key(), needs.iterator());
            stack.push(node);
        }
    }

    private Failure cycle(List<String> path, String back) {
        List<String> cycle = new ArrayList<>(path.subList(path.indexOf(back), path.size()));
        cycle.add(back);
        return Failure.input(file + ": the build requirements of these packages form a cycle: "
                + String.join(" -> ", cycle) + "; no order builds them (is one of them to be pre-built?)");
    }
}
