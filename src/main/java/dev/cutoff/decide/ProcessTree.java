package dev.cutoff.decide;

import dev.cutoff.model.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which step of a record started which. */
public final class ProcessTree {

    private final List<Step> steps;
    private final List<List<Integer>> children;

    public ProcessTree(List<Step> steps) {
        this.steps = steps;
        this.children = new ArrayList<>(Collections.nCopies(steps.size(), List.of()));
        for (Step step : steps) {
            if (step.parent() >= 0) {
                if (children.get(step.parent()).isEmpty()) {
                    children.set(step.parent(), new ArrayList<>());
                }
                children.get(step.parent()).add(step.number());
            }
        }
    }

    /** The steps that a step started itself, by their numbers. */
    List<Integer> children(int step) {
        return children.get(step);
    }

    /** A step and all that it started, and what these started. */
    public SortedSet<Integer> with(int step) {
        SortedSet<Integer> all = new TreeSet<>();
        Deque<Integer> left = new ArrayDeque<>(List.of(step));
        while (!left.isEmpty()) {
            int next = left.remove();
            all.add(next);
            left.addAll(children.get(next));
        }
        return all;
    }

    /** What a step and all that it started wrote. */
    public Set<String> writes(int step) {
        Set<String> writes = new HashSet<>();
        with(step).forEach(part -> writes.addAll(steps.get(part).writes()));
        return writes;
    }
}
