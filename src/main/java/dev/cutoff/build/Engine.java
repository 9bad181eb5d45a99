package dev.cutoff.build;

import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.DueCheck;
import dev.cutoff.decide.Provisos;
import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.BuildFolders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the graph: each unit is judged when its needs are known, and built if it must be. A need that was rebuilt
 * to the same facts stops the wave there, since its consumers are judged by what came out of it.
 */
public final class Engine {

    private final Session session;
    private final Request request;
    private final Progress progress;
    private final Judge judge;
    private final Witness witness;
    private final boolean isWitnessed;
    private final JobSlots slots;
    private final Map<String, Tree> artifacts = new ConcurrentHashMap<>();
    private volatile boolean badInput;

    public Engine(Session session, Request request, Progress progress) {
        this(session, request, progress, Witness.NONE);
    }

    /** @param witness of the decisions of {@link #plan} */
    public Engine(Session session, Request request, Progress progress, Witness witness) {
        this.session = session;
        this.request = request;
        this.progress = progress;
        this.judge = new Judge(session, request, witness);
        this.witness = witness;
        this.isWitnessed = !witness.equals(Witness.NONE);
        this.slots = new JobSlots(request.jobs());
        artifacts.putAll(session.project().given());
    }

    /** Says what would be done, and touches nothing. A unit that depends on one to be built may have to wait. */
    public List<Outcome> plan() {
        checkForced();
        List<Outcome> outcomes = new ArrayList<>();
        List<Unit> units = wanted();
        session.store().expects(units.stream().map(Unit::name).toList());
        progress.begins(units.size());
        Expected expected = new Expected(new HashSet<>(), new HashSet<>());
        for (Unit unit : units) {
            long began = System.nanoTime();
            Outcome outcome = planned(unit, expected, began);
            switch (outcome.decision().action()) {
                case FAIL, SKIPPED -> expected.lost.add(unit.name());
                case MAYBE -> expected.maybe.add(unit.name());
                default -> {}
            }
            outcomes.add(outcome);
            progress.done(outcome);
        }
        progress.ends();
        return outcomes;
    }

    /**
     * What a plan expects.
     *
     * @param lost units that will have no artifact
     * @param maybe units that a probe may keep
     */
    private record Expected(Set<String> lost, Set<String> maybe) {}

    private Outcome planned(Unit unit, Expected expected, long began) {
        Judged judged;
        try {
            judged = judge.judge(unit, this::artifact, false);
        } catch (Failure e) {
            if (e.kind() != Failure.Kind.INPUT || isWitnessed) {
                throw e;
            }
            return unreadable(unit, began, e);
        }
        judged.artifact().ifPresent(tree -> artifacts.put(unit.name(), tree));
        Optional<DueCheck> due = dueCheck(judged);
        witness.judged(judged, due);
        return outcome(expected(judged, due, expected), judged.candidate(), began, 0, "");
    }

    /** What is wrong with one unit's sources or what describes them is that unit's failure. */
    private Outcome unreadable(Unit unit, long began, Failure why) {
        badInput = true;
        Decision none = new Decision(unit.name(), Action.FAIL, List.of(), null, "");
        return failed(Reason.Kind.BUILD, none, began, why.getMessage());
    }

    private Optional<DueCheck> dueCheck(Judged judged) {
        return judged.unit().check().isEmpty()
                ? Optional.empty()
                : judged.artifact().flatMap(tree -> knownChecks(judged.unit()).due(tree));
    }

    /** Checks with the needs whose artifacts are known. */
    private Checks knownChecks(Unit unit) {
        SortedMap<String, Tree> needs = new TreeMap<>();
        session.project()
                .graph()
                .closure(unit.name())
                .forEach(need -> artifact(need).ifPresent(tree -> needs.put(need, tree)));
        return new Checks(session, unit, needs);
    }

