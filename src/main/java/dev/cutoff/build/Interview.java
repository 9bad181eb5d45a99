package dev.cutoff.build;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.Interviewer;
import dev.cutoff.store.Scratch;
import dev.cutoff.tool.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Asks queries in a room of their own, which shows them the machine and the needs as a build would see them, and none of
 * the unit's sources. Without a sandbox nothing is asked.
 */
final class Interview implements Interviewer {

    /** Where the needs are: empty while one of them is still to be built. */
    @FunctionalInterface
    interface Needs {
        Optional<SortedMap<String, Tree>> trees();
    }

    private final Session session;
    private final Unit unit;
    private final Needs needs;
    private final CompileProbe probe;
    private final Map<Query, String> known = new HashMap<>();

    /** @param sources the unit's sources, which compile steps are tried on and queries do not see */
    Interview(Session session, Unit unit, Tree sources, Needs needs) {
        this.session = session;
        this.probe = new CompileProbe(session, unit, sources);
        this.unit = unit;
        this.needs = needs;
    }

    @Override
    public Map<Query, String> ask(Collection<Query> queries, Map<Digest, String> environments) {
        Map<Query, String> answers = new HashMap<>();
        Optional<SortedMap<String, Tree>> trees = needs.trees();
        if (!session.sandbox().confines() || trees.isEmpty()) {
            return answers;
        }
        try {
            for (Query query : queries) {
                String answer = known.get(query);
                if (answer == null) {
                    answer = ask(query, trees.get(), environment(query, environments))
                            .orElse(null);
                }
                if (answer != null) {
                    known.put(query, answer);
                    answers.put(query, answer);
                }
            }
            return answers;
        } catch (IOException e) {
            throw Failure.io("asking a query of " + unit.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answers;
        }
    }

    @Override
    public boolean compilesAlike(BuildRecord record, int step) {
        Optional<SortedMap<String, Tree>> trees = needs.trees();
        if (!session.sandbox().confines() || trees.isEmpty()) {
            return false;
        }
        try {
            Step compile = record.steps().get(step);
            Optional<String> text = session.store()
                    .blobs()
                    .read(compile.environment())
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
            Optional<SortedMap<String, String>> variables = text.flatMap(Interview::variables);
            return variables.isPresent() && probe.isAlike(record, compile, variables.get(), trees.get());
        } catch (IOException e) {
            throw Failure.io("trying a compile step of " + unit.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<String> environment(Query query, Map<Digest, String> environments) throws IOException {
        String text = environments.get(query.environment());
        return text != null
                ? Optional.of(text)
                : session.store()
                        .blobs()
                        .read(query.environment())
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private Optional<String> ask(Query query, SortedMap<String, Tree> trees, Optional<String> environment)
            throws IOException, InterruptedException {
        if (environment.isEmpty()) {
            return Optional.empty();
        }
        Optional<SortedMap<String, String>> variables = variables(environment.get());
        if (variables.isEmpty()) {
            return Optional.empty();
        }
        // What a query looks at is not observed.
        session.log().gap();
        Path scratch = session.store().scratch().folder("ask-" + unit.name());
        try {
            Sandbox.Room room = new Sandbox.Room(unit, scratch, Rooms.needs(session, trees), Sandbox.Purpose.BUILD);
            session.sandbox().prepare(room);
            Path log = scratch.resolve("answer");
            Path folder = Files.createDirectories(scratch.resolve("trace"));
            String text = "exec " + quoted(query.command());
            int exitCode = session.sandbox()
                    .run(
                            room,
                            new Sandbox.Line(
                                    0,
                                    text,
                                    variables.get(),
                                    log,
                                    Watch.NONE,
                                    folder.resolve("trace"),
                                    folder.resolve("times"),
                                    Unit.Network.NONE));
            // The log begins with the line itself.
            String said = Files.readString(log, StandardCharsets.ISO_8859_1);
            return Optional.of("exit " + exitCode + said.substring(text.length()));
        } finally {
            Scratch.delete(scratch);
        }
    }

    /** An environment's variables; empty where a value has several lines: the text does not tell where it ends. */
    private static Optional<SortedMap<String, String>> variables(String environment) {
        SortedMap<String, String> variables = new TreeMap<>();
        for (String line : environment.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                variables.put(line.substring(0, equals), line.substring(equals + 1));
            } else if (!line.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    /** A command as words of a shell line. */
    static String quoted(List<String> command) {
        StringBuilder text = new StringBuilder();
        for (String word : command) {
            text.append(text.isEmpty() ? "'" : " '")
                    .append(word.replace("'", "'\\''"))
                    .append('\'');
        }
        return text.toString();
    }
}
