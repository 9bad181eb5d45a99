package dev.cutoff.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What can't be observed in a build and is compared by name: recipe, declared environment, platform. Values are kept as
 * text, so that a reason can show what changed.
 */
public record Inputs(SortedMap<String, String> values) {
    public Inputs {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** One digest over all names and values. */
    public Digest digest() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(name.length())
                .append(' ')
                .append(name)
                .append(value.length())
                .append(' ')
                .append(value));
        return Digest.ofText(text.toString());
    }
}
