package dev.cutoff.store;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Uses of one record that lie together: in one folder with what is beneath it, of one tree or of the machine. Their facts
 * are stored as a set, under one name with all equal ones.
 *
 * @param need whose artifact it is, for {@link Of#NEED}; else ""
 */
record FactGroup(Of of, String need, List<Use> uses) {

    /** What the facts are of. The position counts in records. */
    enum Of {
        /** The machine: the same for every unit. */
        MACHINE,
        /** The artifact of a need; paths are told from its root, since needs have much in common. */
        NEED,
        /** The unit's own sources; likewise. */
        SOURCES,
        /** Other facts that sources and artifacts determine, see {@link Totals#isOfTrees}. */
        TREES,
        OTHER
    }

    /** A folder with fewer facts has no set of its own: they stand in that of the folder above. */
    private static final int FEWEST = 64;

    /** Likewise in an artifact: records name a set for each of their many needs, and most of these are equal. */
    private static final int FEWEST_OF_A_NEED = 512;

    private static final Comparator<Placed> ORDER = Comparator.comparing(Placed::folder)
            .thenComparing(placed -> placed.use.fact().entity())
            .thenComparing(placed -> placed.use.fact().kind())
            .thenComparing(placed -> placed.use.fact().scope())
            .thenComparing(placed -> placed.use.fact().content())
            .thenComparing(placed -> placed.use.fact().state());

    /** A use with its folder, which is not to be cut out anew at each comparison. */
    private record Placed(String folder, Use use) {}

    /** Uses in the order of a set's facts: folder by folder. */
    static List<Use> sorted(Collection<Use> uses) {
        List<Placed> placed = new ArrayList<>(uses.size());
        for (Use use : uses) {
            placed.add(new Placed(folder(use.fact()), use));
        }
        placed.sort(ORDER);
        List<Use> sorted = new ArrayList<>(placed.size());
        placed.forEach(one -> sorted.add(one.use));
        return sorted;
    }

    /** Where the paths of a set begin. */
    static String base(Of of, String unit, String need) {
        return switch (of) {
            case NEED -> Place.artifact(need);
            case SOURCES -> Place.source(unit);
            case MACHINE, TREES, OTHER -> "";
        };
    }

    /** The path up to and with its last slash; "" for an entity without one. */
    static String folder(Fact fact) {
        return fact.kind().isPath() ? fact.entity().substring(0, fact.entity().lastIndexOf('/') + 1) : "";
    }

    /** All uses of a record, in groups. */
    static List<FactGroup> of(BuildRecord record) {
        Map<Of, Map<String, List<Use>>> owners = new EnumMap<>(Of.class);
        for (Use use : record.uses()) {
            Of of = of(use.fact(), record);
            String need = of == Of.NEED ? Place.dependencyOf(use.fact().entity()) : "";
            owners.computeIfAbsent(of, o -> new TreeMap<>())
                    .computeIfAbsent(need, n -> new ArrayList<>())
                    .add(use);
        }
        List<FactGroup> groups = new ArrayList<>();
        owners.forEach((of, needs) -> needs.forEach((need, uses) -> {
            for (List<Use> together : byFolder(uses, of == Of.NEED ? FEWEST_OF_A_NEED : FEWEST)) {
                groups.add(new FactGroup(of, need, sorted(together)));
            }
        }));
        return groups;
    }

    private static Of of(Fact fact, BuildRecord record) {
        boolean path = fact.kind().isPath();
        if (!Totals.isOfTrees(fact.kind(), fact.entity())) {
            return path && Place.within(fact.entity(), Place.ROOT) ? Of.OTHER : Of.MACHINE;
        }
        if (!path || fact.kind() == FactKind.ARTIFACT) {
            return Of.TREES;
        }
        if (record.needs().containsKey(Place.dependencyOf(fact.entity()))) {
            return Of.NEED;
        }
        return Place.within(fact.entity(), Place.source(record.unit())) ? Of.SOURCES : Of.TREES;
    }

    private static List<List<Use>> byFolder(List<Use> uses, int fewest) {
        TreeMap<String, List<Use>> folders = new TreeMap<>();
        for (Use use : uses) {
            folders.computeIfAbsent(folder(use.fact()), f -> new ArrayList<>()).add(use);
        }
        List<List<Use>> sets = new ArrayList<>();
        // What is beneath a folder stands behind it in order.
        for (var last = folders.pollLastEntry(); last != null; last = folders.pollLastEntry()) {
            String folder = last.getKey();
            if (folder.isEmpty() || last.getValue().size() >= fewest) {
                sets.add(last.getValue());
            } else {
                String above = folder.substring(0, folder.lastIndexOf('/', folder.length() - 2) + 1);
                folders.computeIfAbsent(above, f -> new ArrayList<>()).addAll(last.getValue());
            }
        }
        return sets.reversed();
    }
}
