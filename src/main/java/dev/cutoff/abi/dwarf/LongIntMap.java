package dev.cutoff.abi.dwarf;

import java.util.Arrays;

/** Whole numbers by keys that are not negative, without an object for each. */
final class LongIntMap {

    static final int NONE = -1;

    private static final long FREE = -1;

    private long[] keys = new long[32];
    private int[] values = new int[32];
    private int count;

    LongIntMap() {
        Arrays.fill(keys, FREE);
    }

    /** The value of a key, or {@link #NONE}. */
    int get(long key) {
        int at = place(key);
        return keys[at] == key ? values[at] : NONE;
    }

    void put(long key, int value) {
        if (2 * count >= keys.length) {
            grow();
        }
        int at = place(key);
        if (keys[at] != key) {
            keys[at] = key;
            count++;
        }
        values[at] = value;
    }

    private int place(long key) {
        long mixed = key * 0x9e3779b97f4a7c15L;
        int at = (int) (mixed >>> 32) & (keys.length - 1);
        while (keys[at] != key && keys[at] != FREE) {
            at = (at + 1) & (keys.length - 1);
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new int[2 * oldKeys.length];
        Arrays.fill(keys, FREE);
        count = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }
}
