package dev.cutoff.decide;

import java.util.Set;

/**
 * What came of trying steps of a record with the needs of then and with those of today.
 *
 * @param alike the steps that give the same both times, by their numbers
 * @param obstacle why others were not tried, in words; "" where one of them gives something else
 * @param seconds how long it took
 */
public record Tries(Set<Integer> alike, String obstacle, double seconds) {
    public Tries {
        alike = Set.copyOf(alike);
    }

    /** Nothing was tried. */
    public static Tries none(String obstacle) {
        return new Tries(Set.of(), obstacle, 0);
    }
}
