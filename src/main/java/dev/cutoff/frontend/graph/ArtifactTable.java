package dev.cutoff.frontend.graph;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The artifacts of a graph file by number: whose they are, and which facts they offer. */
final class ArtifactTable {

    /** @param unit number of its name */
    private record Artifact(int unit, Digest digest, Numbers facts, boolean closed, int line) {}

    private final Names names;
    private final FactTable facts;
    private final List<Artifact> all = new ArrayList<>();
    private final Map<Integer, Map<StoredGraph.Key, String>> offers = new HashMap<>();

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
        Numbers.Builder offered = new Numbers.Builder();
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
        all.add(new Artifact(unit, line.digest(3), offered.build(), line.isEmpty(5), line.number()));
    }

    int size() {
        return all.size();
    }

    /** The number of the name of its unit. */
    int unit(int artifact) {
        return all.get(artifact).unit();
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
        return offers.computeIfAbsent(artifact, a -> {
            Map<StoredGraph.Key, String> states = new HashMap<>();
            Numbers offered = all.get(a).facts();
            for (int i = 0; i < offered.size(); i++) {
                Fact fact = facts.fact(offered.get(i));
                states.put(StoredGraph.Key.of(fact), fact.state());
            }
            return states;
        });
    }
}
