package dev.cutoff.abi.type;

import java.util.Arrays;
import java.util.List;

/**
 * Ids of the nodes of a graph in which no two nodes are the same: two nodes, of one graph or of two, have the same id
 * exactly where what is reached from them is the same.
 *
 * <p>Components of nodes that reach each other are taken from the leaves up. A node alone has the digest of its text and
 * its targets' ids. The nodes of a component of several are brought into an order that depends on nothing but what they
 * are: each is coloured, first by text and by the ids of targets outside, then again and again by its own and its targets'
 * colours, until all colours are different; they are sorted by colour. Then the component is written down in that order,
 * each target by its place in it, and the id of a node is the digest of that text with the node's own place.
 *
 * <p>It is exact: the text says all of the component, so equal texts are isomorphic components; and isomorphic ones have
 * the same colours in each round, so the same order and the same text. Colours may be short, since they only make the
 * order: two that are equal by chance cost a round more. Edges of {@link Kind#AMBIGUOUS} nodes have no order and are taken
 * as a set.
 */
public final class NodeIds {

    /**
     * More colours than this for one component are not computed; no sources that people write come near. What is still of
     * one colour then stays in the order in which it was read: the same component may get other ids, no other one its ids.
     */
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
        hasher.start("node").id(label);
        if (isSet(node)) {
            hasher.set(targets);
        } else {
            for (TypeId target : targets) {
                hasher.id(target);
            }
        }
        ids[node] = hasher.finish();
    }

    /** {@code place} holds -1 for all nodes, before and after. */
    private void component(int[] nodes, int[] place) {
        for (int i = 0; i < nodes.length; i++) {
            place[nodes[i]] = i;
        }
        TypeId[] own = new TypeId[nodes.length];
        long[] colours = new long[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            own[i] = own(nodes[i], place);
            colours[i] = own[i].high();
        }
        int[] ranks = ranks(refined(nodes, colours, place));
        int[] order = new int[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            order[ranks[i]] = i;
        }
        hasher.start("component");
        for (int i : order) {
            hasher.id(own[i]);
            for (int rank : targets(nodes[i], ranks, place)) {
                hasher.number(rank);
            }
        }
        TypeId all = hasher.finish();
        for (int i = 0; i < nodes.length; i++) {
            ids[nodes[i]] = hasher.start("member").id(all).number(ranks[i]).finish();
            place[nodes[i]] = -1;
        }
    }

    /** A node's text, and its targets outside of the component, each in its place. */
    private TypeId own(int node, int[] place) {
        TypeId label = label(node);
        hasher.start("part").id(label);
        TypeId[] outside = new TypeId[graph.edges(node)];
        int count = 0;
        for (int i = 0; i < graph.edges(node); i++) {
            int target = graph.edge(node, i);
            if (place[target] < 0 && isSet(node)) {
                outside[count++] = ids[target];
            } else if (place[target] < 0) {
                hasher.number(i).id(ids[target]);
            }
        }
        return isSet(node) ? hasher.set(Arrays.copyOf(outside, count)).finish() : hasher.finish();
    }

    /** Colours that also tell what the nodes' targets in the component look like, from as far as it takes. */
    private long[] refined(int[] nodes, long[] first, int[] place) {
        long[] colours = first;
        for (long left = MOST; left > 0 && !areAllDifferent(colours); left -= nodes.length) {
            long[] next = new long[nodes.length];
            for (int i = 0; i < nodes.length; i++) {
                next[i] = mixed(nodes[i], colours[i], colours, place);
            }
            colours = next;
        }
        return colours;
    }

    private long mixed(int node, long own, long[] colours, int[] place) {
        long sum = 0;
        long chain = scrambled(own);
        for (int i = graph.start(node); i < graph.start(node + 1); i++) {
            int at = place[graph.target(i)];
            if (at >= 0) {
                sum += scrambled(colours[at]);
                chain = scrambled(chain ^ colours[at]);
            }
        }
        return isSet(node) ? scrambled(scrambled(own) + sum) : chain;
    }

    /** One to one, and without a pattern (the last step of MurmurHash3, with one more multiplication before it). */
    private static long scrambled(long value) {
        long x = value * 0x9e3779b97f4a7c15L + 1;
        x = (x ^ x >>> 33) * 0xff51afd7ed558ccdL;
        x = (x ^ x >>> 33) * 0xc4ceb9fe1a85ec53L;
        return x ^ x >>> 33;
    }

    private static boolean areAllDifferent(long[] colours) {
        long[] sorted = colours.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                return false;
            }
        }
        return true;
    }

    /** Places by colour from 0 on; nodes of one colour keep their order. */
    private static int[] ranks(long[] colours) {
        long[] sorted = colours.clone();
        Arrays.sort(sorted);
        int[] taken = new int[sorted.length];
        int[] ranks = new int[sorted.length];
        for (int i = 0; i < ranks.length; i++) {
            int at = Arrays.binarySearch(sorted, colours[i]);
            while (at > 0 && sorted[at - 1] == colours[i]) {
                at--;
            }
            ranks[i] = at + taken[at]++;
        }
        return ranks;
    }

    /** The ranks of a node's targets in its component; those of a set in order. */
    private int[] targets(int node, int[] ranks, int[] place) {
        int[] targets = new int[graph.edges(node)];
        int count = 0;
        for (int i = graph.start(node); i < graph.start(node + 1); i++) {
            int at = place[graph.target(i)];
            if (at >= 0) {
                targets[count++] = ranks[at];
            }
        }
        targets = Arrays.copyOf(targets, count);
        if (isSet(node)) {
            Arrays.sort(targets);
        }
        return targets;
    }
}
