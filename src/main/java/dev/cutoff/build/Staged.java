package dev.cutoff.build;

import java.util.AbstractSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of all units that are staged for one, hashed only once somebody asks: most are kept without. */
final class Staged extends AbstractSet<String> {

    private final List<String> names;
    private volatile @Nullable Set<String> hashed;

    /** @param names each once */
    Staged(List<String> names) {
        this.names = names;
    }

    @Override
    public boolean contains(@Nullable Object name) {
        Set<String> known = hashed;
        if (known == null) {
            known = new HashSet<>(names);
            hashed = known;
        }
        return known.contains(name);
    }

    @Override
    public Iterator<String> iterator() {
        return names.iterator();
    }

    @Override
    public int size() {
        return names.size();
    }
}