    private Decision expected(Judged judged, Optional<DueCheck> due, Expected expected) {
        Unit unit = judged.unit();
        Optional<String> need =
                unit.needs().stream().filter(expected.lost::contains).findFirst();
        if (need.isPresent()) {
            return Provisos.skipped(unit.name(), need.get());
        }
        if (judged.decision().action() == Action.WAIT) {
            return Provisos.waitingFor(judged.decision(), expected.maybe);
        }
        Candidate kept = judged.candidate();
        if (due.isEmpty() || kept == null) {
            return judged.decision();
        }
        boolean asBuilt = due.get().hasFailed() && knownChecks(unit).haveNeedsOf(kept.record());
        return Provisos.checkDue(judged.decision(), due.get(), asBuilt);
    }

    /** The units that the run is about; what is given is there already. */
    private List<Unit> wanted() {
        return session.project().graph().reaching(request.units()).stream()
                .filter(unit -> !isGiven(unit.name()))
                .toList();
    }

    private boolean isGiven(String unit) {
        return session.project().given().containsKey(unit);
    }

    private void checkForced() {
        for (String name : request.forced()) {
            if (!name.equals(Request.ALL)) {
                session.project().graph().unit(name);
            }
        }
    }

    /** The artifact of a unit, given, kept or built; empty where there is none. */
    public Optional<Tree> artifact(String unit) {
        return Optional.ofNullable(artifacts.get(unit));
    }

