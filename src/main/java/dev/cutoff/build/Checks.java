package dev.cutoff.build;

import dev.cutoff.decide.DueCheck;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs the check lines of a unit, once for each combination of artifact, needs and lines. */
final class Checks {

    private final Session session;
    private final Unit unit;
    private final SortedMap<String, Tree> needs;

    Checks(Session session, Unit unit, SortedMap<String, Tree> needs) {
        this.session = session;
        this.unit = unit;
        this.needs = needs;
    }

    /** Whether these lines have yet to pass with this artifact and these needs. */
    boolean areDue(Tree artifact) {
        return !unit.check().isEmpty() && !session.store().hasPassed(what(artifact));
    }

    /** What is known of lines that are due; empty where they are not. */
    Optional<DueCheck> due(Tree artifact) {
        return areDue(artifact)
                ? Optional.of(
                        new DueCheck(session.store().failed(what(artifact)).orElse("")))
                : Optional.empty();
    }

    /** Whether the needs are, as a whole, those of a record: with its facts holding, a rebuild would give the same. */
    boolean haveNeedsOf(BuildRecord record) {
        SortedMap<String, Digest> roots = new TreeMap<>();
        needs.forEach((need, tree) -> roots.put(need, tree.root()));
        return new TreeMap<>(record.needs()).equals(roots);
    }

    /** Runs the lines; what failed, in words, or nothing. */
    Optional<String> run(Tree artifact, int jobs) throws IOException, InterruptedException {
        Path scratch = session.store().scratch().folder("check-" + unit.name());
        try {
            Map<String, Tree> seen = new TreeMap<>(needs);
            seen.put(unit.name(), artifact);
            Sandbox.Room room = new Sandbox.Room(unit, scratch, Rooms.needs(session, seen), Sandbox.Purpose.CHECK);
            session.sandbox().prepare(room);
            Files.createDirectories(session.sandbox().sourceFolder(room));
            Lines.Result result = new Lines(session, room, jobs, Map.of()).run(unit.check(), Watch.NONE);
            if (result.failed()) {
                String failure = new Findings(
                                unit,
                                session.workspace().log(unit.name()),
                                session.sandbox().confines(),
                                Optional.empty())
                        .failedLine(unit.check(), "check", result);
                session.store()
                        .addFailed(what(artifact), failure.lines().findFirst().orElse(""));
                return Optional.of(failure);
            }
            session.store().addPassed(what(artifact));
            return Optional.empty();
        } finally {
            Scratch.delete(scratch);
        }
    }

    private Digest what(Tree artifact) {
        StringBuilder text = new StringBuilder(unit.name()).append('\n').append(artifact.root());
        needs.forEach((need, tree) -> text.append('\n').append(need).append(' ').append(tree.root()));
        unit.environment()
                .forEach((name, value) ->
                        text.append('\n').append(name).append('=').append(value));
        unit.check().forEach(line -> text.append('\n').append(line));
        return Digest.ofText(text.toString());
    }
}
