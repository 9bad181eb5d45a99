package dev.cutoff.build;

import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Decider;
import dev.cutoff.decide.Provisos;
import dev.cutoff.decide.Terms;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.Namespace;
import dev.cutoff.observe.Present;
import dev.cutoff.store.LostPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
     */
    Judged judge(Unit unit, Function<String, Optional<Tree>> artifacts) {
        List<String> closure = session.project().graph().closure(unit.name());
        Inputs inputs = new InputCollector(closure, session.sandbox()).of(unit);
        Tree sources = session.sources().scan(unit);
        Present present = present(unit, sources, closure, artifacts, session);
        Policy policy = request.policy().orElse(unit.options().policy());
        Trust trust = request.trust().orElse(unit.options().trust());
        Terms terms = new Terms(policy, trust, request.debugInfoCounts());
        boolean forced = request.isForced(unit.name());
        while (true) {
            List<Candidate> candidates = session.store().candidates(unit.name());
            try {
                Decision decision =
                        new Decider(terms).decide(unit.name(), inputs, candidates, witness.watching(present), forced);
                return judged(unit, decision, inputs, sources, terms, forced, candidates);
            } catch (LostPart e) {
                // One candidate less, next time.
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
            List<Candidate> candidates) {
        Candidate candidate = candidates.stream()
                .filter(c -> c.id().equals(decision.record()))
                .findFirst()
                .orElse(null);
        Judged judged =
                new Judged(unit, decision, inputs, sources, terms, forced, candidates, candidate, Optional.empty());
        return decision.action() != Action.KEEP || candidate == null ? judged : withArtifact(judged, candidate);
    }

    static Present present(
            Unit unit,
            Tree sources,
            List<String> closure,
            Function<String, Optional<Tree>> artifacts,
            Session session) {
        Namespace namespace = new Namespace(unit.name(), sources, new Staged(closure), artifacts);
        return new Present(
                sources,
                artifacts,
                namespace,
                session.host(),
                session.machine().facets(),
                session.machine().contents(path -> physical(unit, path)),
                new Interview(session, unit, sources, () -> all(closure, artifacts)));
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
