package dev.cutoff.model;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What many uses come to: enough to tell an exact hit without going through all of them.
 *
 * @param kinds how many facts there are of each kind, in the order of kinds
 * @param evidence all the ways in which they are known
 */
public record Totals(Map<FactKind, Integer> kinds, Set<Evidence> evidence) {

    public static Totals of(List<Use> uses) {
        if (uses instanceof UseList list) {
            return list.totals();
        }
        Sum sum = new Sum();
        for (Use use : uses) {
            sum.add(use.fact().kind(), use.evidence());
        }
        return sum.total();
    }

    /**
     * Whether a fact holds where sources and artifacts are what they were. A query whose files are what they were need not
     * be asked; packages are the system's.
     *
     * @param entity the entity, or at least its first eight characters
     */
    public static boolean isOfTrees(FactKind kind, String entity) {
        return switch (kind) {
            case ANSWER, ARTIFACT -> true;
            case PACKAGE -> false;
            default -> kind.isPath() && Place.within(entity, Place.ROOT);
        };
    }

    /** Adds uses up. */
    public static final class Sum {
        private final int[] kinds = new int[KINDS.size()];
        private int evidence;

        private static final List<FactKind> KINDS = List.of(FactKind.values());
        private static final List<Evidence> EVIDENCE = List.of(Evidence.values());

        public void add(FactKind kind, Evidence known) {
            kinds[kind.ordinal()]++;
            evidence |= 1 << known.ordinal();
        }

        public Totals total() {
            Map<FactKind, Integer> counts = new EnumMap<>(FactKind.class);
            for (int i = 0; i < kinds.length; i++) {
                if (kinds[i] > 0) {
                    counts.put(KINDS.get(i), kinds[i]);
                }
            }
            Set<Evidence> known = EnumSet.noneOf(Evidence.class);
            for (Evidence way : EVIDENCE) {
                if ((evidence & 1 << way.ordinal()) != 0) {
                    known.add(way);
                }
            }
            return new Totals(Collections.unmodifiableMap(counts), Collections.unmodifiableSet(known));
        }
    }
}
