package dev.cutoff.build;

import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.NearestTrees;
import dev.cutoff.decide.Rerun;
import dev.cutoff.decide.World;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.stage.BuildFolders;
import dev.cutoff.store.LostPart;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a build may go on from: the folder of an earlier one, and what of that has to be done anew.
 *
 * @param base the record of the earlier build
 * @param trees how many there were to choose from
 */
record Start(Candidate base, Rerun rerun, BuildFolders.Stored folder, int trees) {

    /** How long what is outdated had taken. */
    double seconds() {
        return rerun.outermost().stream().mapToDouble(Step::seconds).sum();
    }

    /**
     * In words.
     *
     * @param taken how many steps put down what they had made then
     */
    String describe(int taken) {
        return "from the build tree of record " + base.id().number()
                + (trees > 1 ? ", the nearest of " + trees : "") + ": "
                + rerun.steps().size() + " of " + base.record().steps().size() + " steps were outdated"
                + (taken == 0 ? "" : ", of which " + taken + " gave what they had given, without being run");
    }

    /** What the folder was after each of the recipe's first lines, as far as these are not run: nothing that they relied on has changed. */
    List<Digest> afterLines() {
        List<Digest> states = base.record().lines();
        int run = rerun.lines().isEmpty() ? states.size() : rerun.lines().first();
        return states.subList(0, Math.min(run, states.size()));
    }

    /**
     * The nearest of a unit's build trees: that with the least to be done anew, by the time it had taken; of equals the
     * newest.
     *
     * @param world the present, with all needs built
     */
    static Optional<Start> nearest(Judged judged, World world, BuildFolders folders) throws IOException {
        List<NearestTrees.Ranked> ranked = ranked(judged, world);
        for (NearestTrees.Ranked nearest : ranked) {
            Optional<BuildFolders.Stored> stored =
                    folders.load(nearest.base().record().tree().orElseThrow());
            if (stored.isPresent()) {
                return Optional.of(new Start(nearest.base(), nearest.rerun(), stored.get(), ranked.size()));
            }
        }
        return Optional.empty();
    }

    /** What there is to choose from, nearest first. */
    static List<TreeChoice> choices(Judged judged, World world) {
        return ranked(judged, world).stream()
                .map(tree -> new TreeChoice(
                        tree.base().id().number(),
                        tree.seconds(),
                        tree.rerun().steps().size(),
                        tree.base().record().steps().size()))
                .toList();
    }

    private static List<NearestTrees.Ranked> ranked(Judged judged, World world) {
        return judged.forced() || judged.terms().trust() == Trust.CLEAN
                ? List.of()
                : new NearestTrees(judged.inputs(), world, judged.terms(), new Intact()).rank(judged.candidates());
    }

    /** One tree less where a part of its record is lost. */
    private static final class Intact implements NearestTrees.LateReader {
        @Override
        public <T> Optional<T> read(Supplier<T> late) {
            try {
                return Optional.of(late.get());
            } catch (LostPart e) {
                return Optional.empty();
            }
        }
    }
}
