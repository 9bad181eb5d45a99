package dev.cutoff.abi.document;

import dev.cutoff.abi.type.GraphArrays;
import dev.cutoff.abi.type.Shape;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import dev.cutoff.abi.type.TypeId;
import dev.cutoff.model.Failure;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the part {@code types} of a fingerprint's document back. */
final class SurfaceReader {

    private final String file;

    SurfaceReader(String file) {
        this.file = file;
    }

    private Failure wrong(String sentence) {
        return Failure.input(file + ": is no fingerprint that can be read: its types: " + sentence);
    }

    Surface read(Map<?, ?> of) {
        List<?> nodes = list(of.get("nodes"));
        GraphArrays arrays = new GraphArrays(nodes.size());
        for (Object node : nodes) {
            Map<?, ?> fields = map(node);
            List<?> to = list(fields.get("to"));
            int[] targets = new int[to.size()];
            for (int i = 0; i < targets.length; i++) {
                targets[i] = node(to.get(i), nodes.size());
            }
            String shape = text(fields.get("shape"));
            if (Shape.edges(shape) != targets.length) {
                throw wrong("a node has not the edges that its shape has");
            }
            arrays.add(shape, targets, false, fields.get("alias") == null ? "" : text(fields.get("alias")));
        }
        SortedMap<String, Integer> symbols = new TreeMap<>();
        SortedMap<String, TypeId> closure = new TreeMap<>();
        for (Object symbol : list(of.get("symbols"))) {
            Map<?, ?> fields = map(symbol);
            symbols.put(text(fields.get("name")), node(fields.get("node"), nodes.size()));
            if (fields.get("closure") instanceof String hex && hex.length() == 32) {
                closure.put(text(fields.get("name")), id(hex));
            }
        }
        Surface surface = Surface.of(
                tier(text(of.get("tier"))),
                Collections.unmodifiableSortedMap(symbols),
                arrays.graph(),
                Collections.unmodifiableSortedMap(closure),
                list(of.get("gaps")).stream().map(String::valueOf).toList(),
                text(of.get("salt")));
        if (!surface.digest().hex().equals(text(of.get("digest")))) {
            throw wrong("their digest is not that of their content (it was edited, or damaged)");
        }
        return surface;
    }

    private TypeId id(String hex) {
        try {
            return TypeId.of(hex);
        } catch (IllegalArgumentException e) {
            throw wrong("no type id: " + hex);
        }
    }

    private Tier tier(String word) {
        for (Tier tier : Tier.values()) {
            if (tier.word().equals(word)) {
                return tier;
            }
        }
        throw wrong("unknown word " + word);
    }

    private int node(@Nullable Object value, int count) {
        if (value instanceof Long number && number >= 0 && number < count) {
            return number.intValue();
        }
        throw wrong("no node: " + value);
    }

    private String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("a text is missing");
    }

    private List<?> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong("a list is missing");
    }

    private Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong("a part is missing");
    }
}
