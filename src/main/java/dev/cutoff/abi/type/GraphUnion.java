package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fragments put together in one graph: nodes as they are, but for declarations, of which there is one for each name. */
public final class GraphUnion {

    private static final String DECLARED = Kind.DECLARATION.word() + "\t";

    private final TypeGraph graph;
    private final int[] bases;
    private final int[] number;

    private GraphUnion(TypeGraph graph, int[] bases, int[] number) {
        this.graph = graph;
        this.bases = bases;
        this.number = number;
    }

    public static GraphUnion of(List<Fragment> fragments) {
        int[] bases = new int[fragments.size()];
        int total = 0;
        for (int i = 0; i < bases.length; i++) {
            bases[i] = total;
            total += fragments.get(i).size();
        }
        Labels labels = new Labels();
        int[] label = new int[total];
        int[] number = new int[total];
        int count = 0;
        for (int f = 0; f < bases.length; f++) {
            Fragment fragment = fragments.get(f);
            int[] known = new int[fragment.labels()];
            Arrays.fill(known, -1);
            for (int i = 0; i < fragment.size(); i++) {
                int own = fragment.label(i);
                int id = known[own];
                if (id < 0) {
                    id = labels.of(fragment.labelText(own));
                    known[own] = id;
                }
                int node = labels.isDeclared(id) ? labels.declaration(id, count) : count;
                number[bases[f] + i] = node;
                if (node == count) {
                    label[count++] = id;
                }
            }
        }
        return new GraphUnion(
                edges(fragments, bases, number, labels.texts, Arrays.copyOf(label, count), count), bases, number);
    }

    /** Texts by number; of a declaration's also its node. */
    private static final class Labels {

        private final Map<String, Integer> numbers = new HashMap<>();
        private final List<String> texts = new ArrayList<>();
        /** The node of a declaration, {@link #NONE} before there is one; {@link #MANY} where a text may have many. */
        private int[] nodes = new int[64];

        private static final int MANY = -2;
        private static final int NONE = -1;

        int of(String text) {
            Integer known = numbers.get(text);
            if (known != null) {
                return known;
            }
            int id = texts.size();
            numbers.put(text, id);
            texts.add(text);
            if (id == nodes.length) {
                nodes = Arrays.copyOf(nodes, 2 * id);
            }
            nodes[id] = text.startsWith(DECLARED) ? NONE : MANY;
            return id;
        }

        boolean isDeclared(int id) {
            return nodes[id] != MANY;
        }

        /** The declaration's node; a new one where there is none yet. */
        int declaration(int id, int next) {
            if (nodes[id] == NONE) {
                nodes[id] = next;
            }
            return nodes[id];
        }
    }

    private static TypeGraph edges(
            List<Fragment> fragments, int[] bases, int[] number, List<String> texts, int[] label, int count) {
        int[] starts = new int[count + 1];
        int edgeCount = 0;
        for (Fragment fragment : fragments) {
            for (int i = 0; i < fragment.size(); i++) {
                edgeCount += fragment.edges(i).length;
            }
        }
        int[] edges = new int[edgeCount];
        byte[] flags = new byte[count];
        String[] aliases = new String[count];
        Arrays.fill(aliases, "");
        int at = 0;
        int next = 0;
        for (int f = 0; f < bases.length; f++) {
            Fragment fragment = fragments.get(f);
            for (int i = 0; i < fragment.size(); i++) {
                int node = number[bases[f] + i];
                flags[node] |= fragment.flags(i);
                if (!fragment.alias(i).isEmpty()
                        && (aliases[node].isEmpty() || fragment.alias(i).compareTo(aliases[node]) < 0)) {
                    aliases[node] = fragment.alias(i);
                }
                if (node != next) {
                    continue;
                }
                starts[next++] = at;
                for (int edge : fragment.edges(i)) {
                    edges[at++] = number[bases[f] + edge];
                }
            }
        }
        starts[count] = at;
        return new TypeGraph(texts, label, starts, Arrays.copyOf(edges, at), flags, aliases);
    }

    public TypeGraph graph() {
        return graph;
    }

    /** The number that a fragment's node has in the graph. */
    public int node(int fragment, int node) {
        return number[bases[fragment] + node];
    }
}
