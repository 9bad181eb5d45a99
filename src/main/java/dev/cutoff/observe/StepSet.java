package dev.cutoff.observe;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Numbers of steps in ascending order; they are mostly added in that order. */
final class StepSet extends AbstractSet<Integer> {

    private int[] steps = new int[4];
    private int size;

    /** Adds a step; false if it was there. */
    boolean add(int step) {
        if (size > 0 && steps[size - 1] == step) {
            return false;
        }
        int at = size;
        if (size > 0 && steps[size - 1] > step) {
            int found = Arrays.binarySearch(steps, 0, size, step);
            if (found >= 0) {
                return false;
            }
            at = -found - 1;
        }
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, size * 2);
        }
        System.arraycopy(steps, at, steps, at + 1, size - at);
        steps[at] = step;
        size++;
        return true;
    }

    /** The {@code index}th step, from 0. */
    int get(int index) {
        return steps[index];
    }

    @Override
    public boolean add(Integer step) {
        return add(step.intValue());
    }

    @Override
    public boolean contains(@Nullable Object step) {
        return step instanceof Integer number && Arrays.binarySearch(steps, 0, size, number) >= 0;
    }

    @Override
    public Iterator<Integer> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public Integer next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return steps[next++];
            }
        };
    }

    @Override
    public int size() {
        return size;
    }
}
