package dev.cutoff.build;

import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** A room in which compile steps are tried: the unit's present sources, the machine, and needs as they are or were. */
final class TrialRoom implements AutoCloseable {

    private static final String FOLDER = Place.TMP + "/cutoff-trial";

    private static final String SCRIPT = FOLDER + "/run";

    /**
     * Commands to be run one after another, each only after the one before it succeeded.
     *
     * @param name of the file that they make, by {@link #path}
     */
    record Job(String name, String folder, SortedMap<String, String> variables, List<List<String>> commands) {}

    private final Session session;
    private final Sandbox.Room room;
    private int runs;

    private TrialRoom(Session session, Sandbox.Room room) {
        this.session = session;
        this.room = room;
    }

    static TrialRoom open(Session session, Unit unit, Tree sources, SortedMap<String, Tree> needs)
            throws IOException, Staging.SourcesChanged {
        Path scratch = session.store().scratch().folder("trial-" + unit.name());
        TrialRoom made = new TrialRoom(
                session, new Sandbox.Room(unit, scratch, Rooms.needs(session, needs), Sandbox.Purpose.BUILD));
        try {
            Sandbox sandbox = session.sandbox();
            sandbox.prepare(made.room);
            sandbox.artifactFolder(made.room);
            Staging.copy(
                    sources,
                    Path.of(unit.source().isEmpty() ? "/" : unit.source()),
                    sandbox.sourceFolder(made.room),
                    session.store().stats());
            Files.createDirectories(made.physical(FOLDER));
            return made;
        } catch (IOException | Staging.SourcesChanged e) {
            made.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        Scratch.delete(room.scratch());
    }

    /** The path, as programs in the room see it, of a file that a job makes. */
    static String path(String name) {
        return FOLDER + "/" + name;
    }

    private Path physical(String path) throws IOException {
        return session.sandbox()
                .physical(room, path)
                .orElseThrow(() -> new IOException(path + " is nowhere in the room"));
    }

    /** Runs jobs. */
    void run(List<Job> jobs) throws IOException, InterruptedException {
        List<Job> waiting = new ArrayList<>(jobs);
        while (!waiting.isEmpty()) {
            SortedMap<String, String> variables = waiting.getFirst().variables();
            StringBuilder script = new StringBuilder();
            for (Job job : jobs) {
                if (job.variables().equals(variables) && waiting.remove(job)) {
                    script.append(text(job));
                }
            }
            // As an argument it could be too long.
            Files.writeString(physical(SCRIPT), script);
            Path traces = Files.createDirectories(room.scratch().resolve("trace"));
            session.sandbox()
                    .run(
                            room,
                            new Sandbox.Line(
                                    runs,
                                    ". " + SCRIPT,
                                    variables,
                                    room.scratch().resolve("log"),
                                    Watch.NONE,
                                    traces.resolve("trace"),
                                    traces.resolve("times" + runs++),
                                    Unit.Network.NONE));
        }
    }

    private static String text(Job job) {
        StringBuilder text = new StringBuilder("(cd ").append(Interview.quoted(List.of(job.folder())));
        job.commands().forEach(command -> text.append(" && ").append(Interview.quoted(command)));
        return text.append(") && : >")
                .append(Interview.quoted(List.of(path(job.name()) + ".done")))
                .append(" || :\n")
                .toString();
    }

    /** The file that a job made; empty where it failed. */
    Optional<Path> made(Job job) throws IOException {
        Path file = physical(path(job.name()));
        boolean succeeded = Files.exists(physical(path(job.name()) + ".done")) && Files.isRegularFile(file);
        return succeeded ? Optional.of(file) : Optional.empty();
    }

    /** Removes what a job made. */
    void clear(Job job) throws IOException {
        for (String more : List.of("", ".done", ".s")) {
            Files.deleteIfExists(physical(path(job.name()) + more));
        }
    }
}
