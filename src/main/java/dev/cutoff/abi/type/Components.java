package dev.cutoff.abi.type;

import java.util.Arrays;

/**
 * The strongly connected components of a graph, those that are reached before those that reach them (Tarjan's algorithm,
 * with a stack of its own).
 */
final class Components {

    private final TypeGraph graph;
    private final int[] order;
    private final int[] low;
    private final boolean[] onStack;
    private final int[] stack;
    private int top;
    private int visited;
    /** The components' nodes, component after component, and where each begins. */
    private final int[] nodes;

    private int[] starts = new int[64];
    private int count;
    private int placed;

    private Components(TypeGraph graph) {
        this.graph = graph;
        int n = graph.size();
        this.order = new int[n];
        this.low = new int[n];
        this.onStack = new boolean[n];
        this.stack = new int[n];
        this.nodes = new int[n];
    }

    static Components of(TypeGraph graph) {
        Components components = new Components(graph);
        int[] path = new int[graph.size()];
        int[] next = new int[graph.size()];
        for (int node = 0; node < graph.size(); node++) {
            if (components.order[node] == 0) {
                components.visit(node, path, next);
            }
        }
        return components;
    }

    private void visit(int root, int[] path, int[] next) {
        int depth = 0;
        path[0] = root;
        enter(root);
        while (depth >= 0) {
            int node = path[depth];
            if (next[node] < graph.edges(node)) {
                int target = graph.edge(node, next[node]++);
                if (order[target] == 0) {
                    path[++depth] = target;
                    enter(target);
                } else if (onStack[target]) {
                    low[node] = Math.min(low[node], order[target]);
                }
                continue;
            }
            if (low[node] == order[node]) {
                close(node);
            }
            if (--depth >= 0) {
                low[path[depth]] = Math.min(low[path[depth]], low[node]);
            }
        }
    }

    private void enter(int node) {
        order[node] = ++visited;
        low[node] = visited;
        stack[top++] = node;
        onStack[node] = true;
    }

    private void close(int root) {
        if (count + 1 >= starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
        }
        int node;
        do {
            node = stack[--top];
            onStack[node] = false;
            nodes[placed++] = node;
        } while (node != root);
        starts[++count] = placed;
    }

    int count() {
        return count;
    }

    /** The nodes of a component. */
    int[] nodes(int component) {
        return Arrays.copyOfRange(nodes, starts[component], starts[component + 1]);
    }
}
