package dev.cutoff.model;

import java.util.List;

/**
 * How a build was watched and whether anything may have escaped.
 *
 * @param method {@code preload}, {@code strace} or {@code none}
 * @param gaps why the trace is not complete, in words; empty if it is
 * @param declared what the user vouched for in place of observation; weaker than having seen it
 * @param escaped what of this build, or of the last one that it observed, the observing library can't have seen: the next
 *     one is observed by strace; "" for nothing
 */
public record Observation(String method, List<String> gaps, List<String> declared, String escaped) {
    public Observation {
        gaps = List.copyOf(gaps);
        declared = List.copyOf(declared);
    }

    public boolean isComplete() {
        return gaps.isEmpty();
    }
}
