package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Ranks the build trees of a unit by what a rebuild that goes on from each would have to do anew (docs/trees.md, "Which one").
 * First all by how many facts do not hold, for which no record need be read whole; then a few by the time that outdated steps took.
 */
public final class NearestTrees {

    /** How many records are looked at: the latest. */
    private static final int MOST = 1000;

    /** Of how many, at most, it is found out what is outdated; not of those that are twice as far as the nearest. */
    private static final int FEW = 16;

    /**
     * A tree.
     *
     * @param seconds wall time of what has to be done anew
     */
    public record Ranked(Candidate base, Rerun rerun, double seconds) {}

    private record Near(Candidate base, Comparison.Failing failing) {
        int count() {
            return failing.count();
        }

        /** Whether it comes to the same to go on from either: the same lines, the same things changed. */
        boolean isAlike(Near other) {
            return failing.equals(other.failing)
                    && lines(base.record().inputs())
                            .equals(lines(other.base.record().inputs()));
        }
    }

    private record Call(List<String> command, String folder) {

        /** Names that compilers' drivers draw by lot. */
        private static final Pattern DRAWN = Pattern.compile("/tmp/cc[A-Za-z0-9]{6}\\b");

        static Call of(Step step) {
            return new Call(
                    step.command().stream()
                            .map(word -> DRAWN.matcher(word).replaceAll("/tmp/cc"))
                            .toList(),
                    step.folder());
        }
    }

    /** Reads of a record what is read late, such as its steps. */
    @FunctionalInterface
    public interface LateReader {

        /** What that gives; empty where a part of the record is lost. */
        <T> Optional<T> read(Supplier<T> part);
    }

    private final Comparison comparison;
    private final List<String> present;
    private final LateReader late;

    /**
     * Ranks for one present.
     *
     * @param inputs the present ones
     * @param world with all needs built
     */
    public NearestTrees(Inputs inputs, World world, Terms terms, LateReader late) {
        // What another policy lets be is for people to choose; a step that is left alone must give the same bits.
        this.comparison =
                new Comparison(inputs, world, new Terms(Policy.IDENTICAL, terms.trust(), terms.debugInfoCounts()));
        this.late = late;
        this.present = lines(inputs).orElse(List.of());
    }

    /** The trees that a rebuild could go on from, nearest first; of equals the newest first. */
    public List<Ranked> rank(List<Candidate> candidates) {
        List<Ranked> ranked = new ArrayList<>();
        Map<Call, Double> costs = new HashMap<>();
        for (Candidate base : few(candidates)) {
            late.read(() -> rerun(base.record()))
                    .flatMap(rerun -> rerun)
                    .filter(rerun -> !rerun.lines().isEmpty())
                    .ifPresent(rerun -> ranked.add(new Ranked(base, rerun, seconds(base.record(), rerun, costs))));
        }
        ranked.sort(Comparator.comparingDouble(Ranked::seconds));
        return ranked;
    }

    /** Those in which the fewest facts do not hold, the newest first, and of alike ones the newest alone. */
    private List<Candidate> few(List<Candidate> candidates) {
        List<Near> near = new ArrayList<>();
        List<Candidate> newestFirst = candidates.stream()
                .filter(candidate -> candidate.record().tree().isPresent())
                .sorted(Comparator.comparingLong(candidate -> -candidate.id().number()))
                .limit(MOST)
                .toList();
        for (Candidate candidate : newestFirst) {
            int worst = near.size() < FEW ? Integer.MAX_VALUE : near.getLast().count() - 1;
            late.read(() -> comparison.failing(candidate.record(), worst))
                    .flatMap(failing -> failing)
                    .filter(failing -> failing.count() <= worst)
                    .map(failing -> new Near(candidate, failing))
                    .filter(found -> near.stream().noneMatch(found::isAlike))
                    .ifPresent(found -> {
                        near.add(found);
                        near.sort(Comparator.comparingInt(Near::count));
                        near.subList(Math.min(FEW, near.size()), near.size()).clear();
                    });
        }
        int farthest = near.isEmpty() ? 0 : 2 * near.getFirst().count() + 4;
        return near.stream()
                .filter(tree -> tree.count() <= farthest)
                .map(Near::base)
                .sorted(Comparator.comparingLong(candidate -> -candidate.id().number()))
                .toList();
    }

    /** What of a recorded build is outdated; empty where that can't be told, or it is a record that licenses nothing. */
    Optional<Rerun> rerun(BuildRecord record) {
        Optional<List<String>> recorded = lines(record.inputs());
        if (recorded.isEmpty() || recorded.get().size() != present.size()) {
            return Optional.empty();
        }
        Set<Integer> changedLines = new TreeSet<>();
        for (int i = 0; i < present.size(); i++) {
            if (!present.get(i).equals(recorded.get().get(i))) {
                changedLines.add(i);
            }
        }
        return comparison.outdated(record).map(steps -> Rerun.of(record, steps, changedLines));
    }

    /** The lines of a recipe, each as its input has it. */
    private static Optional<List<String>> lines(Inputs inputs) {
        return Optional.ofNullable(inputs.values().get(Comparison.RECIPE))
                .map(text -> text.lines().toList());
    }

    /**
     * Time of the outdated steps that started no others, but for what may be taken over: what those took is in theirs, and a make
     * that had little to do is no measure of one that has much.
     *
     * @param costs of commands, as the newest record has them: what one took on a busy day must not make a tree look far
     */
    private static double seconds(BuildRecord record, Rerun rerun, Map<Call, Double> costs) {
        Set<Integer> starters = new HashSet<>();
        record.steps().forEach(step -> starters.add(step.parent()));
        Set<Integer> taken = new HashSet<>();
        rerun.repeatable().forEach(step -> taken.addAll(rerun.processes().with(step)));
        double sum = 0;
        for (int number : rerun.steps()) {
            Step step = record.steps().get(number);
            if (!starters.contains(number) && !taken.contains(number)) {
                sum += costs.computeIfAbsent(Call.of(step), _ -> step.seconds());
            }
        }
        return sum;
    }
}
