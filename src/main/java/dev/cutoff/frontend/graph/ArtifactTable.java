package dev.cutoff.frontend.graph;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import java.util.HashMap;
import java.util.Map;

/** The artifacts of a graph file by number: whose they are, and which facts they offer. */
final class ArtifactTable {

    private record Artifact(Digest digest, Numbers facts, boolean closed, int line) {}

    private final Names names;
    private final FactTable facts;
    private final Column<Artifact> all = new Column<>();
    private final Column.OfInts units = new Column.OfInts();
    private final Numbers.Shelf shelf = new Numbers.Shelf();
    private final Numbers.Builder offered = new Numbers.Builder();

    ArtifactTable(Names names, FactTable facts) {
        this.names = names;
        this.facts = facts;
    }

    /** Takes an {@code artifact} line. */
    void add(Line line) {
        line.expect(3, 5);
        if (line.number(1) != all.size()) {
            throw line.wrong("artifacts are numbered as they come: this is artifact " + all.size());
        }
        if (line.isEmpty(2)) {
            throw line.wrong("an artifact is of a unit");
        }
        int unit = names.id(line.text(2));
        offered.clear();
        for (Line.Items items = line.list(4); items.hasMore(); items.end()) {
            int fact = items.number();
            if (fact >= facts.size()) {
                throw line.wrong("no fact " + fact + " before this line");
            }
            if (facts.owner(fact) != unit) {
                throw line.wrong("fact " + fact + " is of no path in the artifact of " + names.name(unit));
            }
            offered.add(fact);
        }
        if (!line.isEmpty(5) && !line.text(5).equals("open")) {
            throw line.wrong("behind the facts of an artifact may stand 'open', and nothing else");
        }
        units.add(unit);
        all.add(new Artifact(line.digest(3), offered.on(shelf), line.isEmpty(5), line.number()));
    }

    int size() {
        return all.size();
    }

    /** The number of the name of its unit. */
    int unit(int artifact) {
        return units.get(artifact);
    }

    String name(int artifact) {
        return names.name(unit(artifact));
    }

    Digest digest(int artifact) {
        return all.get(artifact).digest();
    }

    boolean isClosed(int artifact) {
        return all.get(artifact).closed();
    }

    /** The line that it stands on. */
    int line(int artifact) {
        return all.get(artifact).line();
    }

    /** The states that it offers. */
    Map<StoredGraph.Key, String> offers(int artifact) {
        Map<StoredGraph.Key, String> states = new HashMap<>();
        Numbers numbers = all.get(artifact).facts();
        for (int i = 0; i < numbers.size(); i++) {
            Fact fact = facts.fact(numbers.get(i));
            states.put(StoredGraph.Key.of(fact), fact.state());
        }
        return states;
    }
}
