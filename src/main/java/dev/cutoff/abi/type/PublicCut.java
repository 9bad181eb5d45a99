package dev.cutoff.abi.type;

import java.util.ArrayDeque;

/**
 * Draws the border of public headers through a graph: a type that is defined outside of them counts as declared, where it
 * is reached by pointers and references alone. Where it is reached by value its definition is needed to compile, so
 * consumers have it from somewhere.
 */
final class PublicCut {

    private static final byte UNSEEN = 0;
    /** Reached by pointers alone. */
    private static final byte INDIRECT = 1;
    /** Reached by value, or defined in a public header. */
    private static final byte SEEN = 2;

    private final TypeGraph graph;
    private final byte[] sight;
    private final ArrayDeque<Integer> work = new ArrayDeque<>();

    private PublicCut(TypeGraph graph) {
        this.graph = graph;
        this.sight = new byte[graph.size()];
    }

    /** The graph as consumers see it from the roots; nodes keep their numbers. */
    static TypeGraph of(TypeGraph graph, int[] roots) {
        PublicCut cut = new PublicCut(graph);
        for (int root : roots) {
            cut.see(root, SEEN);
        }
        for (Integer node = cut.work.poll(); node != null; node = cut.work.poll()) {
            cut.follow(node);
        }
        return cut.result();
    }

    private void see(int node, byte as) {
        byte now = graph.isPublic(node) || isCandidatePublic(node) ? SEEN : as;
        if (now > sight[node]) {
            sight[node] = now;
            work.add(node);
        }
    }

    private boolean isCandidatePublic(int node) {
        if (graph.kind(node) == Kind.AMBIGUOUS) {
            for (int i = 0; i < graph.edges(node); i++) {
                if (graph.isPublic(graph.edge(node, i))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isCut(int node) {
        return sight[node] != SEEN && (graph.kind(node).isCompletable() || graph.kind(node) == Kind.AMBIGUOUS);
    }

    private void follow(int node) {
        if (isCut(node)) {
            return;
        }
        Kind kind = graph.kind(node);
        byte as = kind.isIndirect() || (kind == Kind.QUALIFIED && sight[node] == INDIRECT) ? INDIRECT : SEEN;
        for (int i = 0; i < graph.edges(node); i++) {
            see(graph.edge(node, i), as);
        }
    }

    private TypeGraph result() {
        GraphArrays arrays = new GraphArrays(graph.size());
        int[] none = new int[0];
        for (int node = 0; node < graph.size(); node++) {
            boolean cut = sight[node] == UNSEEN || isCut(node);
            boolean named = graph.kind(node).isCompletable() || graph.kind(node) == Kind.AMBIGUOUS;
            if (cut && named) {
                arrays.add(Declarations.text(graph.text(node)), none, false, graph.alias(node));
            } else if (cut) {
                arrays.add(Kind.VOID.word() + "\t\t", none, false, "");
            } else {
                int[] targets = new int[graph.edges(node)];
                for (int i = 0; i < targets.length; i++) {
                    targets[i] = graph.edge(node, i);
                }
                arrays.add(graph.text(node), targets, graph.isPublic(node), graph.alias(node));
            }
        }
        return arrays.graph();
    }
}
