package dev.cutoff.build;

import dev.cutoff.abi.diff.TypeChange;
import dev.cutoff.decide.Renewal;
import dev.cutoff.decide.Tries;
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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Asks queries in a room of their own, which shows them the machine and the needs as a build would see them, and none of
 * the unit's sources. Without a sandbox nothing is asked.
 */
final class Interview implements Interviewer, AutoCloseable {

    /** Where the needs are: empty while one of them is still to be built. */
    @FunctionalInterface
    interface Needs {
        Optional<SortedMap<String, Tree>> trees();
    }

    private final Session session;
    private final Unit unit;
    private final Needs needs;
    private final Trials trials;
    private final Map<Query, String> known = new HashMap<>();

    /** @param sources the unit's sources, which compile steps are tried on and queries do not see */
    Interview(Session session, Unit unit, Tree sources, Needs needs) {
        this(session, unit, sources, needs, false, 1);
    }

    /**
     * @param observed whether {@link #shown} is to tell of steps that are tried
     * @param jobs how many processes lines that are tried may run at once
     */
    Interview(Session session, Unit unit, Tree sources, Needs needs, boolean observed, int jobs) {
        this.session = session;
        this.trials = new Trials(session, unit, sources, this::environment, observed, jobs);
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
    public void close() {
        try {
            trials.close();
        } catch (IOException e) {
            throw Failure.io("removing what compile steps of " + unit.name() + " were tried in", e);
        }
    }

    @Override
    public Tries preprocess(BuildRecord record, Set<Integer> steps) {
        return tried(trees -> trials.preprocess(record, steps, trees));
    }

    @Override
    public Tries compile(BuildRecord record, Set<Integer> steps) {
        return tried(trees -> trials.compile(record, steps, trees));
    }

    @Override
    public Tries runAgain(BuildRecord record, Set<Integer> steps) {
        return tried(trees -> trials.runAgain(record, steps, trees));
    }

    @Override
    public Tries repeat(BuildRecord record, int lines, Set<String> relied) {
        return tried(trees -> trials.repeat(record, lines, relied, trees));
    }

    /** See {@link Trials#takeBegun}. */
    Optional<Begun> takeBegun() {
        return trials.takeBegun();
    }

    /** What trying steps of a record showed; see {@link Trials#shown}. */
    Optional<List<Renewal.Shown>> shown(BuildRecord record) {
        return trials.shown(record);
    }

    /** By the debug information of the need's libraries; where these have none, by a step that was tried and gives another code. */
    @Override
    public List<String> typeChanges(BuildRecord record, List<Integer> steps, String need, Predicate<String> named) {
        Optional<SortedMap<String, Tree>> trees = needs.trees();
        Digest was = record.needs().get(need);
        if (trees.isEmpty() || was == null) {
            return List.of();
        }
        Tree now = trees.get().get(need);
        try {
            Optional<Tree> old = session.store().trees().load(was);
            LibraryTypes.Answer libraries = old.isEmpty() || now == null
                    ? LibraryTypes.Answer.NONE
                    : session.types().between(old.get(), now);
            List<TypeChange> changes =
                    libraries.known() ? libraries.changes() : trials.typeChanges(record, steps, trees.get());
            return changes.stream()
                    .filter(change -> named.test(change.name()))
                    .map(TypeChange::text)
                    .toList();
        } catch (IOException e) {
            // The header's line says it already, if less well.
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private interface Trying {
        Tries run(SortedMap<String, Tree> needs) throws IOException, InterruptedException;
    }

    private Tries tried(Trying trying) {
        Optional<SortedMap<String, Tree>> trees = needs.trees();
        if (!session.sandbox().confines()) {
            return Tries.none("that takes a sandbox; install bubblewrap");
        }
        if (trees.isEmpty()) {
            return Tries.none("a need is still to be built");
        }
        try {
            return trying.run(trees.get());
        } catch (IOException e) {
            throw Failure.io("trying compile steps of " + unit.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Tries.none("interrupted");
        }
    }

    private Optional<SortedMap<String, String>> environment(Step step) throws IOException {
        return session.store()
                .blobs()
                .read(step.environment())
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .flatMap(Interview::variables);
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
