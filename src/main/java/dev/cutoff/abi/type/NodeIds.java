package dev.cutoff.abi.type;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ids of the nodes of a graph in which no two nodes are the same: two nodes, of one graph or of two, have the same id
 * exactly where what is reached from them is the same.
 *
 * <p>Components of nodes that reach each other are taken from the leaves up. A node alone has the digest of its text and
 * its targets' ids. In a component of several, nodes are coloured: first by text and by the ids of targets outside, then
 * again and again by their own and their targets' colours, until all are different, and once more. Then the id of a node
 * is its colour with the set of all colours of the component. It is exact: in two components with equal sets of last
 * colours, each node of one has a counterpart in the other, and since colours were all different one round before, the
 * targets of counterparts are counterparts. Edges of {@link Kind#AMBIGUOUS} nodes have no order and are taken as a set.
 */
public final class NodeIds {

    /** More colours than this for one component are not computed; no sources that people write come near. */
    private static final long MOST = 30_000_000;

    private final TypeGraph graph;
    private final String salt;
    private final Hasher hasher = new Hasher();
    private final TypeId[] ids;
    private final TypeId[] labels;

    private NodeIds(TypeGraph graph, String salt) {
        this.graph = graph;
        this.salt = salt;
        this.ids = new TypeId[graph.size()];
        this.labels = new TypeId[graph.labels()];
    }

    /**
     * Ids by node.
     *
     * @param salt digest of the file that the graph comes from, which goes into what is not known: so it is the same only
     *     as itself
     */
    public static List<TypeId> of(TypeGraph graph, String salt) {
        NodeIds of = new NodeIds(graph, salt);
        Components components = Components.of(graph);
        int[] place = new int[graph.size()];
        Arrays.fill(place, -1);
        for (int i = 0; i < components.count(); i++) {
            int[] nodes = components.nodes(i);
            if (nodes.length == 1 && !of.leadsToItself(nodes[0])) {
                of.single(nodes[0]);
            } else {
                of.component(nodes, place);
            }
        }
        return List.of(of.ids);
    }

    private boolean leadsToItself(int node) {
        for (int i = 0; i < graph.edges(node); i++) {
            if (graph.edge(node, i) == node) {
                return true;
            }
        }
        return false;
    }

    private TypeId label(int node) {
        int label = graph.label(node);
        TypeId known = labels[label];
        if (known == null) {
            String text = graph.labelText(label);
            hasher.start("label").text(text);
            if (graph.labelKind(label) == Kind.UNKNOWN) {
                hasher.text(salt);
            }
            known = hasher.finish();
            labels[label] = known;
        }
        return known;
    }

    private boolean isSet(int node) {
        return graph.kind(node) == Kind.AMBIGUOUS;
    }

    private void single(int node) {
        TypeId label = label(node);
        TypeId[] targets = new TypeId[graph.edges(node)];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = ids[graph.edge(node, i)];
        }
        ids[node] = colour("node", node, label, targets);
    }

    private TypeId colour(String what, int node, TypeId own, TypeId[] targets) {
        hasher.start(what).id(own);
        if (isSet(node)) {
            hasher.set(targets);
        } else {
            for (TypeId target : targets) {
                hasher.id(target);
            }
        }
        return hasher.finish();
    }

    /** {@code place} holds -1 for all nodes, before and after. */
    private void component(int[] nodes, int[] place) {
        for (int i = 0; i < nodes.length; i++) {
            place[nodes[i]] = i;
        }
        TypeId[] colours = new TypeId[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            colours[i] = label(nodes[i]);
        }
        long left = MOST;
        boolean different = false;
        boolean done = false;
        while (!done && left > 0) {
            done = different;
            TypeId[] next = new TypeId[nodes.length];
            for (int i = 0; i < nodes.length; i++) {
                next[i] = colour("colour", nodes[i], colours[i], targets(nodes[i], colours, place));
            }
            colours = next;
            left -= nodes.length;
            different = different || allDifferent(colours);
        }
        TypeId all = hasher.start(done ? "all" : "too intricate")
                .text(done ? "" : salt)
                .set(colours)
                .finish();
        for (int i = 0; i < nodes.length; i++) {
            ids[nodes[i]] = hasher.start("member").id(colours[i]).id(all).finish();
            place[nodes[i]] = -1;
        }
    }

    private TypeId[] targets(int node, TypeId[] colours, int[] place) {
        TypeId[] targets = new TypeId[graph.edges(node)];
        for (int i = 0; i < targets.length; i++) {
            int target = graph.edge(node, i);
            targets[i] = place[target] < 0 ? ids[target] : colours[place[target]];
        }
        return targets;
    }

    private static boolean allDifferent(TypeId[] colours) {
        Set<TypeId> seen = HashSet.newHashSet(colours.length);
        for (TypeId colour : colours) {
            if (!seen.add(colour)) {
                return false;
            }
        }
        return true;
    }
}
