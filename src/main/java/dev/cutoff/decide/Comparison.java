package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Use;
import dev.cutoff.model.UseList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares one record with the present, cheap questions first: inputs, whole trees, then single facts. A tree whose
 * root digest is the recorded one makes every use in it hold without a look.
 */
final class Comparison {

    /** Stands for a reason that nobody will read. */
    private static final Reason UNTOLD = Reason.of(Reason.Kind.USE, "a fact does not hold");

    /** The input that holds the recipe's lines. */
    static final String RECIPE = "build";

    private final Inputs inputs;
    private final World world;
    private final Terms terms;

    /** Sets that are known to hold, whichever record they are of. */
    private final Set<Named> holding = new HashSet<>();

    /** How many facts of sets do not hold. */
    private final Map<Named, Integer> doubtful = new HashMap<>();

    private final Map<Named, Failing> failing = new HashMap<>();

    Comparison(Inputs inputs, World world, Terms terms) {
        this.inputs = inputs;
        this.world = world;
        this.terms = terms;
    }

    /**
     * Judges a record.
     *
     * @param toTheEnd whether to collect every failure (to explain) or to stop at the first (to decide)
     */
    Judgement judge(Candidate candidate, boolean toTheEnd) {
        return judge(candidate, toTheEnd, true);
    }

    /** The same without trying steps. */
    Judgement untried(Candidate candidate) {
        return judge(candidate, false, false);
    }

    /** The same of a record of which steps are to be tried, with what those relied on as its failures. */
    Judgement toBeTried(Candidate candidate) {
        return judge(candidate, true, false);
    }

    /** Of a record that licenses nothing, whatever its facts say. */
    static final int HOPELESS = Integer.MAX_VALUE;

    /**
     * How many facts of a record do not hold, whoever relied on them; no steps are read for it. Such a record licenses a keep only
     * where queries, probes or what links see speak for it.
     *
     * @param most once more than that were found, no more are looked for
     * @return 0 where its facts alone do not speak against it; {@link #HOPELESS}
     */
    int doubts(Candidate candidate, int most) {
        BuildRecord record = candidate.record();
        if (Licence.denial(record, terms).isPresent() || !record.inputs().equals(inputs)) {
            return HOPELESS;
        }
        if (terms.policy() == Policy.STRICT || !Licence.admits(Totals.of(record.uses()), terms.policy())) {
            return 0;
        }
        boolean unchanged = isUnchanged(record);
        Uses uses = new Uses(record, unchanged, new ArrayList<>(), new TreeSet<>());
        return uses.doubts(unchanged ? UseList.partsBeyondTrees(record.uses()) : UseList.parts(record.uses()), most);
    }

    private Judgement judge(Candidate candidate, boolean toTheEnd, boolean trying) {
        BuildRecord record = candidate.record();
        List<Reason> failures = new ArrayList<>();
        Optional<String> denial = Licence.denial(record, terms);
        denial.ifPresent(why -> failures.add(Reason.of(Reason.Kind.NO_EVIDENCE, why)));
        int before = failures.size();
        compareInputs(record.inputs(), failures);
        int changedInputs = failures.size() - before;
        SortedSet<String> pending = new TreeSet<>();
        Counts counts = Counts.NONE;
        if (failures.isEmpty() || toTheEnd) {
            if (terms.policy() == Policy.STRICT) {
                compareNeeds(record, failures, pending);
            }
            counts = compareUses(record, failures, pending, toTheEnd, trying);
        }
        return new Judgement(
                candidate,
                withoutEchoes(failures),
                changedInputs,
                denial.isPresent(),
                pending,
                counts.compared(),
                counts.tried(),
                counts.triable(),
                counts.bound());
    }

    /**
     * The steps of a record that relied on what is so no more. All else that it was given must be the same, its recipe aside.
     *
     * @return empty where that can't be told: what has changed is not known to matter to certain steps alone
     */
    Optional<SortedSet<Integer>> outdated(BuildRecord record) {
        if (Licence.denial(record, terms).isPresent() || !isSameBut(record.inputs(), RECIPE)) {
            return Optional.empty();
        }
        SortedSet<String> pending = new TreeSet<>();
        Uses uses = new Uses(record, isUnchanged(record), new ArrayList<>(), pending);
        SortedSet<Integer> steps = new TreeSet<>();
        uses.outdated = steps;
        uses.compareParts(UseList.parts(record.uses()), true);
        uses.ask();
        return uses.isOfNobody || !pending.isEmpty() ? Optional.empty() : Optional.of(steps);
    }

