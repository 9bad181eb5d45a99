package dev.cutoff.abi.type;

import java.util.List;

/**
 * Types as memory has them: without names, with pointers that are pointers whatever they lead to, without qualifiers. What
 * differs here moves or grows; what differs in the full ids alone is of another name or meaning.
 */
final class LayoutView {

    private final TypeGraph graph;

    private LayoutView(TypeGraph graph) {
        this.graph = graph;
    }

    /** Ids by node; nodes of the same layout share them. */
    static List<TypeId> ids(TypeGraph graph, String salt) {
        TypeGraph layouts = new LayoutView(graph).graph();
        int[] roots = new int[layouts.size()];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = i;
        }
        Quotient quotient = Quotient.of(layouts, roots);
        List<TypeId> ids = NodeIds.of(quotient.graph(), salt);
        TypeId[] byNode = new TypeId[layouts.size()];
        for (int i = 0; i < byNode.length; i++) {
            byNode[i] = ids.get(quotient.node(i));
        }
        return List.of(byNode);
    }

    private TypeGraph graph() {
        GraphArrays arrays = new GraphArrays(graph.size());
        ShapeText text = new ShapeText();
        for (int node = 0; node < graph.size(); node++) {
            write(node, graph.shape(node), text);
            arrays.add(text.text(), text.edges(), false, "");
        }
        return arrays.graph();
    }

    private void write(int node, Shape shape, ShapeText to) {
        Kind kind = shape.kind();
        boolean named =
                kind == Kind.DECLARATION || kind == Kind.AMBIGUOUS || kind == Kind.UNKNOWN || kind == Kind.UNSPECIFIED;
        to.start(kind, named ? shape.name() : "");
        if (!shape.traits().isEmpty()) {
            to.trait(shape.traits());
        }
        if (kind.isIndirect() || kind == Kind.ENUM) {
            return;
        }
        int edge = 0;
        for (Shape.Slot slot : shape.slots()) {
            if (!slot.leads()) {
                to.fact(slot.role(), "", slot.detail());
            } else if (slot.role().equals("virtual")) {
                to.fact(slot.role(), "", slot.detail());
                edge++;
            } else {
                to.edge(slot.role(), "", slot.detail(), plain(graph.edge(node, edge++)));
            }
        }
    }

    /** Behind qualifiers, of which there are never two in a row. */
    private int plain(int node) {
        return graph.kind(node) == Kind.QUALIFIED ? graph.edge(node, 0) : node;
    }
}
