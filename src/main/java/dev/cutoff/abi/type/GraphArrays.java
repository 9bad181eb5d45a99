package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects nodes, in the order of their numbers, into a {@link TypeGraph}; edges may lead to nodes that are yet to come. */
public final class GraphArrays {

    private final Map<String, Integer> labels = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final int[] label;
    private final int[] starts;
    private final byte[] flags;
    private final String[] aliases;
    private int[] edges = new int[64];
    private int count;

    /** For so many nodes, no more and no fewer. */
    public GraphArrays(int nodes) {
        this.label = new int[nodes];
        this.starts = new int[nodes + 1];
        this.flags = new byte[nodes];
        this.aliases = new String[nodes];
    }

    /** Adds the next node; the text's edges must be as many as there are targets. */
    public void add(String text, int[] targets, boolean isPublic, String alias) {
        add(text, targets, isPublic ? Fragment.PUBLIC : 0, alias);
    }

    void add(String text, int[] targets, byte flag, String alias) {
        int at = starts[count];
        while (at + targets.length > edges.length) {
            edges = Arrays.copyOf(edges, 2 * edges.length);
        }
        System.arraycopy(targets, 0, edges, at, targets.length);
        Integer known = labels.get(text);
        if (known == null) {
            known = texts.size();
            labels.put(text, known);
            texts.add(text);
        }
        label[count] = known;
        flags[count] = flag;
        aliases[count] = alias;
        starts[++count] = at + targets.length;
    }

    /** The graph of all that was added. */
    public TypeGraph graph() {
        return new TypeGraph(texts, label, starts, Arrays.copyOf(edges, starts[count]), flags, aliases);
    }
}