    /** A set of facts, by its name and where they lie. */
    private record Named(@Nullable String tree, Digest set) {}

    /**
     * Facts that do not hold.
     *
     * @param count how many
     * @param which equal where they are of the same things, and by nothing but chance where they are not; states aside
     */
    record Failing(int count, long which) {

        static final Failing NONE = new Failing(0, 0);

        Failing and(Failing others) {
            return new Failing(count + others.count, which + others.which);
        }

        private Failing and(Fact fact) {
            long name = 31L * (31L * fact.entity().hashCode() + fact.scope().hashCode())
                    + fact.kind().ordinal();
            return new Failing(count + 1, which + SPREAD * (name ^ (name >>> 32)));
        }

        /** An odd number without a pattern: the golden ratio's bits. */
        private static final long SPREAD = 0x9E3779B97F4A7C15L;
    }

    /**
     * The facts of a record that do not hold: a measure of how far its build is from the present, for which nobody need know
     * which steps relied on them. Content that changed counts, whatever of it was seen.
     *
     * @param most once more than that were found, no more are looked for
     * @return empty where a rebuild can't go on from it at all
     */
    Optional<Failing> failing(BuildRecord record, int most) {
        if (Licence.denial(record, terms).isPresent() || !isSameBut(record.inputs(), RECIPE)) {
            return Optional.empty();
        }
        Failing sum = Failing.NONE;
        for (UseList.Part part : UseList.parts(record.uses())) {
            String tree = part.tree();
            if (tree == null || !isUnchangedAndClosed(record, tree)) {
                sum = sum.and(failing(part));
            }
            if (sum.count() > most) {
                break;
            }
        }
        return Optional.of(sum);
    }

    private Failing failing(UseList.Part part) {
        Digest set = part.set();
        Named place = set == null ? null : new Named(part.tree(), set);
        Failing known = place == null ? null : failing.get(place);
        if (known != null) {
            return known;
        }
        List<Fact> facts = part.facts();
        Failing found = Failing.NONE;
        for (Fact fact : facts == null ? part.uses().stream().map(Use::fact).toList() : facts) {
            if (fact.kind() != FactKind.ANSWER && Licence.counts(fact.kind(), terms.policy())) {
                boolean narrow = fact.isNarrow();
                Optional<String> now = narrow ? world.now(fact.whole()) : world.state(fact);
                if (!now.equals(Optional.of(narrow ? fact.content() : fact.state()))) {
                    found = found.and(fact);
                }
            }
        }
        if (place != null) {
            failing.put(place, found);
        }
        return found;
    }

    private boolean isSameBut(Inputs recorded, String name) {
        SortedMap<String, String> was = new TreeMap<>(recorded.values());
        SortedMap<String, String> now = new TreeMap<>(inputs.values());
        was.remove(name);
        now.remove(name);
        return was.equals(now);
    }

    private void compareInputs(Inputs recorded, List<Reason> failures) {
        if (recorded.equals(inputs)) {
            return;
        }
        Set<String> names = new TreeSet<>(recorded.values().keySet());
        names.addAll(inputs.values().keySet());
        for (String name : names) {
            String was = recorded.values().get(name);
            String now = inputs.values().get(name);
            if (was == null || now == null || !was.equals(now)) {
                failures.add(Reasons.input(name, was, now));
            }
        }
    }

    private void compareNeeds(BuildRecord record, List<Reason> failures, Set<String> pending) {
        new TreeMap<>(record.needs()).forEach((need, was) -> {
            Optional<Digest> now = world.artifact(need);
            if (now.isEmpty()) {
                pending.add(need);
            } else if (!now.get().equals(was)) {
                failures.add(Reasons.strict(need, was, now.get()));
            }
        });
    }