    /** Does it: the outcome of each unit that the request reaches, in the order of the graph. */
    public List<Outcome> build() throws InterruptedException {
        checkForced();
        List<Unit> units = wanted();
        session.store().expects(units.stream().map(Unit::name).toList());
        progress.begins(units.size());
        session.lacks(request.watch()).ifPresent(progress::note);
        try {
            Schedule schedule = new Schedule(units);
            int workers = session.sandbox().confines() ? request.jobs() : 1;
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < Math.min(workers, units.size()); i++) {
                threads.add(Thread.ofPlatform().name("cutoff-worker-" + i).start(() -> work(schedule)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            return schedule.outcomes();
        } finally {
            progress.ends();
        }
    }

    private void work(Schedule schedule) {
        try {
            Unit unit;
            while ((unit = schedule.next()) != null) {
                Outcome outcome = schedule.blocked(unit).orElse(null);
                if (outcome == null) {
                    outcome = process(unit, schedule);
                }
                synchronized (progress) {
                    progress.done(outcome);
                }
                schedule.finished(unit, outcome);
            }
        } catch (InterruptedException e) {
            schedule.abort(Failure.environment("interrupted"));
        } catch (RuntimeException | Error e) {
            schedule.abort(e);
        }
    }

    private Outcome process(Unit unit, Schedule schedule) throws InterruptedException {
        long began = System.nanoTime();
        Judged judged;
        try {
            judged = judge.judge(unit, this::artifact, true);
        } catch (Failure e) {
            if (e.kind() != Failure.Kind.INPUT) {
                throw e;
            }
            return unreadable(unit, began, e);
        }
        SortedMap<String, Tree> needs = new TreeMap<>();
        if (judged.decision().action() != Action.KEEP || !unit.check().isEmpty()) {
            // Whoever is kept without a check has no use for them, and in a deep graph they are many.
            for (String need : session.project().graph().closure(unit.name())) {
                needs.put(need, artifact(need).orElseThrow(() -> Failure.bug(need + " has no artifact")));
            }
        }
        try {
            return carryOut(judged, needs, schedule, began);
        } catch (IOException e) {
            throw Failure.io("building " + unit.name(), e);
        } catch (Failure e) {
            if (e.kind() != Failure.Kind.INPUT) {
                throw e;
            }
            // A mistake in one unit's recipe is that unit's failure.
            badInput = true;
            return failed(Reason.Kind.BUILD, judged.decision(), began, e.getMessage());
        }
    }

    /** After a plan: the build trees that a rebuild of a unit could go on from, nearest first. */
    public List<TreeChoice> trees(String name) throws InterruptedException {
        Unit unit = session.project().graph().unit(name);
        if (!mayGoOn(unit)) {
            return List.of();
        }
        try {
            Judged judged = judge.judge(unit, this::artifact, false);
            return judge.look(unit, judged.sources(), this::artifact, present -> Start.choices(judged, present));
        } catch (IOException e) {
            throw Failure.io("looking for build trees of " + name, e);
        }
    }

    /** Whether builds of a unit may go on from earlier ones at all: where nobody watches, none can be checked. */
    private boolean mayGoOn(Unit unit) {
        return request.trees()
                && !request.watch().equals(Optional.of(Watch.NONE))
                && unit.options().keepTree()
                && session.sandbox().confines()
                && !session.store().isNotIncremental(unit.name());
    }

    /** The exit code of a plan: 2 where a unit's sources are at fault, else 0. */
    public int planExitCode() {
        return badInput ? Failure.Kind.INPUT.exitCode() : 0;
    }

    /** The exit code of the run: 0, 1 where a unit failed, 2 where one's recipe or sources are at fault. */
    public int exitCode(List<Outcome> outcomes) {
        boolean failed = outcomes.stream()
                .anyMatch(o ->
                        o.decision().action() == Action.FAIL || o.decision().action() == Action.SKIPPED);
        if (!failed) {
            return 0;
        }
        return (badInput ? Failure.Kind.INPUT : Failure.Kind.BUILD).exitCode();
    }

    private Outcome carryOut(Judged judged, SortedMap<String, Tree> needs, Schedule schedule, long began)
            throws IOException, InterruptedException {
        Unit unit = judged.unit();
        Decision decision = judged.decision();
        Checks checks = new Checks(session, unit, needs);
        boolean supersede =
                request.isForced(unit.name()) || decision.reasons().stream().anyMatch(Engine::isOfStore);
        if (decision.action() == Action.KEEP) {
            Tree artifact = judged.artifact().orElseThrow();
            Optional<String> failure = Optional.empty();
            if (checks.areDue(artifact)) {
                synchronized (progress) {
                    progress.checks(unit.name());
                }
                failure = checked(checks, artifact, schedule);
            }
            if (failure.isEmpty()) {
                judged.renewed().ifPresent(record -> session.store().commit(record, false));
                publish(unit, artifact);
                return outcome(decision, judged.candidate(), began, 0, "");
            }
            Candidate kept = judged.candidate();
            if (kept != null && checks.haveNeedsOf(kept.record())) {
                return failed(
                        Reason.Kind.CHECK,
                        decision,
                        began,
                        failure.get() + "\n  all that its build relied on is the same: it is not built again (--force "
                                + unit.name() + " does)");
            }
            decision = Provisos.checkFailed(
                    decision, failure.get().lines().findFirst().orElse(""));
            supersede = true;
        }
        return rebuild(judged, decision, needs, checks, supersede, schedule);
    }

    private static boolean isOfStore(Reason reason) {
        return reason.kind() == Reason.Kind.STORE;
    }

    private static boolean isOfCheck(Decision decision) {
        return decision.reasons().stream().anyMatch(reason -> reason.kind() == Reason.Kind.CHECK);
    }

    private Optional<String> checked(Checks checks, Tree artifact, Schedule schedule)
            throws IOException, InterruptedException {
        int jobs = slots.take(schedule.ready());
        try {
            return checks.run(artifact, jobs);
        } finally {
            slots.giveBack(jobs);
        }
    }

    private Outcome rebuild(
            Judged judged,
            Decision decision,
            SortedMap<String, Tree> needs,
            Checks checks,
            boolean supersede,
            Schedule schedule)
            throws IOException, InterruptedException {
        Unit unit = judged.unit();
        int jobs = slots.take(schedule.ready());
        // The wait for others is not this unit's time.
        long began = System.nanoTime();
        synchronized (progress) {
            Candidate nearest = judged.candidate();
            progress.builds(decision, nearest == null ? 0 : nearest.record().seconds());
        }
        UnitBuild.Built built;
        try {
            built = new UnitBuild(session, unit, judged.inputs(), needs, request.watch(), request.trees())
                    .run(
                            judged.sources(),
                            judged.escaped(),
                            jobs,
                            sources -> start(judged, decision, sources),
                            judged.begun());
        } catch (BuildFailed e) {
            return failed(Reason.Kind.BUILD, decision, began, e.getMessage());
        } finally {
            slots.giveBack(jobs);
            if (judged.begun().isPresent()) {
                judged.begun().get().close();
            }
        }
        BuildRecord record = built.record();
        // What the build gave and relied on is so whatever its check says: with a record, it is not built in vain
        // again.
        var row = session.store().commit(record, supersede);
        if (record.trust() == Trust.CLEAN) {
            Optional<String> told = judge.look(
                    unit,
                    judged.sources(),
                    this::artifact,
                    present -> new CleanTruth(judged, present, session.store())
                            .judge(built.artifact(), row, () -> again(judged, needs)));
            if (told.isPresent()) {
                synchronized (progress) {
                    progress.note(unit.name() + " " + told.get());
                }
            }
        }
        if (isOfCheck(decision) && decision.record() != null) {
            // Its facts hold too, and it would be preferred.
            session.store().supersede(decision.record());
        }
        // Another record with the same facts may stand already: the first one wins, with its artifact.
        Tree artifact = row.artifact().equals(built.artifact().root())
                ? built.artifact()
                : session.store().trees().load(row.artifact()).orElse(built.artifact());
        if (checks.areDue(artifact)) {
            Optional<String> failure = checked(checks, artifact, schedule);
            if (failure.isPresent()) {
                return failed(Reason.Kind.CHECK, decision, began, failure.get());
            }
        }
        publish(unit, artifact);
        for (String gap : record.observation().gaps()) {
            synchronized (progress) {
                progress.note(unit.name() + " can't be kept next time: " + gap);
            }
        }
        if (record.observation().method().equals(Watch.PRELOAD.word())
                && !record.observation().escaped().isEmpty()) {
            synchronized (progress) {
                progress.note(unit.name() + ": " + session.sequel());
            }
        }
        if (!built.note().isEmpty()) {
            synchronized (progress) {
                progress.note(unit.name() + " " + built.note());
            }
        }
        Action action = built.relinked() ? Action.RELINK : decision.action();
        Decision done = new Decision(decision.unit(), action, decision.reasons(), decision.record(), built.from());
        return new Outcome(done, Optional.of(record.trust()), since(began), built.cpuSeconds(), 0, "");
    }

    /** Where the unit's build may go on from. */
    private Optional<Start> start(Judged judged, Decision decision, Tree sources)
            throws IOException, InterruptedException {
        boolean wanted = mayGoOn(judged.unit())
                && decision.reasons().stream()
                        .noneMatch(reason -> reason.kind() == Reason.Kind.FORCED || reason.kind() == Reason.Kind.CHECK);
        if (!wanted) {
            return Optional.empty();
        }
        return judge.look(
                judged.unit(),
                sources,
                this::artifact,
                present -> Start.nearest(judged, present, new BuildFolders(session.store())));
    }

    /** Builds in an empty folder once more. */
    private Tree again(Judged judged, SortedMap<String, Tree> needs)
            throws IOException, InterruptedException, BuildFailed {
        return new UnitBuild(session, judged.unit(), judged.inputs(), needs, request.watch(), false)
                .run(judged.sources(), judged.escaped(), request.jobs(), _ -> Optional.empty(), Optional.empty())
                .artifact();
    }

    private static Outcome failed(Reason.Kind kind, Decision decision, long began, String why) {
        List<Reason> reasons = new ArrayList<>();
        reasons.add(Reason.of(kind, why.lines().findFirst().orElse("the build failed")));
        reasons.addAll(decision.reasons());
        Decision failed = new Decision(decision.unit(), Action.FAIL, reasons, decision.record(), "");
        return new Outcome(failed, Optional.empty(), since(began), 0, 0, why);
    }

    private void publish(Unit unit, Tree artifact) throws IOException {
        if (!session.published().isPresent(unit.name(), artifact)) {
            session.published()
                    .publish(
                            unit.name(),
                            artifact,
                            session.artifacts()
                                    .folder(artifact)
                                    .orElseThrow(() -> new IOException("its blobs are damaged; run again")));
        }
        artifacts.put(unit.name(), artifact);
    }

    private static Outcome outcome(
            Decision decision, @Nullable Candidate candidate, long began, double cpuSeconds, String failure) {
        Optional<BuildRecord> kept = Optional.ofNullable(candidate)
                .filter(c -> decision.action() == Action.KEEP)
                .map(Candidate::record);
        double saved = kept.map(BuildRecord::cpuSeconds).orElse(0.0);
        return new Outcome(decision, kept.map(BuildRecord::trust), since(began), cpuSeconds, saved, failure);
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** Which units may begin: those whose needs are done with. */
    private final class Schedule {
        private final Map<String, Unit> waiting = new LinkedHashMap<>();
        private final Map<String, Outcome> done = new HashMap<>();
        private final List<Unit> order;
        private final Map<String, List<Unit>> consumers = new HashMap<>();
        private final Map<String, Integer> missing = new HashMap<>();
        private final java.util.ArrayDeque<Unit> ready = new java.util.ArrayDeque<>();
        private @Nullable Throwable aborted;
        private boolean failing;

        Schedule(List<Unit> order) {
            this.order = order;
            for (Unit unit : order) {
                waiting.put(unit.name(), unit);
                List<String> needs =
                        unit.needs().stream().filter(need -> !isGiven(need)).toList();
                missing.put(unit.name(), needs.size());
                for (String need : needs) {
                    consumers.computeIfAbsent(need, n -> new ArrayList<>()).add(unit);
                }
                if (needs.isEmpty()) {
                    ready.add(unit);
                }
            }
        }

        /** The next unit to work on; null when all are done, or the run is called off. */
        synchronized @Nullable Unit next() throws InterruptedException {
            while (ready.isEmpty() && !waiting.isEmpty() && aborted == null) {
                wait();
            }
            Unit unit = aborted == null ? ready.poll() : null;
            if (unit != null) {
                waiting.remove(unit.name());
            }
            return unit;
        }

        synchronized int ready() {
            return ready.size() + 1;
        }

        synchronized void finished(Unit unit, Outcome outcome) {
            done.put(unit.name(), outcome);
            failing |= outcome.decision().action() == Action.FAIL;
            for (Unit consumer : consumers.getOrDefault(unit.name(), List.of())) {
                if (missing.merge(consumer.name(), -1, Integer::sum) == 0) {
                    ready.add(consumer);
                }
            }
            notifyAll();
        }

        /** Why a unit is not even judged: a need has no artifact, or a failure ended the run. */
        synchronized Optional<Outcome> blocked(Unit unit) {
            for (String need : unit.needs()) {
                Outcome outcome = done.get(need);
                boolean lost = outcome != null
                        && (outcome.decision().action() == Action.FAIL
                                || outcome.decision().action() == Action.SKIPPED);
                if (lost) {
                    return Optional.of(skipped(unit, need, "its need " + need + " failed or was skipped"));
                }
            }
            if (failing && !request.keepGoing()) {
                return Optional.of(skipped(unit, null, "another unit failed before its turn (--keep-going goes on)"));
            }
            return Optional.empty();
        }

        private Outcome skipped(Unit unit, @Nullable String need, String text) {
            Reason reason = new Reason(Reason.Kind.DEPENDENCY, need, null, null, null, null, text);
            Decision decision = new Decision(unit.name(), Action.SKIPPED, List.of(reason), null, "");
            return new Outcome(decision, Optional.empty(), 0, 0, 0, "");
        }

        synchronized void abort(Throwable cause) {
            if (aborted == null) {
                aborted = cause;
            }
            notifyAll();
        }

        synchronized List<Outcome> outcomes() {
            if (aborted instanceof RuntimeException e) {
                throw e;
            }
            if (aborted instanceof Error e) {
                throw e;
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Unit unit : order) {
                Outcome outcome = done.get(unit.name());
                if (outcome != null) {
                    outcomes.add(outcome);
                }
            }
            return outcomes;
        }
    }
}
