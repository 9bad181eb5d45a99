package dev.cutoff.frontend.graph;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Request;
import dev.cutoff.model.Policy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Graph files written by hand: {@code |} stands for a tab. */
final class Plans {

    private Plans() {}

    /** What a file says. */
    record Read(StoredGraph tables, Map<String, StoredGraph.Entry> entries, List<StoredGraph.Now> now) {}

    static byte[] bytes(String text) {
        return text.replace('|', '\t').getBytes(StandardCharsets.UTF_8);
    }

    static Read read(String text) {
        Read read = new Read(StoredGraph.empty(), new LinkedHashMap<>(), new ArrayList<>());
        feed(bytes(text), read.tables(), statement -> {
            switch (statement) {
                case StoredGraph.Now now -> read.now().add(now);
                case StoredGraph.Entry entry -> read.entries().put(entry.name(), entry);
            }
        });
        return read;
    }

    private static void feed(byte[] bytes, StoredGraph graph, Consumer<StoredGraph.Statement> taker) {
        try {
            GraphReader.read("g", new ByteArrayInputStream(bytes), graph, taker);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A digest that is easy to write. */
    static String digest(char c) {
        return Character.toString(c).repeat(64);
    }

    static Request request(String... forced) {
        return new Request(
                List.of(), Set.of(forced), Optional.empty(), Optional.empty(), false, Optional.empty(), 1, false);
    }

    static Request under(Policy policy) {
        return new Request(
                List.of(), Set.of(), Optional.of(policy), Optional.empty(), false, Optional.empty(), 1, false);
    }

    static Map<String, Outcome> plan(String text, Request request) {
        return plan(bytes(text), request);
    }

    static Map<String, Outcome> plan(byte[] file, Request request) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        GraphPlan.run(
                request,
                outcome -> outcomes.put(outcome.unit(), outcome),
                plan -> feed(file, plan.graph(), plan::accept));
        return outcomes;
    }
}
