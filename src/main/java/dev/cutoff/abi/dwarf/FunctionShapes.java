package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.ShapeText;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions: what they return and take. An entry with code often says no more than where its declaration or its abstract
 * instance is (sections 3.3.8 and 2.13.2); what is at the end of that chain has the parameters as they were declared.
 */
final class FunctionShapes {

    private static final int LONGEST_CHAIN = 16;

    private final GraphWriter graph;
    private final Die die;
    private final Die part;

    FunctionShapes(GraphWriter graph, DebugInfo info, Budget budget) {
        this.graph = graph;
        this.die = new Die(info, budget);
        this.part = new Die(info, budget);
    }

    void function(long key, Kind kind, ShapeText to) throws FormatException {
        List<Long> chain = chain(key);
        if (chain.isEmpty()) {
            to.start(Kind.UNKNOWN, "a function whose declaration could not be had");
            return;
        }
        to.start(kind, "");
        die.readKey(key);
        TypeShapes.convention(die, to);
        to.edge("return", "", "", returned(chain));
        for (int i = chain.size() - 1; i >= 0; i--) {
            die.readKey(chain.get(i));
            if (die.hasChildren()) {
                parameters(to);
                break;
            }
        }
    }

    /** The entry, and those that it leads to for more; empty where one of them is not there. */
    private List<Long> chain(long key) throws FormatException {
        List<Long> chain = new ArrayList<>();
        long at = key;
        while (chain.size() < LONGEST_CHAIN) {
            if (at == DebugInfo.ELSEWHERE) {
                return List.of();
            }
            chain.add(at);
            die.readKey(at);
            if (die.isReference(Attribute.ABSTRACT_ORIGIN)) {
                at = die.reference(Attribute.ABSTRACT_ORIGIN);
            } else if (die.isReference(Attribute.SPECIFICATION)) {
                at = die.reference(Attribute.SPECIFICATION);
            } else {
                break;
            }
        }
        return chain;
    }

    /** The definition may know better than the declaration, where that says {@code auto}. */
    private int returned(List<Long> chain) throws FormatException {
        for (long key : chain) {
            die.readKey(key);
            if (die.has(Attribute.TYPE)) {
                return graph.node(die.reference(Attribute.TYPE));
            }
        }
        return graph.empty();
    }

    private void parameters(ShapeText to) throws FormatException {
        long at = die.end();
        while (part.read(die.unit(), at)) {
            if (part.tag() == Tag.FORMAL_PARAMETER) {
                long next = part.next();
                if (part.offset() != at) {
                    // Moving on has moved the window.
                    part.read(die.unit(), at);
                }
                to.edge("parameter", "", "", parameter());
                at = next;
            } else {
                if (part.tag() == Tag.UNSPECIFIED_PARAMETERS) {
                    to.fact("variadic", "", "");
                }
                at = part.next();
            }
        }
    }

    private int parameter() throws FormatException {
        for (int steps = 0; steps < LONGEST_CHAIN; steps++) {
            if (part.has(Attribute.TYPE)) {
                return graph.unqualified(part.reference(Attribute.TYPE));
            }
            if (!part.isReference(Attribute.ABSTRACT_ORIGIN)) {
                break;
            }
            long origin = part.reference(Attribute.ABSTRACT_ORIGIN);
            if (origin == DebugInfo.ELSEWHERE) {
                break;
            }
            part.readKey(origin);
        }
        return graph.unknown("a parameter without a type");
    }
}
