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
        this.hashes = new long[count];
        this.numbers = new int[count];
        long[] order = new long[count];
        int n = 0;
        for (int i = 0; i < index.size(); i++) {
            if (isOne(i)) {
                order[n++] = index.hash(i);
            }
        }
        Arrays.sort(order);
        System.arraycopy(order, 0, hashes, 0, count);
        Arrays.fill(numbers, -1);
        for (int i = 0; i < index.size(); i++) {
            if (isOne(i)) {
                int at = first(index.hash(i));
                while (numbers[at] >= 0) {
                    at++;
                }
                numbers[at] = i;
            }
        }
    }

    /** Where the definitions of a hash begin; negative where there is none. */
    private int first(long hash) {
        int at = Arrays.binarySearch(hashes, hash);
        while (at > 0 && hashes[at - 1] == hash) {
            at--;
        }
        return at;
    }

    private boolean isOne(int number) {
        return index.isDefinition(number) && index.hash(number) != 0;
    }

    UnitIndex index() {
        return index;
    }

    /** Keys of the definitions whose names have a hash; names of the same hash may still differ. */
    long[] of(long hash) {
        int from = first(hash);
        if (from < 0) {
            return new long[0];
        }
        int to = from + 1;
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
