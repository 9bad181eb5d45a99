package dev.cutoff.build;

import dev.cutoff.decide.Candidate;
import dev.cutoff.decide.Decider;
import dev.cutoff.decide.Rerun;
import dev.cutoff.decide.World;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.stage.BuildFolders;
import dev.cutoff.store.LostPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a build may go on from: the folder of an earlier one, and what of that has to be done anew.
 *
 * @param base the record of the earlier build
 * @param trees how many there were to choose from
 */
record Start(Candidate base, Rerun rerun, BuildFolders.Stored folder, int trees) {

    /** How many records are looked at: the latest. */
    private static final int MOST = 1000;

    private record Possible(Candidate base, Rerun rerun, double distance) {
        TreeChoice choice() {
            BuildRecord record = base.record();
            return new TreeChoice(
                    base.id().number(),
                    distance,
                    rerun.steps().size(),
                    record.steps().size());
        }
    }

    private record Call(List<String> command, String folder) {}

    /**
     * Wall time of what has to be done anew, in seconds.
     *
     * @param costs of commands, as the newest record has them: what one took on a busy day must not make a tree look far
     */
    private static double distance(Rerun rerun, Map<Call, Double> costs) {
        double sum = 0;
        for (Step step : rerun.outermost()) {
            sum += costs.computeIfAbsent(new Call(step.command(), step.folder()), _ -> step.seconds());
        }
        return sum;
    }

    /** In words. */
    String describe() {
        return "from the build tree of record " + base.id().number()
                + (trees > 1 ? ", the nearest of " + trees : "") + ": "
                + rerun.steps().size() + " of " + base.record().steps().size() + " steps were outdated";
    }

    /**
     * The nearest of a unit's build trees: that with the least to be done anew, by the time it had taken; of equals the
     * newest.
     *
     * @param world the present, with all needs built
     */
    static Optional<Start> nearest(Judged judged, World world, BuildFolders folders) throws IOException {
        List<Possible> possible = possible(judged, world);
        for (Possible nearest : possible) {
            Optional<BuildFolders.Stored> stored =
                    folders.load(nearest.base().record().tree().orElseThrow());
            if (stored.isPresent()) {
                return Optional.of(new Start(nearest.base(), nearest.rerun(), stored.get(), possible.size()));
            }
        }
        return Optional.empty();
    }

    /** What there is to choose from, nearest first. */
    static List<TreeChoice> choices(Judged judged, World world) {
        return possible(judged, world).stream().map(Possible::choice).toList();
    }

    private static List<Possible> possible(Judged judged, World world) {
        if (judged.forced() || judged.terms().trust() == Trust.CLEAN) {
            return List.of();
        }
        Decider decider = new Decider(judged.terms());
        List<Possible> possible = new ArrayList<>();
        Map<Call, Double> costs = new HashMap<>();
        // The newest first: costs are as it has them, and of equals it is taken.
        for (Candidate candidate : judged.candidates().stream()
                .sorted(Comparator.comparingLong(c -> -c.id().number()))
                .limit(MOST)
                .toList()) {
            BuildRecord record = candidate.record();
            if (record.tree().isEmpty()) {
                continue;
            }
            try {
                decider.rerun(record, judged.inputs(), judged.unit().build(), world)
                        .filter(rerun -> !rerun.lines().isEmpty())
                        .ifPresent(rerun -> possible.add(new Possible(candidate, rerun, distance(rerun, costs))));
            } catch (LostPart e) {
                // One less.
            }
        }
        possible.sort(Comparator.comparingDouble(Possible::distance));
        return possible;
    }
}
