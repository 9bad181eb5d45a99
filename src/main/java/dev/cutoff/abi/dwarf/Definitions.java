package dev.cutoff.abi.dwarf;

import java.util.Arrays;

/** The definitions of one unit, by the hashes of their names. */
final class Definitions {

    private final UnitIndex index;
    private final long[] hashes;
    private final int[] numbers;

    Definitions(UnitIndex index) {
        this.index = index;
        int count = 0;
        for (int i = 0; i < index.size(); i++) {
            count += isOne(i) ? 1 : 0;
        }
        // Sorted by hash; of each hash, the numbers are found by another look at the few that share it.
        long[][] pairs = new long[count][];
        int n = 0;
        for (int i = 0; i < index.size(); i++) {
            if (isOne(i)) {
                pairs[n++] = new long[] {index.hash(i), i};
            }
        }
        Arrays.sort(pairs, (a, b) -> a[0] == b[0] ? Long.compare(a[1], b[1]) : Long.compare(a[0], b[0]));
        this.hashes = new long[count];
        this.numbers = new int[count];
        for (int i = 0; i < count; i++) {
            hashes[i] = pairs[i][0];
            numbers[i] = (int) pairs[i][1];
        }
    }

    private boolean isOne(int number) {
        return index.isDefinition(number) && index.hash(number) != 0;
    }

    UnitIndex index() {
        return index;
    }

    /** Keys of the definitions whose names have a hash; names of the same hash may still differ. */
    long[] of(long hash) {
        int at = Arrays.binarySearch(hashes, hash);
        if (at < 0) {
            return new long[0];
        }
        int from = at;
        while (from > 0 && hashes[from - 1] == hash) {
            from--;
        }
        int to = at + 1;
        while (to < hashes.length && hashes[to] == hash) {
            to++;
        }
        long[] keys = new long[to - from];
        for (int i = from; i < to; i++) {
            keys[i - from] = index.unit().key(index.offset(numbers[i]));
        }
        return keys;
    }
}
