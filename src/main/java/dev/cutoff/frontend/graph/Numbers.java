package dev.cutoff.frontend.graph;

import java.util.Arrays;

/**
 * An immutable list of numbers, without an object for each, and mostly in one array with other lists: a graph has hundreds
 * of thousands.
 */
final class Numbers {

    static final Numbers NONE = new Numbers(new int[0], 0, 0);

    private final int[] shared;
    private final int begin;
    private final int size;

    private Numbers(int[] shared, int begin, int size) {
        this.shared = shared;
        this.begin = begin;
        this.size = size;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return shared[begin + index];
    }

    boolean contains(int number) {
        for (int i = 0; i < size; i++) {
            if (get(i) == number) {
                return true;
            }
        }
        return false;
    }

    /** Where lists are kept. */
    static final class Shelf {
        private static final int CHUNK = 1 << 16;

        private int[] chunk = new int[0];
        private int used;

        private Numbers keep(int[] numbers, int size) {
            if (chunk.length - used < size) {
                chunk = new int[Math.max(CHUNK, size)];
                used = 0;
            }
            System.arraycopy(numbers, 0, chunk, used, size);
            used += size;
            return new Numbers(chunk, used - size, size);
        }
    }

    /** Takes numbers one by one; one list after another. */
    static final class Builder {
        private int[] all = new int[16];
        private int size;

        /** Begins anew. */
        Builder clear() {
            size = 0;
            return this;
        }

        void add(int number) {
            if (size == all.length) {
                all = Arrays.copyOf(all, size * 2);
            }
            all[size++] = number;
        }

        void set(int index, int number) {
            all[index] = number;
        }

        int size() {
            return size;
        }

        int get(int index) {
            return all[index];
        }

        Numbers on(Shelf shelf) {
            return size == 0 ? NONE : shelf.keep(all, size);
        }
    }
}
