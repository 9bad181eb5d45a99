package dev.cutoff.build;

import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Decider;
import dev.cutoff.decide.Terms;
import dev.cutoff.decide.World;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.store.Index;
import dev.cutoff.store.LostPart;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a clean build says of results that came from build trees: where it gives the same, they are as good as its own; where
 * it does not, and a second clean build agrees with the first, the unit's build is at fault.
 */
final class CleanTruth {

    /** As many files as a message names. */
    private static final int SHOWN = 5;

    /** Builds the unit in an empty folder once more. */
    interface Again {
        Tree build() throws IOException, InterruptedException, BuildFailed;
    }

    private final Judged judged;
    private final World world;
    private final Store store;

    CleanTruth(Judged judged, World world, Store store) {
        this.judged = judged;
        this.world = world;
        this.store = store;
    }

    /** Results from build trees whose facts all hold at present: a clean build should give each of them. */
    private List<Candidate> incremental() {
        Decider decider = new Decider(
                new Terms(Policy.IDENTICAL, Trust.INCREMENTAL, judged.terms().debugInfoCounts()));
        List<Candidate> found = new ArrayList<>();
        for (Candidate candidate : judged.candidates()) {
            try {
                if (candidate.record().trust() == Trust.INCREMENTAL && isKept(decider, candidate)) {
                    found.add(candidate);
                }
            } catch (LostPart e) {
                // It is no result any more.
            }
        }
        return found;
    }

    private boolean isKept(Decider decider, Candidate candidate) {
        Decision decision = decider.decide(
                judged.unit().name(), judged.inputs(), List.of(candidate), world, false, Decider.Standing.UNKNOWN);
        return decision.action() == Action.KEEP;
    }

    /**
     * Compares.
     *
     * @param clean what a clean build has just given
     * @param row its record
     * @param again asked for where something else was kept
     * @return what the user should know; empty for nothing
     */
    Optional<String> judge(Tree clean, Index.Row row, Again again) throws IOException, InterruptedException {
        List<Candidate> others = new ArrayList<>();
        for (Candidate candidate : incremental()) {
            if (candidate.record().artifact().equals(clean.root())) {
                store.prefers(row.id(), candidate.id());
            } else {
                others.add(candidate);
            }
        }
        if (others.isEmpty()) {
            return Optional.empty();
        }
        Tree second;
        try {
            second = again.build();
        } catch (BuildFailed e) {
            return Optional.of("is not reproducible: built clean a second time, it failed");
        }
        if (!second.root().equals(clean.root())) {
            return Optional.of("is not reproducible: two clean builds differ in " + differences(clean, second));
        }
        store.notIncremental(judged.unit().name());
        Optional<Tree> wrong = store.trees().load(others.getFirst().record().artifact());
        return Optional.of("was wrong when it was built from a build tree"
                + wrong.map(tree -> " (" + differences(tree, clean) + ")").orElse("")
                + ": what its build makes depends on what no step read, such as the order in which files were made; it is built"
                + " clean from now on, until 'cutoff store clear-incremental "
                + judged.unit().name() + "'");
    }

    private static String differences(Tree one, Tree other) {
        TreeSet<String> paths = new TreeSet<>(one.entries().keySet());
        paths.addAll(other.entries().keySet());
        paths.removeIf(path -> Objects.equals(one.at(path), other.at(path)));
        List<String> first = paths.stream().limit(SHOWN).toList();
        return String.join(", ", first) + (paths.size() > SHOWN ? " and " + (paths.size() - SHOWN) + " more" : "");
    }
}
