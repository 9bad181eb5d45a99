package dev.cutoff.frontend.graph;

/**
 * A list that one thread adds to while another reads: of what it was handed a position of, safely, the reader sees the
 * item. Nothing that was added is ever moved, so no list outgrows what the other looks at.
 */
final class Column<T> {

    private static final int BITS = 14;
    private static final int CHUNK = 1 << BITS;

    private final Object[][] chunks = new Object[1 << 15][];
    private int size;

    void add(T item) {
        int chunk = size >>> BITS;
        if (chunks[chunk] == null) {
            chunks[chunk] = new Object[CHUNK];
        }
        chunks[chunk][size++ & CHUNK - 1] = item;
    }

    // Only items of this type are added.
    @SuppressWarnings("unchecked")
    T get(int index) {
        return (T) chunks[index >>> BITS][index & CHUNK - 1];
    }

    /** For the thread that adds. */
    int size() {
        return size;
    }

    /** The same for numbers. */
    static final class OfInts {
        private static final int BITS = 16;
        private static final int CHUNK = 1 << BITS;

        private final int[][] chunks = new int[1 << 14][];
        private int size;

        void add(int number) {
            int chunk = size >>> BITS;
            if (chunks[chunk] == null) {
                chunks[chunk] = new int[CHUNK];
            }
            chunks[chunk][size++ & CHUNK - 1] = number;
        }

        int get(int index) {
            return chunks[index >>> BITS][index & CHUNK - 1];
        }

        /** For the thread that adds. */
        int size() {
            return size;
        }
    }
}
