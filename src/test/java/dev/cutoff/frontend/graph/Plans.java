package dev.cutoff.frontend.graph;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Request;
import dev.cutoff.model.Policy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Graph files written by hand: {@code |} stands for a tab. */
final class Plans {

    private Plans() {}

    static StoredGraph read(String text) {
        return read(text.replace('|', '\t').getBytes(StandardCharsets.UTF_8));
    }

    static StoredGraph read(byte[] bytes) {
        try {
            return GraphReader.read("g", new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A digest that is easy to write. */
    static String digest(char c) {
        return Character.toString(c).repeat(64);
    }

    static Request request(String... forced) {
        return new Request(List.of(), Set.of(forced), Optional.empty(), Optional.empty(), false, 1, false);
    }

    static Request under(Policy policy) {
        return new Request(List.of(), Set.of(), Optional.of(policy), Optional.empty(), false, 1, false);
    }

    static Map<String, Outcome> plan(StoredGraph graph, Request request) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        new GraphPlan(graph).run(request, outcome -> outcomes.put(outcome.unit(), outcome));
        return outcomes;
    }
}
