package dev.cutoff.build;

import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Decider;
import dev.cutoff.decide.Provisos;
import dev.cutoff.decide.Renewal;
import dev.cutoff.decide.Terms;
import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Probing;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.Namespace;
import dev.cutoff.observe.Present;
import dev.cutoff.store.LostPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Asks {@code decide} about one unit, with the present state of things and the unit's records in hand. */
final class Judge {

    private final Session session;
    private final Request request;
    private final Witness witness;

    Judge(Session session, Request request, Witness witness) {
        this.session = session;
        this.request = request;
        this.witness = witness;
    }

    /**
     * Judges a unit.
     *
     * @param artifacts the tree of a need; empty while it is still to be built
     * @param acts whether the decision will be acted on: then steps are tried, and observed, for {@link Judged#renewed}; a plan says
     *     where that would be asked for
     */
    Judged judge(Unit unit, Function<String, Optional<Tree>> artifacts, boolean acts) {
        List<String> closure = session.project().graph().closure(unit.name());
        Inputs inputs = new InputCollector(closure, session.sandbox(), session.stackLimit()).of(unit);
        Tree sources = session.sources().scan(unit);
        Policy policy = request.policy().orElse(unit.options().policy());
        Trust trust = request.trust().orElse(unit.options().trust());
        Probing probing = acts ? request.probing() : request.probing().planned();
        Terms terms = new Terms(policy, trust, request.debugInfoCounts(), probing);
        boolean forced = request.isForced(unit.name());
        try (Interview interview =
                new Interview(session, unit, sources, () -> all(closure, artifacts), acts, request.jobs())) {
            Present present = present(unit, sources, closure, artifacts, interview);
            while (true) {
                List<Candidate> candidates = session.store().candidates(unit.name());
                try {
                    Here here = new Here(unit);
                    Decision decision = new Decider(terms)
                            .decide(unit.name(), inputs, candidates, witness.watching(present), forced, here);
                    Judged judged = judged(unit, decision, inputs, sources, terms, forced, candidates, here.isOther);
                    // Who only plans builds nothing: what was begun is closed with the interview.
                    boolean builds = acts && judged.decision().action() == Action.REBUILD;
                    return judged.tried(
                            renewed(judged, present, interview), builds ? interview.takeBegun() : Optional.empty());
                } catch (LostPart e) {
                    // One candidate less, next time.
                }
            }
        }
    }

    /** Of a unit that is kept since steps were tried. */
    private static Optional<BuildRecord> renewed(Judged judged, Present present, Interview interview) {
        Candidate candidate = judged.candidate();
        return candidate == null || judged.decision().action() != Action.KEEP
                ? Optional.empty()
                : interview
                        .shown(candidate.record())
                        .flatMap(shown -> Renewal.of(
                                candidate.record(),
                                shown,
                                present,
                                judged.decision().reasons().getFirst().text(),
                                System.currentTimeMillis()));
    }

    /** Finds the record of the artifact that stands in the workspace: the last one that gave it. */
    private final class Here implements Decider.Standing {
        private final Unit unit;
        private boolean isOther;

        Here(Unit unit) {
            this.unit = unit;
        }

        @Override
        public Optional<Candidate> of(List<Candidate> candidates) {
            Map<Digest, Candidate> last = new LinkedHashMap<>();
            candidates.stream()
                    .sorted(Comparator.comparingLong(c -> -c.id().number()))
                    .forEach(c -> last.putIfAbsent(c.record().artifact(), c));
            Optional<Candidate> found =
                    last.values().stream().filter(this::stands).findFirst();
            isOther = found.isEmpty();
            return found;
        }

        private boolean stands(Candidate candidate) {
            try {
                Optional<Tree> tree =
                        session.store().trees().load(candidate.record().artifact());
                return tree.isPresent() && session.published().isPresent(unit.name(), tree.get());
            } catch (IOException e) {
                // It serves words alone.
                return false;
            }
        }
    }

    private Judged judged(
            Unit unit,
            Decision decision,
            Inputs inputs,
            Tree sources,
            Terms terms,
            boolean forced,
            List<Candidate> candidates,
            boolean elsewhere) {
        Candidate candidate = candidates.stream()
                .filter(c -> c.id().equals(decision.record()))
                .findFirst()
                .orElse(null);
        Judged judged = new Judged(
                unit,
                elsewhere ? Provisos.elsewhere(decision) : decision,
                inputs,
                sources,
                terms,
                forced,
                candidates,
                candidate,
                elsewhere,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return decision.action() != Action.KEEP || candidate == null ? judged : withArtifact(judged, candidate);
    }

    /** Looks at the present. */
    @FunctionalInterface
    interface Look<T> {
        T at(Present present) throws IOException, InterruptedException;
    }

    /** Looks at the present as a build of a unit on these sources would find it. */
    <T> T look(Unit unit, Tree sources, Function<String, Optional<Tree>> artifacts, Look<T> look)
            throws IOException, InterruptedException {
        List<String> closure = session.project().graph().closure(unit.name());
        try (Interview interview = new Interview(session, unit, sources, () -> all(closure, artifacts))) {
            return look.at(present(unit, sources, closure, artifacts, interview));
        }
    }

    private Present present(
            Unit unit,
            Tree sources,
            List<String> closure,
            Function<String, Optional<Tree>> artifacts,
            Interview interview) {
        Namespace namespace = new Namespace(unit.name(), sources, new Staged(closure), artifacts);
        Present present = new Present(
                sources,
                artifacts,
                namespace,
                session.host(),
                session.machine().facets(),
                session.machine().contents(path -> physical(unit, path)),
                interview);
        present.leavesOut(path -> session.sources().isIgnored(unit, path));
        return present;
    }

    private static Optional<SortedMap<String, Tree>> all(
            List<String> closure, Function<String, Optional<Tree>> artifacts) {
        SortedMap<String, Tree> trees = new TreeMap<>();
        for (String need : closure) {
            artifacts.apply(need).ifPresent(tree -> trees.put(need, tree));
        }
        return trees.size() == closure.size() ? Optional.of(trees) : Optional.empty();
    }

    /** Where a path that is no artifact's stands now; artifacts are in the store. */
    private static Optional<Path> physical(Unit unit, String path) {
        String source = Place.source(unit.name());
        if (Place.within(path, source)) {
            return unit.source().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Path.of(unit.source() + path.substring(source.length())));
        }
        return Place.within(path, Place.ROOT) ? Optional.empty() : Optional.of(Path.of(path));
    }

    /** A keep needs its artifact, whole: where the store has lost it, it is built again. */
    private Judged withArtifact(Judged judged, Candidate candidate) {
        try {
            Optional<Tree> tree =
                    session.store().trees().load(candidate.record().artifact());
            boolean published = tree.isPresent()
                    && session.published().isPresent(judged.unit().name(), tree.get());
            boolean whole = tree.isPresent()
                    && (published
                            ? session.store().trees().hasBlobs(tree.get())
                                    || session.published().restore(judged.unit().name(), tree.get())
                            : session.artifacts().folder(tree.get()).isPresent());
            if (whole) {
                session.store().uses(candidate.id());
                return judged.with(judged.decision(), tree);
            }
        } catch (IOException e) {
            throw dev.cutoff.model.Failure.io(
                    "reading the artifact of " + judged.unit().name(), e);
        }
        Decision rebuild = Provisos.lost(judged.decision(), candidate.record().artifact());
        return judged.with(rebuild, Optional.empty());
    }
}
