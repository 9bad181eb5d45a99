package dev.cutoff.build;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.HostFiles;
import dev.cutoff.store.StatCache.Stat;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.StatLog.Scope;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The up-to-date check: a run that kept everything says what it rested on, and the next one that is asked for the same and
 * finds all of it as it was has the same outcome, without taking a single decision.
 *
 * <p>What a decision rests on is of four sorts, and each is found again or nothing is taken over: what was asked for and of
 * which program (the key); files of the workspace and the marks of the store, by the stat that the run had taken before it
 * relied on them; the machine's answers, which are asked anew ({@link HostFiles}); and what is there to build with. A stamp
 * that was not settled when the run began, or anything that no stat tells of ({@link StatLog#gap}), and nothing is left
 * behind. A run that decides anything removes what was left before it begins.
 *
 * <p>All or nothing: where one file differs, every unit is judged ({@link Engine}), as its consumers may have to be.
 */
public final class UpToDate {

    private static final String FILE = "up-to-date";

    private final InstantSource clock;
    private final Optional<String> key;
    private final Path root;
    private final Path store;
    private final Workspace workspace;
    private final StatLog log = new StatLog();
    private long began;
    private long until = Long.MAX_VALUE;

    /**
     * The check for one run. Nothing is taken over, and nothing left, where a unit is forced, where the store is still to be
     * made, or where the program does not stand in one file.
     *
     * @param root the workspace's folder, a real path
     * @param store the store's folder, there or not
     */
    public UpToDate(Path root, Path store, Request request) {
        this(root, store, request, program(), InstantSource.system());
    }

    /**
     * The check for a run of a front end.
     *
     * @param root the folder that Cutoff's own stands in
     * @param asked all that the front end was asked for beside the request, as text; empty where that can't be taken over
     */
    public UpToDate(Path root, Path store, Request request, Optional<String> asked) {
        this(
                root,
                store,
                asked.flatMap(text -> key(root, store, request, program()).map(key -> key + "\n" + text)),
                InstantSource.system());
    }

    /** @param program whose stamps change whenever the rules do */
    UpToDate(Path root, Path store, Request request, Path program, InstantSource clock) {
        this(root, store, key(root, store, request, program), clock);
    }

    private UpToDate(Path root, Path store, Optional<String> key, InstantSource clock) {
        this.clock = clock;
        this.store = store;
        this.root = root;
        this.workspace = new Workspace(root);
        this.key = key;
    }

    private static Path program() {
        return Path.of(System.getProperty("java.class.path", ""));
    }

    private static Optional<String> key(Path root, Path store, Request request, Path program) {
        try {
            Optional<Stat> stat = Scope.TARGET.look(program).filter(Stat::file);
            if (stat.isEmpty() || !request.forced().isEmpty() || !Files.isDirectory(store)) {
                return Optional.empty();
            }
            return Optional.of(String.join(
                    "\n",
                    program.toString(),
                    text(stat.get()),
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"),
                    System.getProperty("user.name"),
                    StackLimit.lower().orElse("the usual stack"),
                    root.toString(),
                    store.toRealPath().toString(),
                    String.join(" ", request.units()),
                    request.policy().map(Policy::word).orElse("its own"),
                    request.trust().map(Trust::word).orElse("its own"),
                    request.debugInfoCounts() ? "debug information" : "",
                    request.probing().word()));
        } catch (IOException e) {
            // Whoever works there will say so.
            return Optional.empty();
        }
    }

    private static String text(Stat stat) {
        return stat.size() + " " + stat.device() + " " + stat.inode() + " " + stat.mtime() + " " + stat.ctime();
    }

    private Path file() {
        return workspace.folder().resolve(FILE);
    }

    /**
     * The outcomes of the run before, where this one would have the same.
     *
     * @param whoWaits told who holds the workspace, where somebody does
     */
    public Optional<List<Outcome>> outcomes(Consumer<String> whoWaits) throws InterruptedException {
        return outcomes(whoWaits, _ -> {});
    }

    /** What is done with outcomes that stand, while the workspace is held. */
    public interface Then {
        void with(List<Outcome> outcomes) throws InterruptedException;
    }

    /** The same, with something to be done before another run can change what stands. */
    public Optional<List<Outcome>> outcomes(Consumer<String> whoWaits, Then then) throws InterruptedException {
        if (key.isEmpty() || !Files.isRegularFile(file())) {
            return Optional.empty();
        }
        try (Workspace.Hold _ = workspace.hold(whoWaits)) {
            Optional<List<Outcome>> outcomes = standing();
            if (outcomes.isPresent()) {
                then.with(outcomes.get());
            }
            return outcomes;
        }
    }

    private Optional<List<Outcome>> standing() throws InterruptedException {
        try {
            Optional<UpToDateFile.Content> left = read();
            return left.isPresent() && holds(left.get())
                    ? Optional.of(left.get().outcomes())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<UpToDateFile.Content> read() throws IOException {
        try {
            return UpToDateFile.decode(Files.readAllBytes(file()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private boolean holds(UpToDateFile.Content left) throws IOException, InterruptedException {
        long now = clock.millis();
        if (!key.equals(Optional.of(left.key())) || now < left.made() || now >= left.until()) {
            return false;
        }
        FutureTask<Boolean> fit = background(UpToDate::isMachineFit);
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean differs = new AtomicBoolean();
        FutureTask<Boolean> half = background(() -> areSeenAgain(left.blocks(), next, differs));
        boolean same = areSeenAgain(left.blocks(), next, differs) && confirms(left);
        return same && result(half) && result(fit);
    }

    private interface Question {
        boolean ask() throws IOException, InterruptedException;
    }

    private static FutureTask<Boolean> background(Question question) {
        FutureTask<Boolean> task = new FutureTask<>(question::ask);
        Thread.ofPlatform().daemon().name("cutoff-look").start(task);
        return task;
    }

    private static boolean result(FutureTask<Boolean> task) throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Takes blocks of looks one by one, as another thread does, and looks again. */
    private static boolean areSeenAgain(List<ByteBuffer> blocks, AtomicInteger next, AtomicBoolean differs)
            throws IOException {
        int block = next.getAndIncrement();
        while (block < blocks.size() && !differs.get()) {
            boolean same = UpToDateFile.looks(blocks.get(block), look -> look.isSeenAgain());
            if (!same) {
                differs.set(true);
            }
            block = next.getAndIncrement();
        }
        return !differs.get();
    }

    /** Whether the machine gives the same answers, where files count as hashed whose stat is the same. */
    private static boolean confirms(UpToDateFile.Content left) {
        Map<String, StatLog.Hashed> known = new HashMap<>();
        left.hashes().forEach(hashed -> known.put(hashed.path(), hashed));
        HostFiles host = new HostFiles(file -> {
            StatLog.Hashed before = known.get(file.toString());
            if (before == null || !Scope.TARGET.look(file).equals(Optional.of(before.stat()))) {
                throw new IOException("to be hashed again");
            }
            return before.digest();
        });
        return host.confirms(left.answers());
    }

    /** Whether builds would be confined and observed; what {@link Session#lacks} tells must be told. */
    private static boolean isMachineFit() throws IOException, InterruptedException {
        Observers observers = Observers.find();
        return observers.choose(Optional.empty(), true, false) != Watch.NONE
                && Bubblewrap.find(observers).isPresent();
    }

    /** Begins a run that takes decisions; to be called before anything is read for it, the store first of all. */
    public void begin() {
        began = clock.millis();
        try {
            log.look(root.resolve("cutoff.toml"), Scope.TARGET);
            log.look(workspace.out(), Scope.ENTRY);
            for (Path landmark : Store.landmarks(store)) {
                log.look(landmark, Scope.ENTRY);
            }
        } catch (IOException e) {
            log.gap();
        }
    }

    /** What the run is to log what it rests on to. */
    public StatLog log() {
        return log;
    }

    /** Removes what an earlier run has left. To be called by who holds the workspace, before the first decision. */
    public void forget() {
        try {
            Files.deleteIfExists(file());
        } catch (IOException e) {
            throw Failure.io("removing " + file(), e);
        }
    }

    /** What the run rests on counts no longer than until then. */
    public void until(Instant end) {
        until = Math.min(until, end.toEpochMilli());
    }

    /** Leaves the outcomes of a run for the next one, where it kept everything. To be called by who holds the workspace. */
    public void remember(Session session, List<Outcome> outcomes) {
        remember(List.of(session), outcomes);
    }

    /** The same of a run that had several graphs, one after the other. */
    public void remember(List<Session> sessions, List<Outcome> outcomes) {
        Optional<Set<HostFiles.Answer>> answers = answers(sessions);
        boolean fit =
                sessions.stream().allMatch(UpToDate::isFit) && outcomes.stream().allMatch(UpToDateFile::isPlain);
        try {
            log.look(workspace.folder().resolve("decisions"), Scope.ENTRY_KIND);
            Store opened = sessions.getFirst().store();
            if (key.isPresent() && fit && answers.isPresent() && log.isWhole() && isSettled(opened)) {
                write(new UpToDateFile.Content(
                        key.get(),
                        began,
                        Math.min(until, opened.notedUntil()),
                        UpToDateFile.blocks(log.looks()),
                        log.hashes(),
                        List.copyOf(answers.get()),
                        outcomes));
            }
        } catch (IOException e) {
            throw Failure.io("writing " + file(), e);
        }
    }

    private static boolean isFit(Session session) {
        return session.lacks(Optional.empty()).isEmpty()
                && session.project().graph().units().stream()
                        .allMatch(unit -> unit.options().git() == Unit.Git.NONE);
    }

    /** What the machine said to all; of answers that differ one is not confirmed. */
    private static Optional<Set<HostFiles.Answer>> answers(List<Session> sessions) {
        Set<HostFiles.Answer> all = new LinkedHashSet<>();
        for (Session session : sessions) {
            Optional<List<HostFiles.Answer>> answers = session.host().answers();
            if (answers.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(answers.get());
        }
        return Optional.of(all);
    }

    /** Whether all that changes from the run's begin on gets other stamps than were seen. */
    private boolean isSettled(Store opened) {
        return log.looks().stream()
                        .allMatch(look -> look.seen()
                                .filter(stat -> !opened.stats().isSettled(Path.of(look.path()), stat, began))
                                .isEmpty())
                && log.hashes().stream()
                        .allMatch(hashed -> opened.stats().isSettled(Path.of(hashed.path()), hashed.stat(), began));
    }

    /** A shortcut that can't be written, on a full disk, is none: the run itself has kept everything. */
    private void write(UpToDateFile.Content content) throws IOException {
        Path made = file().resolveSibling("." + FILE + ".tmp");
        try {
            Files.write(made, UpToDateFile.encode(content));
            Files.move(made, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(made);
        }
    }
}
