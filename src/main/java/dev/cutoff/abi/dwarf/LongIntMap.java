package dev.cutoff.abi.dwarf;

import java.util.Arrays;

/** Whole numbers that are not negative, by keys, without an object for each. */
final class LongIntMap {

    /** In place of a value: none. */
    static final int NONE = -1;

    private long[] keys = new long[32];
    private int[] values = new int[32];
    private int count;

    LongIntMap() {
        Arrays.fill(values, NONE);
    }

    /** The value of a key, or {@link #NONE}. */
    int get(long key) {
        return values[place(key)];
    }

    void put(long key, int value) {
        if (2 * count >= keys.length) {
            grow();
        }
        int at = place(key);
        if (values[at] == NONE) {
            keys[at] = key;
            count++;
        }
        values[at] = value;
    }

    private int place(long key) {
        long mixed = key * 0x9e3779b97f4a7c15L;
        int at = (int) (mixed >>> 32) & (keys.length - 1);
        while (values[at] != NONE && keys[at] != key) {
            at = (at + 1) & (keys.length - 1);
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new int[2 * oldKeys.length];
        Arrays.fill(values, NONE);
        count = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != NONE) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }
}
