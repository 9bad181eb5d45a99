package dev.cutoff.frontend.graph;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Reads the lines of one record. */
final class RecordReader {

    static final Set<String> WORDS =
            Set.of("had", "lacked", "from", "step", "gap", "vouched", "incremental", "cpu", "lost");

    /** Lists that one record after another is read into. */
    record Scratch(Numbers.Builder needs, Numbers.Builder uses) {
        Scratch() {
            this(new Numbers.Builder(), new Numbers.Builder());
        }
    }

    private final Line line;
    private final int begin;
    private final int number;
    private final int artifact;
    private final Numbers needs;
    private final boolean asToday;
    private final NavigableMap<String, String> had = new TreeMap<>();
    private final List<String> lacked = new ArrayList<>();
    private final List<StoredGraph.Known> known = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private final List<String> declared = new ArrayList<>();
    private Digest source;
    private Trust trust = Trust.CLEAN;
    private double cpuSeconds;
    private boolean lost;
    private boolean more;
    private int mostStep = -1;
    private final Numbers.Builder uses;

    /**
     * Begins with a {@code record} line.
     *
     * @param todays numbers of the names of what the unit needs
     * @param source of the unit
     */
    RecordReader(
            Line line,
            Names names,
            FactTable facts,
            ArtifactTable artifacts,
            Unit unit,
            Numbers todays,
            Digest source,
            Scratch scratch) {
        this.line = line;
        this.begin = line.number();
        this.source = source;
        this.uses = scratch.uses().clear();
        line.expect(2, 4);
        number = line.number(1);
        artifact = existing(line.number(2), artifacts);
        int self = names.id(unit.name());
        if (artifacts.unit(artifact) != self) {
            throw line.wrong(
                    "artifact " + artifact + " is one of " + artifacts.name(artifact) + ", not of " + unit.name());
        }
        Numbers.Builder listed = scratch.needs().clear();
        boolean same = true;
        for (Line.Items items = line.list(3); items.hasMore(); items.end()) {
            int need = existing(items.number(), artifacts);
            if (artifacts.unit(need) == self || !names.mark(artifacts.unit(need), -line.number())) {
                throw line.wrong("a build sees one artifact of each of its needs, and none of its own");
            }
            same = same && listed.size() < todays.size() && todays.get(listed.size()) == artifacts.unit(need);
            listed.add(need);
        }
        asToday = same && listed.size() == todays.size();
        needs = listed.build();
        for (Line.Items items = line.list(4); items.hasMore(); items.end()) {
            use(items, names, facts, artifacts, self);
        }
    }

    private int existing(int number, ArtifactTable artifacts) {
        if (number >= artifacts.size()) {
            throw line.wrong("no artifact " + number + " before this line");
        }
        return number;
    }

    private void use(Line.Items items, Names names, FactTable facts, ArtifactTable artifacts, int self) {
        if (items.takes('*')) {
            int all = existing(items.number(), artifacts);
            if (!needs.contains(all)) {
                throw line.wrong("all of artifact " + all + " is used, with which it was not built");
            }
            uses.add(~all);
            if (more) {
                known.add(StoredGraph.Known.ASSUMED);
            }
            return;
        }
        int fact = items.number();
        if (fact >= facts.size()) {
            throw line.wrong("no fact " + fact + " before this line");
        }
        int owner = facts.owner(fact);
        if (owner >= 0
                && owner != self
                && !names.isMarked(owner, -begin)
                && !facts.fact(fact).state().equals(Fact.ABSENT)) {
            throw line.wrong("fact " + fact + " is used, and the artifact in which it was found is not among those that"
                    + " the record was built with");
        }
        StoredGraph.Known how = how(items);
        if (!how.equals(StoredGraph.Known.OBSERVED) && !more) {
            for (int i = 0; i < uses.size(); i++) {
                known.add(uses.get(i) < 0 ? StoredGraph.Known.ASSUMED : StoredGraph.Known.OBSERVED);
            }
            more = true;
        }
        uses.add(fact);
        if (more) {
            known.add(how);
        }
    }

    private StoredGraph.Known how(Line.Items items) {
        Evidence evidence = items.takes('l')
                ? Evidence.LINKED
                : items.takes('d') ? Evidence.DECLARED : items.takes('a') ? Evidence.ASSUMED : Evidence.OBSERVED;
        if (!items.takes('@')) {
            return evidence == Evidence.OBSERVED
                    ? StoredGraph.Known.OBSERVED
                    : new StoredGraph.Known(evidence, List.of());
        }
        List<Integer> by = new ArrayList<>();
        do {
            by.add(items.number());
            mostStep = Math.max(mostStep, by.getLast());
        } while (items.takes(','));
        return new StoredGraph.Known(evidence, List.copyOf(by));
    }

    int number() {
        return number;
    }

    void take(String word) {
        switch (word) {
            case "had" -> {
                line.expect(2, 2);
                had.put(line.text(1), line.text(2));
            }
            case "lacked" -> {
                line.expect(1, 1);
                lacked.add(line.text(1));
            }
            case "from" -> {
                line.expect(1, 1);
                source = line.digest(1);
            }
            case "step" -> step();
            case "gap" -> {
                line.expect(1, 1);
                gaps.add(line.text(1));
                more = true;
            }
            case "vouched" -> {
                line.expect(1, 1);
                declared.add(line.text(1));
                more = true;
            }
            case "incremental" -> {
                line.expect(0, 0);
                trust = Trust.INCREMENTAL;
                more = true;
            }
            case "cpu" -> {
                line.expect(1, 1);
                cpuSeconds = seconds(line.text(1));
                more = true;
            }
            default -> {
                line.expect(0, 0);
                lost = true;
                more = true;
            }
        }
    }

    private double seconds(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value < 1e12) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw line.wrong("not a number of seconds: '" + Line.brief(text) + "'");
    }

    /** A step: the one that started it, or "-"; what it was for; its command. */
    private void step() {
        line.expect(2, Integer.MAX_VALUE);
        int parent = line.text(1).equals("-") ? -1 : line.number(1);
        if (parent >= steps.size()) {
            throw line.wrong("a step is started by one before it");
        }
        List<String> command = new ArrayList<>();
        for (int i = 3; i < line.fields(); i++) {
            command.add(line.text(i));
        }
        steps.add(new Step(steps.size(), parent, 0, command, "", Digest.EMPTY, List.of(), List.of(), 0, line.text(2)));
        more = true;
    }

    StoredGraph.Stored finish(Inputs present) {
        if (mostStep >= steps.size()) {
            throw line.wrong(begin, "no step " + mostStep + " in this record");
        }
        Inputs inputs = present;
        if (!had.isEmpty() || !lacked.isEmpty()) {
            NavigableMap<String, String> values = new TreeMap<>(present.values());
            lacked.forEach(values::remove);
            values.putAll(had);
            inputs = new Inputs(values);
        }
        StoredGraph.Extras extras = more
                ? new StoredGraph.Extras(
                        List.copyOf(known),
                        List.copyOf(steps),
                        List.copyOf(gaps),
                        List.copyOf(declared),
                        trust,
                        cpuSeconds,
                        lost)
                : StoredGraph.Extras.NONE;
        return new StoredGraph.Stored(number, artifact, needs, asToday, uses.build(), inputs, source, extras);
    }
}
