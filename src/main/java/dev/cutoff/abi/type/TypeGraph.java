package dev.cutoff.abi.type;

import java.util.Arrays;
import java.util.List;

/** A type graph in arrays: nodes are numbers from 0, texts of shapes are shared, edges stand node after node. */
public final class TypeGraph {

    private final List<String> texts;
    private final Kind[] kinds;
    private final int[] label;
    private final int[] starts;
    private final int[] edges;
    private final byte[] flags;
    private final String[] aliases;

    TypeGraph(List<String> texts, int[] label, int[] starts, int[] edges, byte[] flags, String[] aliases) {
        this.texts = texts;
        this.kinds = new Kind[texts.size()];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = Shape.kind(texts.get(i));
        }
        this.label = label;
        this.starts = starts;
        this.edges = edges;
        this.flags = flags;
        this.aliases = aliases;
    }

    public int size() {
        return label.length;
    }

    /** How many different texts there are. */
    int labels() {
        return texts.size();
    }

    int label(int node) {
        return label[node];
    }

    /** The text of a node's shape. */
    public String text(int node) {
        return texts.get(label[node]);
    }

    Kind labelKind(int number) {
        return kinds[number];
    }

    String labelText(int number) {
        return texts.get(number);
    }

    public Shape shape(int node) {
        return Shape.of(text(node));
    }

    public Kind kind(int node) {
        return kinds[label[node]];
    }

    public int edges(int node) {
        return starts[node + 1] - starts[node];
    }

    /** Where an edge of a node leads. */
    public int edge(int node, int number) {
        return edges[starts[node] + number];
    }

    int start(int node) {
        return starts[node];
    }

    int target(int position) {
        return edges[position];
    }

    int edgeCount() {
        return edges.length;
    }

    byte flags(int node) {
        return flags[node];
    }

    boolean isPublic(int node) {
        return (flags[node] & Fragment.PUBLIC) != 0;
    }

    /** The name of a typedef, for what has no name itself; else empty. */
    public String alias(int node) {
        return aliases[node];
    }

    /** The nodes from which each node is reached by one edge: positions in the result's second part, by node. */
    int[][] reversed() {
        int[] from = new int[size() + 1];
        for (int target : edges) {
            from[target + 1]++;
        }
        for (int i = 0; i < size(); i++) {
            from[i + 1] += from[i];
        }
        int[] sources = new int[edges.length];
        int[] next = Arrays.copyOf(from, size());
        for (int node = 0; node < size(); node++) {
            for (int i = starts[node]; i < starts[node + 1]; i++) {
                sources[next[edges[i]]++] = node;
            }
        }
        return new int[][] {from, sources};
    }
}
