package dev.cutoff.abi.diff;

import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Shape;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.TypeGraph;
import dev.cutoff.abi.type.TypeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of the two sides of a comparison, with what is looked up in it again and again. */
final class TypeSide {

    /**
     * A part of a type that leads to another, with what it leads to.
     *
     * @param shared whether it shares its place with others, in a union
     */
    record Part(Shape.Slot slot, int target, boolean shared) {

        /** Where it begins, in bits; -1 where that is computed, or no place. */
        long bits() {
            int colon = slot.detail().indexOf(':');
            String start = colon < 0 ? slot.detail() : slot.detail().substring(0, colon);
            return start.isEmpty() || !start.chars().allMatch(Character::isDigit) || start.length() > 17
                    ? -1
                    : Long.parseLong(start);
        }

        /** The same as a part of what holds its type from some bit on. */
        Part moved(long base, boolean isShared) {
            long bits = bits();
            if (base == 0 || bits < 0) {
                return new Part(slot, target, isShared);
            }
            int colon = slot.detail().indexOf(':');
            String place = (base + bits) + (colon < 0 ? "" : slot.detail().substring(colon));
            return new Part(new Shape.Slot(slot.role(), slot.name(), place, true), target, isShared);
        }
    }

    private final Surface surface;
    private final List<TypeId> layouts;
    private final boolean[] byValue;
    private final Map<Integer, Shape> shapes = new HashMap<>();

    TypeSide(Surface surface) {
        this.surface = surface;
        this.layouts = surface.layouts();
        this.byValue = new boolean[graph().size()];
        for (int node = 0; node < byValue.length; node++) {
            if (!graph().kind(node).isIndirect()) {
                for (int i = 0; i < graph().edges(node); i++) {
                    markByValue(graph().edge(node, i), graph().kind(node));
                }
            }
        }
    }

    private void markByValue(int node, Kind from) {
        // What is qualified is by value where the qualified type is: a pointer to const is a pointer.
        if (from != Kind.QUALIFIED) {
            byValue[node] = true;
            if (graph().kind(node) == Kind.QUALIFIED) {
                byValue[graph().edge(node, 0)] = true;
            }
        }
    }

    TypeGraph graph() {
        return surface.graph();
    }

    Shape shape(int node) {
        return shapes.computeIfAbsent(node, graph()::shape);
    }

    TypeId id(int node) {
        return surface.exact().get(node);
    }

    TypeId layout(int node) {
        return layouts.get(node);
    }

    /** Whether something holds, passes or returns it by value. */
    boolean isByValue(int node) {
        return byValue[node];
    }

    /** The parts that lead somewhere, in order. */
    List<Part> parts(int node) {
        List<Part> parts = new ArrayList<>();
        int edge = 0;
        for (Shape.Slot slot : shape(node).slots()) {
            if (slot.leads()) {
                parts.add(new Part(slot, graph().edge(node, edge++), false));
            }
        }
        return parts;
    }

    /** What a type is behind qualifiers. */
    int plain(int node) {
        return graph().kind(node) == Kind.QUALIFIED ? graph().edge(node, 0) : node;
    }
}
