package dev.cutoff.build;

import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Use;
import dev.cutoff.observe.Trace;
import dev.cutoff.observe.UseCollector;
import dev.cutoff.stage.BuildFolders;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Scratch;
import dev.cutoff.tool.TrialCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;

/** A room in which steps are tried: the unit's present sources, the machine, and needs as they are or were. */
final class TrialRoom implements AutoCloseable {

    private static final String FOLDER = Place.TMP + "/cutoff-trial";

    private static final String SCRIPT = FOLDER + "/run";

    /**
     * Commands to be run one after another, each only after the one before it succeeded.
     *
     * @param name of what is known of them, and of the file that they make, if it is one of ours; by {@link #path}
     */
    record Job(String name, String folder, SortedMap<String, String> variables, List<List<String>> commands) {}

    private final Session session;
    private final Sandbox.Room room;
    private final Tree sources;
    private final SortedMap<String, Tree> needs;
    private final List<Path> traces = new ArrayList<>();
    private final long began = System.currentTimeMillis();
    private Map<String, BuildFolders.Brought> brought = Map.of();
    private int runs;

    private TrialRoom(Session session, Sandbox.Room room, Tree sources, SortedMap<String, Tree> needs) {
        this.session = session;
        this.room = room;
        this.sources = sources;
        this.needs = needs;
    }

    /**
     * Makes a room.
     *
     * @param made the build folder as it was kept; empty where nothing of it is wanted
     * @param wanted what of it is to stand in the room, by paths relative to it
     */
    static TrialRoom open(
            Session session,
            Unit unit,
            Tree sources,
            SortedMap<String, Tree> needs,
            Optional<BuildFolders.Stored> made,
            Predicate<String> wanted)
            throws IOException, Staging.SourcesChanged {
        Path scratch = session.store().scratch().folder("trial-" + unit.name());
        TrialRoom room = new TrialRoom(
                session,
                new Sandbox.Room(unit, scratch, Rooms.needs(session, needs), Sandbox.Purpose.BUILD),
                sources,
                needs);
        try {
            Sandbox sandbox = session.sandbox();
            sandbox.prepare(room.room);
            sandbox.artifactFolder(room.room);
            Staging.copy(
                    sources,
                    Path.of(unit.source().isEmpty() ? "/" : unit.source()),
                    sandbox.sourceFolder(room.room),
                    session.store().stats());
            Files.createDirectories(room.physical(FOLDER));
            if (made.isPresent()) {
                room.brought = new BuildFolders(session.store())
                        .restore(made.get(), sandbox.sourceFolder(room.room), sources, path -> !wanted.test(path))
                        .orElseThrow(() -> new IOException("the build folder that was kept is damaged"));
            }
            return room;
        } catch (IOException | Staging.SourcesChanged e) {
            room.close();
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

    /** What stands in the build folder of what was kept, by relative path. */
    Map<String, BuildFolders.Brought> brought() {
        return brought;
    }

    /** The bytes of a file, by its path as programs in the room see it; empty where there is none. */
    Optional<byte[]> read(String path) throws IOException {
        Optional<Path> file = session.sandbox().physical(room, path).filter(Files::isRegularFile);
        return file.isEmpty() ? Optional.empty() : Optional.of(Files.readAllBytes(file.get()));
    }

    /** Where a path, as programs in the room see it, is on the machine. */
    Path physical(String path) throws IOException {
        return session.sandbox()
                .physical(room, path)
                .orElseThrow(() -> new IOException(path + " is nowhere in the room"));
    }

    /**
     * Runs jobs.
     *
     * @param observed whether {@link #uses} is to tell of them
     */
    void run(List<Job> jobs, boolean observed) throws IOException, InterruptedException {
        List<Job> waiting = new ArrayList<>(jobs);
        while (!waiting.isEmpty()) {
            SortedMap<String, String> variables = waiting.getFirst().variables();
            StringBuilder script = new StringBuilder();
            // In their order: one may need what another makes.
            while (!waiting.isEmpty() && waiting.getFirst().variables().equals(variables)) {
                script.append(text(waiting.removeFirst()));
            }
            // As an argument it could be too long.
            Files.writeString(physical(SCRIPT), script);
            Path folder = Files.createDirectories(room.scratch().resolve("trace"));
            Path trace = folder.resolve("trace-" + runs);
            // Beside strace, a trial would take longer than what it saves.
            boolean seen = observed && session.watch(Optional.empty(), false) == Watch.PRELOAD;
            Lines.run(
                    session.sandbox(),
                    room,
                    new Sandbox.Line(
                            runs,
                            ". " + SCRIPT,
                            variables,
                            log(),
                            seen ? Watch.PRELOAD : Watch.NONE,
                            trace,
                            folder.resolve("times" + runs++),
                            Unit.Network.NONE));
            if (seen) {
                traces.add(trace);
            }
        }
    }

    private Path log() {
        return room.scratch().resolve("log");
    }

    /**
     * All that the jobs relied on which were run here observed, but for what is the room's own; empty where some were not, or not
     * all was seen.
     */
    Optional<List<Use>> uses() {
        RoomUses seen = new RoomUses(session, room, needs);
        return collect(seen, seen.trace(log()).taking(TrialCommand::asInBuild)).map(uses -> ofOthers(uses.uses()));
    }

    /** The same, and more, of commands that are those of the build: what the room has of its folder was made there. */
    Optional<UseCollector.Uses> usesOfBuild() {
        RoomUses seen = new RoomUses(session, room, needs);
        Trace trace = seen.trace(log());
        brought.forEach((path, was) -> trace.finds(
                Place.source(room.unit().name()) + "/" + path,
                was.entry() instanceof Tree.Link link ? Optional.of(link.target()) : Optional.empty()));
        return collect(seen, trace);
    }

    private Optional<UseCollector.Uses> collect(RoomUses seen, Trace trace) {
        if (traces.isEmpty()) {
            return Optional.empty();
        }
        for (int i = 0; i < traces.size(); i++) {
            trace.add(i, traces.get(i), Place.source(room.unit().name()));
        }
        UseCollector.Uses uses = seen.collect(trace, sources, began);
        return trace.gaps().isEmpty() ? Optional.of(uses) : Optional.empty();
    }

    /** Uses but for those of the room's own. */
    static List<Use> ofOthers(List<Use> uses) {
        return uses.stream()
                .filter(use -> !Place.within(use.fact().entity(), FOLDER))
                .toList();
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
        return succeeded(job) && Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** Whether all commands of a job that was run ended well. */
    boolean succeeded(Job job) throws IOException {
        return Files.exists(physical(path(job.name()) + ".done"));
    }

    /** Removes what a job made. */
    void clear(Job job) throws IOException {
        for (String more : List.of("", ".done", ".s")) {
            Files.deleteIfExists(physical(path(job.name()) + more));
        }
    }
}
