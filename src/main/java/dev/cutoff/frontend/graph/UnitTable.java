package dev.cutoff.frontend.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The units of a graph file so far, by the numbers of their names: what they need, and where they are declared. */
final class UnitTable {

    private String file = "";
    private final BitSet declared = new BitSet();
    private final Numbers.Builder order = new Numbers.Builder();
    private final Numbers.Builder places = new Numbers.Builder();
    private final Numbers.Builder lines = new Numbers.Builder();
    private final List<Numbers> needs = new ArrayList<>();

    /** Adds a unit; false where there is one of that name. */
    boolean add(int unit, Numbers needed, Line line) {
        if (declared.get(unit)) {
            return false;
        }
        declared.set(unit);
        while (places.size() <= unit) {
            places.add(-1);
        }
        places.set(unit, order.size());
        order.add(unit);
        file = line.file();
        lines.add(line.number());
        needs.add(needed);
        return true;
    }

    int size() {
        return order.size();
    }

    boolean isDeclared(int unit) {
        return unit >= 0 && declared.get(unit);
    }

    /** The unit at a place in the file, counted from 0. */
    int at(int place) {
        return order.get(place);
    }

    Numbers needs(int unit) {
        return needs.get(places.get(unit));
    }

    /** Where it is declared: file and line. */
    String origin(int unit) {
        return file + ":" + lines.get(places.get(unit));
    }
}
