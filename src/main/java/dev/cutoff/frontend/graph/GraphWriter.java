package dev.cutoff.frontend.graph;

import dev.cutoff.build.Judged;
import dev.cutoff.build.Witness;
import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.DueCheck;
import dev.cutoff.decide.World;
import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Place;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a workspace's plan as a graph file: units, their records, and of the present what the decisions asked for. A plan
 * from that file decides the same for the same reasons.
 */
public final class GraphWriter implements Witness, AutoCloseable {

    private final Path file;
    private final Writer out;
    private final Map<Fact, Integer> facts = new HashMap<>();
    private final Map<String, Integer> artifacts = new HashMap<>();
    private final Map<StoredGraph.Key, String> present = new HashMap<>();
    private Answered answered = new Answered(Map.of(), Map.of());

    /** What the decision about one unit was told. */
    private record Answered(Map<Fact, Optional<String>> states, Map<Fact, String> differences) {}

    private GraphWriter(Path file, Writer out) {
        this.file = file;
        this.out = out;
        line(GraphReader.HEAD);
    }

    /** Begins a file; gzip where its name ends in .gz. */
    public static GraphWriter to(Path file) {
        try {
            OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
            OutputStream packed = file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, 1 << 16) : bytes;
            return new GraphWriter(file, new OutputStreamWriter(packed, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failure.io("writing " + file, e);
        }
    }

    @Override
    public World watching(World world) {
        Answered answers = new Answered(new HashMap<>(), new HashMap<>());
        answered = answers;
        return new World() {
            @Override
            public Digest source() {
                return world.source();
            }

            @Override
            public Optional<Digest> artifact(String need) {
                return world.artifact(need);
            }

            @Override
            public boolean isClosed(String need) {
                return world.isClosed(need);
            }

            @Override
            public Optional<String> now(Fact fact) {
                Optional<String> state = world.now(fact);
                boolean told = state.isPresent()
                        || world.artifact(Place.dependencyOf(fact.entity())).isPresent();
                if (told) {
                    answers.states().put(fact, state);
                }
                return state;
            }

            @Override
            public Optional<String> difference(Fact fact) {
                Optional<String> difference = world.difference(fact);
                difference.ifPresent(text -> answers.differences().put(fact, text));
                return difference;
            }

            @Override
            public Optional<String> absence(Fact fact) {
                Optional<String> absence = world.absence(fact);
                absence.ifPresent(text -> answers.differences().put(fact, text));
                return absence;
            }
        };
    }

    @Override
    public void judged(Judged judged, Optional<DueCheck> check) {
        String unit = judged.unit().name();
        // What the unit's lines name stands before them.
        StringBuilder own = new StringBuilder();
        answered.states().forEach((fact, state) -> present(fact, state, own));
        artifact(unit, judged.artifact().map(Tree::root), judged.artifact());
        StringBuilder records = new StringBuilder();
        for (Candidate candidate : judged.candidates()) {
            record(judged, candidate, records);
        }
        line("unit", unit, String.join(" ", judged.unit().needs()));
        judged.inputs().values().forEach((name, value) -> line("input", name, value));
        line("source", judged.sources().root().hex());
        if (!judged.sources().isClosed()) {
            line("open");
        }
        line("policy", judged.terms().policy().word());
        line("trust", judged.terms().trust().word());
        if (judged.forced()) {
            line("force");
        }
        check.ifPresent(due -> line(due.hasFailed() ? new String[] {"check", due.failure()} : new String[] {"check"}));
        Decision.RecordId told = judged.decision().record();
        if (judged.decision().action() == Action.REBUILD && told != null) {
            String number = Long.toString(told.number());
            line(judged.elsewhere() ? new String[] {"told", number, "elsewhere"} : new String[] {"told", number});
        }
        raw(own);
        raw(records);
    }

    /** A state of the machine is the same for all units; what lies in trees and answers of queries a unit sees for itself. */
    private void present(Fact asked, Optional<String> state, StringBuilder own) {
        StoredGraph.Key key = StoredGraph.Key.of(asked);
        if (state.isEmpty()) {
            own.append("unseen\t").append(fact(asked)).append('\n');
            return;
        }
        int number = fact(new Fact(asked.kind(), asked.entity(), asked.scope(), "", state.get()));
        if (asked.kind() != FactKind.ANSWER && !Place.within(asked.entity(), Place.ROOT)) {
            String told = present.putIfAbsent(key, state.get());
            if (told == null) {
                line("now", Integer.toString(number));
            }
            if (told == null || told.equals(state.get())) {
                return;
            }
        }
        own.append("sees\t").append(number);
        String difference = answered.differences().get(asked);
        if (difference != null) {
            own.append('\t').append(Line.escaped(difference));
        }
        own.append('\n');
    }

    private void record(Judged judged, Candidate candidate, StringBuilder text) {
        BuildRecord record = candidate.record();
        StringJoiner needs = new StringJoiner(" ");
        record.needs()
                .forEach((need, digest) ->
                        needs.add(Integer.toString(artifact(need, Optional.of(digest), Optional.empty()))));
        StoredSteps steps = new StoredSteps(record);
        StringJoiner uses = new StringJoiner(" ");
        for (Use use : record.uses()) {
            uses.add(fact(use.fact()) + letter(use.evidence()) + steps.at(use));
        }
        append(
                text,
                "record",
                Long.toString(candidate.id().number()),
                Integer.toString(artifact(judged.unit().name(), Optional.of(record.artifact()), Optional.empty())),
                needs.toString(),
                uses.toString());
        difference(judged.inputs(), record.inputs(), text);
        if (!record.source().equals(judged.sources().root())) {
            append(text, "from", record.source().hex());
        }
        steps.lines().forEach(fields -> append(text, fields));
        record.observation().gaps().forEach(gap -> append(text, "gap", gap));
        record.observation().declared().forEach(what -> append(text, "vouched", what));
        if (record.trust() == Trust.INCREMENTAL) {
            append(text, "incremental");
        }
        if (record.cpuSeconds() > 0) {
            append(text, "cpu", Double.toString(record.cpuSeconds()));
        }
        boolean lost = candidate.id().equals(judged.decision().record())
                && judged.decision().reasons().stream().anyMatch(r -> r.kind() == Reason.Kind.STORE);
        if (lost) {
            append(text, "lost");
        }
    }

    private static void difference(Inputs now, Inputs was, StringBuilder text) {
        was.values().forEach((name, value) -> {
            if (!value.equals(now.values().get(name))) {
                append(text, "had", name, value);
            }
        });
        for (String name : now.values().keySet()) {
            if (!was.values().containsKey(name)) {
                append(text, "lacked", name);
            }
        }
    }

    private static String letter(Evidence evidence) {
        return switch (evidence) {
            case OBSERVED -> "";
            case LINKED -> "l";
            case DECLARED -> "d";
            case ASSUMED -> "a";
        };
    }

    /** The number of a fact, whose line is written the first time. */
    private int fact(Fact fact) {
        Integer known = facts.get(fact);
        if (known == null) {
            known = facts.size();
            facts.put(fact, known);
            String kind = fact.kind().word();
            if (fact.scope().isEmpty() && fact.content().isEmpty()) {
                line("fact", Integer.toString(known), kind, fact.entity(), fact.state());
            } else {
                line("fact", Integer.toString(known), kind, fact.entity(), fact.state(), fact.scope(), fact.content());
            }
        }
        return known;
    }

    /**
     * The number of an artifact, whose line is written the first time.
     *
     * @param tree where it is at hand; else a link may lead out of it
     */
    private int artifact(String unit, Optional<Digest> digest, Optional<Tree> tree) {
        if (digest.isEmpty()) {
            return -1;
        }
        String key = unit + "\t" + digest.get().hex();
        Integer known = artifacts.get(key);
        if (known == null) {
            known = artifacts.size();
            artifacts.put(key, known);
            String number = Integer.toString(known);
            if (tree.filter(Tree::isClosed).isPresent()) {
                line("artifact", number, unit, digest.get().hex());
            } else {
                line("artifact", number, unit, digest.get().hex(), "", "open");
            }
        }
        return known;
    }

    private static void append(StringBuilder text, String... fields) {
        for (int i = 0; i < fields.length; i++) {
            text.append(i == 0 ? "" : "\t").append(Line.escaped(fields[i]));
        }
        text.append('\n');
    }

    private void line(String... fields) {
        StringBuilder text = new StringBuilder();
        append(text, fields);
        raw(text);
    }

    private void raw(StringBuilder text) {
        try {
            out.append(text);
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw Failure.io("writing " + file, e);
        }
    }
}
