package dev.cutoff.frontend.graph;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the lines of one unit. */
final class UnitReader {

    private static final Set<String> OF_UNITS =
            Set.of("input", "source", "open", "policy", "trust", "force", "check", "sees", "unseen", "record");

    private static final SortedMap<String, String> NO_ENVIRONMENT = new TreeMap<>();

    private final Line line;
    private final Names names;
    private final FactTable facts;
    private final ArtifactTable artifacts;
    private final Unit unit;
    private final Numbers needIds;
    private final RecordReader.Scratch scratch;
    private final boolean isOrdered;
    private final boolean isFirst;
    private final SortedMap<String, String> inputs = new TreeMap<>();
    private Map<StoredGraph.Key, StoredGraph.Sight> sees = Map.of();
    private final List<StoredGraph.Stored> records = new ArrayList<>();
    private final Set<Integer> numbers = new HashSet<>();
    private Digest source = Digest.EMPTY;
    private boolean closed = true;
    private Policy policy = Policy.IDENTICAL;
    private Trust trust = Trust.INCREMENTAL;
    private boolean forced;
    private boolean check;
    private @Nullable Inputs finalInputs;
    private @Nullable RecordReader record;

    /**
     * Begins with a {@code unit} line.
     *
     * @param declared numbers of the names of all units so far, to which it adds
     */
    UnitReader(
            Line line,
            Names names,
            FactTable facts,
            ArtifactTable artifacts,
            BitSet declared,
            RecordReader.Scratch scratch) {
        this.line = line;
        this.names = names;
        this.facts = facts;
        this.artifacts = artifacts;
        this.scratch = scratch;
        line.expect(1, 2);
        String name = line.text(1);
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf(' ') >= 0) {
            throw line.wrong("a unit has a name without blanks and slashes, and not '" + Line.brief(name) + "'");
        }
        List<String> needs = new ArrayList<>();
        boolean ordered = true;
        Numbers.Builder ids = scratch.needs().clear();
        for (Line.Items items = line.list(2); items.hasMore(); items.end()) {
            int need = items.name(names);
            if (!names.mark(need, line.number())) {
                throw line.wrong("the need " + names.name(need) + " is named twice");
            }
            ids.add(need);
            ordered = ordered && declared.get(need);
            needs.add(names.name(need));
        }
        int self = names.id(name);
        needIds = ids.build();
        isOrdered = ordered;
        isFirst = !declared.get(self);
        declared.set(self);
        this.unit = new Unit(
                names.name(self),
                "",
                line.file() + ":" + line.number(),
                List.copyOf(needs),
                List.of(),
                List.of(),
                NO_ENVIRONMENT,
                Unit.Options.DEFAULT);
    }

    static boolean knows(String word) {
        return OF_UNITS.contains(word) || RecordReader.WORDS.contains(word);
    }

    /** Whether all its needs stand before it. */
    boolean isOrdered() {
        return isOrdered;
    }

    /** Whether no unit of that name stands before it. */
    boolean isFirst() {
        return isFirst;
    }

    Unit unit() {
        return unit;
    }

    void take(String word) {
        if (word.equals("record")) {
            finishRecord();
            record = new RecordReader(line, names, facts, artifacts, unit, needIds, source, scratch);
            if (!numbers.add(record.number())) {
                throw line.wrong("a second record " + record.number() + " of " + unit.name());
            }
            return;
        }
        if (OF_UNITS.contains(word)) {
            if (record != null) {
                throw line.wrong(word + " stands before the unit's records");
            }
            own(word);
            return;
        }
        if (!RecordReader.WORDS.contains(word)) {
            throw line.wrong("no line of a graph: '" + Line.brief(word) + "'");
        }
        if (record == null) {
            throw line.wrong(word + " belongs to a record, and " + unit.name() + " has none yet");
        }
        record.take(word);
    }

    private void own(String word) {
        switch (word) {
            case "input" -> {
                line.expect(2, 2);
                if (inputs.put(line.text(1), line.text(2)) != null) {
                    throw line.wrong("a second input " + line.text(1));
                }
            }
            case "source" -> {
                line.expect(1, 1);
                source = line.digest(1);
            }
            case "open" -> closed = !flag();
            case "policy" -> {
                line.expect(1, 1);
                policy = Policy.of(line.text(1)).orElseThrow(() -> line.wrong("no policy: " + line.text(1)));
            }
            case "trust" -> {
                line.expect(1, 1);
                trust = Trust.of(line.text(1)).orElseThrow(() -> line.wrong("no trust: " + line.text(1)));
            }
            case "force" -> forced = flag();
            case "check" -> check = flag();
            default -> sight(word.equals("sees"));
        }
    }

    private boolean flag() {
        line.expect(0, 0);
        return true;
    }

    private void sight(boolean known) {
        line.expect(1, known ? 2 : 1);
        int number = line.number(1);
        if (number >= facts.size()) {
            throw line.wrong("no fact " + number + " before this line");
        }
        Fact fact = facts.fact(number);
        sees = sees.isEmpty() ? new HashMap<>() : sees;
        sees.put(StoredGraph.Key.of(fact), new StoredGraph.Sight(known ? fact.state() : null, line.text(2)));
    }

    /** The unit's inputs; no more come once there is a record. */
    private Inputs inputs() {
        Inputs known = finalInputs;
        if (known == null) {
            known = new Inputs(inputs);
            finalInputs = known;
        }
        return known;
    }

    private void finishRecord() {
        if (record != null) {
            records.add(record.finish(inputs()));
            record = null;
        }
    }

    StoredGraph.Entry finish() {
        finishRecord();
        return new StoredGraph.Entry(
                inputs(), source, closed, policy, trust, forced, check, sees, List.copyOf(records));
    }
}