    /** How many facts were found to hold, and how many compile steps were tried and links looked into in place of some. */
    private record Counts(int compared, Tried tried, boolean triable, int bound) {
        static final Counts NONE = new Counts(0, Tried.NONE, false, 0);
    }

    private Counts compareUses(
            BuildRecord record, List<Reason> failures, Set<String> pending, boolean toTheEnd, boolean trying) {
        boolean unchanged = isUnchanged(record);
        Uses uses = new Uses(record, unchanged, failures, pending);
        uses.isTold = toTheEnd;
        if (!Licence.admits(Totals.of(record.uses()), terms.policy())) {
            uses.compare(record.uses(), toTheEnd);
        } else if (unchanged) {
            List<UseList.Part> beyond = UseList.partsBeyondTrees(record.uses());
            uses.compared += record.uses().size();
            beyond.forEach(part -> uses.compared -= part.uses().size());
            uses.compareParts(beyond, toTheEnd);
        } else {
            uses.compareParts(UseList.parts(record.uses()), toTheEnd);
        }
        uses.sortFailures();
        if (toTheEnd || failures.isEmpty()) {
            uses.ask();
            uses.probe(trying);
        }
        return new Counts(uses.compared, uses.tried, uses.triable, uses.bound);
    }

    /** The uses of one record, while they are compared. */
    private final class Uses {
        private final BuildRecord record;
        private final boolean unchanged;
        private final List<Reason> failures;
        private final Set<String> pending;
        private @Nullable Answers answers;
        /** Uses that do not hold, each with its reason. */
        private final List<Map.Entry<Use, Reason>> failed = new ArrayList<>();

        private final Probes probes;
        private final Bindings bindings;
        private int compared;
        private Tried tried = Tried.NONE;
        private boolean triable;
        private int bound;
        /** Takes the steps behind failures, in place of reasons; null where reasons are wanted. */
        private @Nullable SortedSet<Integer> outdated;
        /** Whether anybody will read the reasons. */
        private boolean isTold;
        /** Whether a fact does not hold of which no step is known that relied on it. */
        private boolean isOfNobody;

        /** @param unchanged whether sources and artifacts are what they were */
        Uses(BuildRecord record, boolean unchanged, List<Reason> failures, Set<String> pending) {
            this.record = record;
            this.unchanged = unchanged;
            this.failures = failures;
            this.pending = pending;
            this.probes = new Probes(record, terms);
            this.bindings = new Bindings(record, terms);
        }

        void compareParts(List<UseList.Part> parts, boolean toTheEnd) {
            for (UseList.Part part : parts) {
                if (!isSettled(part) && !areSettled(part)) {
                    if (!toTheEnd && part.facts() != null && isFactEnough()) {
                        failures.add(UNTOLD);
                        return;
                    }
                    compare(part.uses(), toTheEnd);
                }
                if (!toTheEnd && !failures.isEmpty()) {
                    return;
                }
            }
        }

        /** Whether a fact that does not hold settles it, whoever relied on it: nobody is asked or tried in its place. */
        private boolean isFactEnough() {
            return outdated == null
                    && terms.policy() != Policy.COMPATIBLE
                    && !terms.allowProbes()
                    && !Totals.of(record.uses()).kinds().containsKey(FactKind.ANSWER);
        }

        /** Whether uses that lie in one tree are settled by what became of the tree. */
        boolean isSettled(UseList.Part part) {
            String tree = part.tree();
            if (tree == null) {
                return false;
            }
            if (!tree.isEmpty() && world.artifact(tree).isEmpty()) {
                pending.add(tree);
                return true;
            }
            if (isUnchangedAndClosed(record, tree)) {
                compared += part.uses().size();
                return true;
            }
            return false;
        }

        /** Whether the facts alone settle it: who relied on them matters only where one fails. */
        private boolean areSettled(UseList.Part part) {
            List<Fact> facts = part.facts();
            if (facts == null) {
                return false;
            }
            if (areKnownToHold(part)) {
                compared += facts.size();
                return true;
            }
            int before = compared;
            int waiting = pending.size();
            boolean all = true;
            for (Fact fact : facts) {
                if (!Licence.counts(fact.kind(), terms.policy())) {
                    all = false;
                } else if (!isSettled(fact)) {
                    compared = before;
                    return false;
                }
            }
            if (all && pending.size() == waiting) {
                noteHolding(part);
            }
            return true;
        }

