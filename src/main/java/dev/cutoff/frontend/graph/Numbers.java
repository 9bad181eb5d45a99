package dev.cutoff.frontend.graph;

import java.util.Arrays;

/** An immutable list of numbers, without an object for each. */
final class Numbers {

    static final Numbers NONE = new Numbers(new int[0]);

    private final int[] all;

    private Numbers(int[] all) {
        this.all = all;
    }

    int size() {
        return all.length;
    }

    int get(int index) {
        return all[index];
    }

    boolean contains(int number) {
        for (int one : all) {
            if (one == number) {
                return true;
            }
        }
        return false;
    }

    /** Takes numbers one by one. */
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

        int size() {
            return size;
        }

        int get(int index) {
            return all[index];
        }

        Numbers build() {
            return size == 0 ? NONE : new Numbers(Arrays.copyOf(all, size));
        }
    }
}
