package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A graph with one node for each class of another's nodes, of those classes that some roots reach. */
public final class Quotient {

    private final TypeGraph graph;
    private final int[] number;

    private Quotient(TypeGraph graph, int[] number) {
        this.graph = graph;
        this.number = number;
    }

    public TypeGraph graph() {
        return graph;
    }

    /** The node of the class of the other graph's node, -1 where no root reaches it. */
    public int node(int other) {
        return number[other];
    }

    /** Puts the nodes of each class together. */
    public static Quotient of(TypeGraph graph, int[] roots) {
        Partition partition = Partition.of(graph);
        Map<Integer, int[]> ambiguities = partition.ambiguities();
        int[] numberOfClass = new int[partition.bound()];
        Arrays.fill(numberOfClass, -1);
        int[] member = new int[partition.bound()];
        Arrays.fill(member, -1);
        byte[] flags = new byte[partition.bound()];
        String[] aliases = new String[partition.bound()];
        for (int node = 0; node < graph.size(); node++) {
            int of = partition.classOf(node);
            flags[of] |= graph.flags(node);
            boolean better = aliases[of] == null
                    || (!graph.alias(node).isEmpty()
                            && (aliases[of].isEmpty() || graph.alias(node).compareTo(aliases[of]) < 0));
            aliases[of] = better ? graph.alias(node) : aliases[of];
            // A declaration is not what a completed class is known by.
            if (member[of] < 0 || graph.kind(member[of]) == Kind.DECLARATION) {
                member[of] = node;
            }
        }
        return new Builder(graph, partition, ambiguities, numberOfClass, member, flags, aliases).build(roots);
    }

    private static final class Builder {

        private final TypeGraph graph;
        private final Partition partition;
        private final Map<Integer, int[]> ambiguities;
        private final int[] numberOfClass;
        private final int[] member;
        private final byte[] flags;
        private final String[] aliases;
        private final List<Integer> order = new ArrayList<>();

        Builder(
                TypeGraph graph,
                Partition partition,
                Map<Integer, int[]> ambiguities,
                int[] numberOfClass,
                int[] member,
                byte[] flags,
                String[] aliases) {
            this.graph = graph;
            this.partition = partition;
            this.ambiguities = ambiguities;
            this.numberOfClass = numberOfClass;
            this.member = member;
            this.flags = flags;
            this.aliases = aliases;
        }

        Quotient build(int[] roots) {
            for (int root : roots) {
                reach(partition.classOf(root));
            }
            List<int[]> edges = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                int node = member[order.get(i)];
                int[] candidates = ambiguities.get(node);
                int[] classes = candidates == null ? targets(node) : distinct(candidates);
                texts.add(candidates == null ? graph.text(node) : ambiguous(graph.text(node), classes.length));
                for (int j = 0; j < classes.length; j++) {
                    classes[j] = reach(classes[j]);
                }
                edges.add(classes);
            }
            return new Quotient(assemble(texts, edges), numbers());
        }

        private int reach(int of) {
            if (numberOfClass[of] < 0) {
                numberOfClass[of] = order.size();
                order.add(of);
            }
            return numberOfClass[of];
        }

        private int[] targets(int node) {
            int[] classes = new int[graph.edges(node)];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = partition.classOf(graph.edge(node, i));
            }
            return classes;
        }

        private int[] distinct(int[] candidates) {
            return Arrays.stream(candidates).map(partition::classOf).distinct().toArray();
        }

        private static String ambiguous(String declaration, int count) {
            String rest = declaration.substring(declaration.indexOf('\t'));
            return Kind.AMBIGUOUS.word() + rest + "\n>candidate\t\t".repeat(count);
        }

        private TypeGraph assemble(List<String> texts, List<int[]> edges) {
            GraphArrays arrays = new GraphArrays(texts.size());
            for (int i = 0; i < texts.size(); i++) {
                int of = order.get(i);
                arrays.add(texts.get(i), edges.get(i), flags[of], aliases[of]);
            }
            return arrays.graph();
        }

        private int[] numbers() {
            int[] number = new int[graph.size()];
            for (int i = 0; i < number.length; i++) {
                number[i] = numberOfClass[partition.classOf(i)];
            }
            return number;
        }
    }
}