        /** Each of its facts was found to hold; that none that counts and can be told does not is not enough. */
        private void noteHolding(UseList.Part part) {
            Digest common = part.common();
            Digest set = part.set();
            if (common != null) {
                world.holds(common);
            }
            if (set != null) {
                holding.add(new Named(part.tree(), set));
            }
        }

        /** See {@link Comparison#doubts}. */
        int doubts(List<UseList.Part> parts, int most) {
            int sum = 0;
            for (UseList.Part part : parts) {
                if (!isSettled(part) && !areKnownToHold(part)) {
                    List<Fact> facts = part.facts();
                    if (facts == null) {
                        return 0;
                    }
                    sum += doubts(part, facts);
                    if (sum > most) {
                        return sum;
                    }
                }
            }
            return sum;
        }

        private int doubts(UseList.Part part, List<Fact> facts) {
            Named named = part.set() == null ? null : new Named(part.tree(), part.set());
            Integer known = named == null ? null : doubtful.get(named);
            if (known != null) {
                return known;
            }
            int waiting = pending.size();
            int found = 0;
            boolean all = true;
            for (Fact fact : facts) {
                if (!Licence.counts(fact.kind(), terms.policy())) {
                    all = false;
                } else if (!isSettled(fact)) {
                    found++;
                }
            }
            boolean told = pending.size() == waiting;
            if (named != null && told) {
                doubtful.put(named, found);
            }
            if (all && told && found == 0) {
                noteHolding(part);
            }
            return found;
        }

        private boolean areKnownToHold(UseList.Part part) {
            Digest common = part.common();
            return (common != null && world.isKnownToHold(common))
                    || (part.set() != null && holding.contains(new Named(part.tree(), part.set())));
        }

        void compare(List<Use> uses, boolean toTheEnd) {
            for (Use use : uses) {
                compare(use);
                if (!toTheEnd && !failures.isEmpty()) {
                    return;
                }
            }
        }

        private void compare(Use use) {
            if (!Licence.counts(use.fact().kind(), terms.policy())) {
                return;
            }
            if (!Licence.admits(use.fact().kind(), use.evidence(), terms.policy())) {
                fails(use, () -> Reasons.unlicensed(use, terms.policy()));
            } else if (!isSettled(use.fact()) && !isOfQueries(use)) {
                Optional<String> otherwise =
                        outdated == null && bindings.takes(use) ? world.bindsOtherwise(use.fact()) : Optional.of("");
                if (otherwise.isEmpty()) {
                    bound++;
                } else if (outdated != null || !probes.takes(use)) {
                    fails(use, () -> Reasons.use(record, use, world, otherwise.get()));
                }
            }
        }

        /** Puts them in the order of the record, in whichever order its parts were compared. */
        void sortFailures() {
            failed.sort(Map.Entry.comparingByKey(Use.ORDER));
            List<Reason> ofUses = failures.subList(failures.size() - failed.size(), failures.size());
            for (int i = 0; i < failed.size(); i++) {
                ofUses.set(i, failed.get(i).getValue());
            }
        }

        private void fails(Use use, Supplier<Reason> reason) {
            if (outdated == null) {
                Reason why = isTold ? reason.get() : UNTOLD;
                failures.add(why);
                failed.add(Map.entry(use, why));
            } else {
                outdates(use);
            }
        }

        private void outdates(Use use) {
            Objects.requireNonNull(outdated).addAll(use.steps());
            isOfNobody |= use.steps().isEmpty();
        }

        /** Whether a fact holds, or it can't be told yet. */
        private boolean isSettled(Fact fact) {
            if (fact.kind() == FactKind.ANSWER
                    || (unchanged && Totals.isOfTrees(fact.kind(), fact.entity()))
                    || holdsAsPartOfItsTree(record, fact)) {
                // A query whose files are what they were need not be asked.
                compared++;
                return true;
            }
            Optional<Boolean> holds = holds(fact);
            if (holds.isEmpty()) {
                pending.add(Reasons.dependency(fact, world));
            } else if (holds.get()) {
                compared++;
            }
            return holds.isEmpty() || holds.get();
        }

