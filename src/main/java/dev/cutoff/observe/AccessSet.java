package dev.cutoff.observe;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The accesses of a step in the order in which it first did each, as their numbers in {@link Accesses}. */
final class AccessSet extends AbstractSet<Access> {

    private static final int NONE = -1;

    private final Accesses accesses;
    private int[] ordered = new int[16];
    private int size;
    /** An open hash table of numbers, at most half full. */
    private int[] table = empty(32);

    AccessSet(Accesses accesses) {
        this.accesses = accesses;
    }

    private static int[] empty(int size) {
        int[] table = new int[size];
        Arrays.fill(table, NONE);
        return table;
    }

    /** Adds an access by its number; false if it was there. */
    boolean add(int number) {
        int slot = slot(table, number);
        if (table[slot] == number) {
            return false;
        }
        if (size == ordered.length) {
            ordered = Arrays.copyOf(ordered, size * 2);
        }
        ordered[size++] = number;
        if (size * 2 > table.length) {
            int[] larger = empty(table.length * 2);
            for (int i = 0; i < size; i++) {
                larger[slot(larger, ordered[i])] = ordered[i];
            }
            table = larger;
        } else {
            table[slot] = number;
        }
        return true;
    }

    /** Where a number is, or would be. */
    private static int slot(int[] table, int number) {
        int slot = ((number * 0x9e3779b9) >>> 7) & (table.length - 1);
        while (table[slot] != NONE && table[slot] != number) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    boolean contains(int number) {
        return number >= 0 && table[slot(table, number)] == number;
    }

    /** The number of the access that was done as the {@code index}th. */
    int number(int index) {
        return ordered[index];
    }

    @Override
    public boolean add(Access access) {
        return add(accesses.number(access));
    }

    @Override
    public boolean contains(@Nullable Object access) {
        return access instanceof Access known && contains(accesses.find(known));
    }

    @Override
    public Iterator<Access> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public Access next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return accesses.get(ordered[next++]);
            }
        };
    }

    @Override
    public int size() {
        return size;
    }
}
