package dev.cutoff.frontend.graph;

import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Use;
import dev.cutoff.model.UseList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** The uses of a record in a graph file, made of its tables one by one. */
final class StoredUses extends UseList implements RandomAccess {

    private final StoredGraph graph;
    private final StoredGraph.Stored record;
    private final int self;
    private @Nullable Totals totals;

    /** @param self number of the unit's name */
    StoredUses(StoredGraph graph, StoredGraph.Stored record, int self) {
        this.graph = graph;
        this.record = record;
        this.self = self;
    }

    @Override
    public Totals totals() {
        Totals known = totals;
        if (known == null) {
            Totals.Sum sum = new Totals.Sum();
            List<StoredGraph.Known> how = record.more().known();
            for (int i = 0; i < size(); i++) {
                int number = record.uses().get(i);
                sum.add(
                        number < 0 ? FactKind.ARTIFACT : graph.facts().kind(number),
                        how.isEmpty() ? plainly(number) : how.get(i).evidence());
            }
            known = sum.total();
            totals = known;
        }
        return known;
    }

    private static Evidence plainly(int number) {
        return number < 0 ? Evidence.ASSUMED : Evidence.OBSERVED;
    }

    /** Runs of uses that lie in one tree. */
    @Override
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        int[] needs = new int[record.needs().size()];
        for (int i = 0; i < needs.length; i++) {
            needs[i] = graph.artifacts().unit(record.needs().get(i));
        }
        Arrays.sort(needs);
        int begin = 0;
        while (begin < size()) {
            int owner = owner(begin);
            int end = begin + 1;
            while (end < size() && owner(end) == owner) {
                end++;
            }
            parts.add(new Part(tree(owner, needs), subList(begin, end)));
            begin = end;
        }
        return parts;
    }

    private int owner(int position) {
        int number = record.uses().get(position);
        if (number < 0) {
            return graph.artifacts().unit(~number);
        }
        return graph.facts().isOfTrees(number) ? graph.facts().owner(number) : FactTable.NOBODY;
    }

    /** Its own artifact was empty; a unit that it was not built with is no tree that it saw. */
    private @Nullable String tree(int owner, int[] needs) {
        if (owner == FactTable.sources(self)) {
            return "";
        }
        return owner >= 0 && owner != self && Arrays.binarySearch(needs, owner) >= 0
                ? graph.names().name(owner)
                : null;
    }

    @Override
    public int size() {
        return record.uses().size();
    }

    @Override
    public Use get(int index) {
        int number = record.uses().get(index);
        if (number < 0) {
            String need = graph.artifacts().name(~number);
            String digest = graph.artifacts().digest(~number).hex();
            return new Use(new Fact(FactKind.ARTIFACT, Place.artifact(need), digest), Evidence.ASSUMED, List.of());
        }
        List<StoredGraph.Known> known = record.more().known();
        StoredGraph.Known how = known.isEmpty() ? StoredGraph.Known.OBSERVED : known.get(index);
        return new Use(graph.facts().fact(number), how.evidence(), how.steps());
    }
}