        private boolean isOfQueries(Use use) {
            Answers queries = answers == null ? new Answers(record) : answers;
            answers = queries;
            return queries.takes(use);
        }

        /** Tries the compile steps whose headers have changed, once nothing else stands in the way of a keep. */
        void probe(boolean trying) {
            if (!probes.any() || (failures.isEmpty() && !pending.isEmpty())) {
                return;
            }
            if (failures.isEmpty() && !trying) {
                triable = true;
                tried = probes.outlook();
                failures.addAll(isTold ? probes.reasons(world) : List.of(UNTOLD));
                return;
            }
            if (!failures.isEmpty()) {
                failures.addAll(probes.reasons(world));
                return;
            }
            Probes.Outcome outcome = probes.carryOut(world);
            tried = outcome.tried();
            failures.addAll(outcome.reasons());
        }

        /** Asks the queries again whose files have changed. */
        void ask() {
            if (answers == null || (failures.isEmpty() && !pending.isEmpty())) {
                return;
            }
            Answers asked = answers;
            for (Use answer : asked.toAsk()) {
                if (world.now(answer.fact()).equals(Optional.of(answer.fact().state()))) {
                    compared++;
                } else if (outdated != null) {
                    outdates(answer);
                } else if (!probes.takesAnswer(answer, present -> asked.reasons(answer, present))) {
                    failures.addAll(asked.reasons(answer, world));
                }
            }
        }
    }

    /** Empty where it can't be told yet. */
    private Optional<Boolean> holds(Fact fact) {
        if (fact.isNarrow()) {
            Optional<String> content = world.now(fact.whole());
            boolean same = content.equals(Optional.of(fact.content()));
            boolean counts = terms.debugInfoCounts() && fact.scope().equals(Fact.WITH_DEBUG_INFO);
            if (content.isEmpty() || same || counts) {
                return content.map(c -> same);
            }
        }
        return world.state(fact).map(fact.state()::equals);
    }

    /**
     * Whether sources and artifacts are as a whole what they were. Then so is all that they determine; all of them must be
     * so, since a link can lead from one into another.
     */
    private boolean isUnchanged(BuildRecord record) {
        return record.source().equals(world.source()) && world.areStanding(record.needs());
    }

    private boolean isUnchanged(String need, Digest was) {
        return world.artifact(need).filter(was::equals).isPresent();
    }

    /** Whether the fact lies in a tree that is what it was and that no link leads out of. */
    private boolean holdsAsPartOfItsTree(BuildRecord record, Fact fact) {
        if (!fact.kind().isPath() || !Totals.isOfTrees(fact.kind(), fact.entity())) {
            return false;
        }
        String need = Place.dependencyOf(fact.entity());
        return (!need.isEmpty() || Place.ownerOf(fact.entity()).equals(record.unit()))
                && isUnchangedAndClosed(record, need);
    }

    /** @param tree a need's name, or "" for the sources */
    private boolean isUnchangedAndClosed(BuildRecord record, String tree) {
        if (tree.isEmpty()) {
            return world.isClosed("") && record.source().equals(world.source());
        }
        Digest was = record.needs().get(tree);
        return was != null && world.isClosed(tree) && isUnchanged(tree, was);
    }

    /** Without the failures that only repeat another: a file's changed size beside its changed content. */
    private static List<Reason> withoutEchoes(List<Reason> failures) {
        List<Reason> sorted = new ArrayList<>(failures);
        sorted.sort(Reasons.MOST_TELLING_FIRST);
        Set<String> told = new HashSet<>();
        List<Reason> kept = new ArrayList<>();
        for (Reason reason : sorted) {
            Optional<String> path = Reasons.path(reason);
            boolean echo = path.isPresent() && told.contains(path.get());
            if (path.isPresent() && Reasons.isOfContent(reason)) {
                told.add(path.get());
            }
            if (!echo) {
                kept.add(reason);
            }
        }
        return kept;
    }
}
