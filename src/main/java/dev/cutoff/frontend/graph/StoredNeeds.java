package dev.cutoff.frontend.graph;

import dev.cutoff.model.Digest;
import dev.cutoff.model.NeedMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The artifacts that a record in a graph file was built with. */
final class StoredNeeds extends NeedMap {

    /** As many are looked through one by one. */
    private static final int FEW = 32;

    private final StoredGraph graph;
    private final Numbers artifacts;
    private @Nullable Map<String, Digest> byName;

    StoredNeeds(StoredGraph graph, Numbers artifacts) {
        this.graph = graph;
        this.artifacts = artifacts;
    }

    private Map.Entry<String, Digest> entry(int index) {
        int artifact = artifacts.get(index);
        return Map.entry(graph.artifacts().name(artifact), graph.artifacts().digest(artifact));
    }

    @Override
    public @Nullable Digest get(@Nullable Object need) {
        if (artifacts.size() > FEW) {
            Map<String, Digest> all = byName == null ? new HashMap<>(this) : byName;
            byName = all;
            return all.get(need);
        }
        for (int i = 0; i < artifacts.size(); i++) {
            int artifact = artifacts.get(i);
            if (graph.artifacts().name(artifact).equals(need)) {
                return graph.artifacts().digest(artifact);
            }
        }
        return null;
    }

    @Override
    public Set<Map.Entry<String, Digest>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return artifacts.size();
            }

            @Override
            public Iterator<Map.Entry<String, Digest>> iterator() {
                return new Iterator<>() {
                    private int at;

                    @Override
                    public boolean hasNext() {
                        return at < artifacts.size();
                    }

                    @Override
                    public Map.Entry<String, Digest> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        return entry(at++);
                    }
                };
            }
        };
    }
}
