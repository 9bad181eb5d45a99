package dev.cutoff.build;

import dev.cutoff.decide.Continuation;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.observe.Trace;
import dev.cutoff.observe.UseCollector;
import dev.cutoff.stage.BuildFolders;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.StatCache.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What an earlier build had left and a build goes on from, in that build's room. */
final class Restored {

    private final Session session;
    private final Sandbox.Room room;
    private final Start start;
    private final Tree sources;
    private final String buildPrefix;
    private final String artifactPrefix;
    private final Tree artifact;
    private final TakenSteps taken;
    private final Set<Integer> installed = new HashSet<>();
    private Map<String, BuildFolders.Brought> brought = Map.of();

    /** @param sources what was staged in the room */
    Restored(Session session, Sandbox.Room room, Start start, Tree sources) throws IOException {
        this.session = session;
        this.room = room;
        this.start = start;
        this.sources = sources;
        this.buildPrefix = Place.source(room.unit().name()) + "/";
        this.artifactPrefix = Place.artifact(room.unit().name()) + "/";
        this.artifact = session.store()
                .trees()
                .load(start.base().record().artifact())
                .orElse(new Tree(dev.cutoff.model.Digest.EMPTY, new java.util.TreeMap<>()));
        this.taken = new TakenSteps(start, sources);
    }

    /** Lets the compilers of the build take over what the earlier build's had made; the observing library must be there. */
    void offer() throws IOException {
        taken.write(
                room.scratch().resolve("trace").resolve(TakenSteps.FOLDER),
                session.store().blobs());
    }

    /** What was brought back, by its path relative to the build folder. */
    Map<String, BuildFolders.Brought> brought() {
        return brought;
    }

    /**
     * Brings the build folder to where the earlier build had left it, without what has to be made anew.
     *
     * @return false where some of it is lost
     */
    boolean bringBack() throws IOException {
        Optional<Map<String, BuildFolders.Brought>> back = new BuildFolders(session.store())
                .restore(start.folder(), session.sandbox().sourceFolder(room), sources, this::isGone);
        back.ifPresent(all -> brought = all);
        return back.isPresent() && !artifact.isEmpty();
    }

    /**
     * The same where the folder that the earlier build worked in still stands: it is moved there, sources and all.
     *
     * @return false where it does not, and then nothing stands there
     */
    boolean takeInPlace() throws IOException, Staging.SourcesChanged {
        Path folder = session.sandbox().sourceFolder(room);
        String source = room.unit().source();
        Optional<Map<String, Stat>> left = artifact.isEmpty()
                ? Optional.empty()
                : session.store()
                        .leftFolders()
                        .take(room.unit().name(), start.base().record().tree().orElseThrow(), folder);
        Optional<Map<String, BuildFolders.Brought>> stays = left.isEmpty()
                ? Optional.empty()
                : new BuildFolders(session.store())
                        .update(
                                start.folder(),
                                left.get(),
                                folder,
                                Path.of(source.isEmpty() ? "/" : source),
                                sources,
                                this::isGone);
        if (stays.isEmpty()) {
            Scratch.delete(folder);
            return false;
        }
        brought = stays.get();
        return true;
    }

    /** Whether what was made at a path, relative to the build folder, has to be made anew. */
    private boolean isGone(String path) {
        return start.rerun().gone().contains(buildPrefix + path);
    }

    /** Lines that are not run have their part of the artifact put back in their turn. */
    boolean before(int line) throws IOException {
        boolean runs = start.rerun().lines().contains(line);
        if (!runs) {
            install(line);
        }
        return runs;
    }

    /** Puts back what is left to be put back. */
    void finish() throws IOException {
        for (int line = 0; line < room.unit().build().size(); line++) {
            before(line);
        }
    }

    private void install(int line) throws IOException {
        if (!installed.add(line)) {
            return;
        }
        NavigableSet<String> wanted = new TreeSet<>();
        BuildRecord base = start.base().record();
        for (Step step : base.steps()) {
            if (step.line() == line) {
                step.writes().stream()
                        .filter(path -> path.startsWith(artifactPrefix))
                        .filter(path -> !start.rerun().gone().contains(path))
                        .map(path -> path.substring(artifactPrefix.length()))
                        .forEach(wanted::add);
            }
        }
        Path out = session.sandbox().artifactFolder(room);
        for (String path : wanted) {
            Tree.Entry entry = artifact.at(path);
            Path to = out.resolve(path);
            if (entry == null || Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            Files.createDirectories(to.getParent());
            switch (entry) {
                case Tree.Folder _ -> Files.createDirectory(to);
                case Tree.Link link -> Files.createSymbolicLink(to, Path.of(link.target()));
                case Tree.File file -> {
                    Files.write(
                            to,
                            session.store()
                                    .blobs()
                                    .read(file.digest())
                                    .orElseThrow(
                                            () -> new IOException("a blob of the artifact is damaged; run again")));
                    Files.setPosixFilePermissions(
                            to, PosixFilePermissions.fromString(file.executable() ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    /** Tells a trace what its build found. */
    void tell(Trace trace) {
        for (String path : brought.keySet()) {
            Tree.Entry entry = start.folder().outputs().at(path);
            trace.finds(
                    buildPrefix + path,
                    entry instanceof Tree.Link link ? Optional.of(link.target()) : Optional.empty());
        }
    }

    Continuation continuation(UseCollector.Uses uses, Tree staged) throws IOException {
        List<Step> steps = new ArrayList<>(uses.steps());
        for (Map.Entry<Integer, Integer> pair : uses.taken().entrySet()) {
            if (taken.isAsFound(pair.getValue(), path -> session.sandbox().physical(room, path))) {
                Step earlier = start.base().record().steps().get(pair.getValue());
                steps.set(pair.getKey(), steps.get(pair.getKey()).repeatableBy(earlier.repeatable()));
            }
        }
        return new Continuation(start.base().record(), start.rerun(), steps, uses.uses(), uses.found(), uses.taken())
                .without(path ->
                        path.startsWith(buildPrefix) && staged.at(path.substring(buildPrefix.length())) == null);
    }

    /** See {@link Continuation#objection}. */
    Optional<String> objection(Continuation continuation) {
        return continuation.objection(this::stood, this::stands);
    }

    private boolean stood(String path) {
        Tree.Entry entry = null;
        if (path.startsWith(buildPrefix)) {
            entry = start.folder().outputs().at(path.substring(buildPrefix.length()));
        } else if (path.startsWith(artifactPrefix)) {
            entry = artifact.at(path.substring(artifactPrefix.length()));
        }
        return entry != null && !(entry instanceof Tree.Folder);
    }

    private boolean stands(String path) {
        return session.sandbox()
                .physical(room, path)
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .isPresent();
    }
}
