package dev.cutoff.frontend.graph;

import dev.cutoff.decide.DueCheck;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Trust;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the lines of one unit. */
final class UnitReader {

    private static final Set<String> OF_UNITS =
            Set.of("input", "source", "open", "policy", "trust", "force", "check", "told", "sees", "unseen", "record");

    /** The input that nearly all units have. */
    private static final String BUILD = "build";

    private final Line line;
    private final StoredGraph graph;
    private final int id;
    private final String name;
    private final Numbers needs;
    private final RecordReader.Scratch scratch;
    private final SortedMap<String, String> inputs = new TreeMap<>();
    private Map<StoredGraph.Key, StoredGraph.Sight> sees = Map.of();
    private final List<StoredGraph.Stored> records = new ArrayList<>(1);
    private Digest source = Digest.EMPTY;
    private boolean closed = true;
    private Policy policy = Policy.IDENTICAL;
    private Trust trust = Trust.INCREMENTAL;
    private boolean forced;
    private Optional<DueCheck> check = Optional.empty();
    private int told = -1;
    private boolean elsewhere;
    private @Nullable Inputs finalInputs;
    private @Nullable RecordReader record;

    /** Begins with a {@code unit} line. */
    UnitReader(Line line, StoredGraph graph, RecordReader.Scratch scratch) {
        this.line = line;
        this.graph = graph;
        this.scratch = scratch;
        line.expect(1, 2);
        Names names = graph.names();
        String text = line.text(1);
        if (text.isEmpty() || text.indexOf('/') >= 0 || text.indexOf(' ') >= 0) {
            throw line.wrong("a unit has a name without blanks and slashes, and not '" + Line.brief(text) + "'");
        }
        Numbers.Builder ids = scratch.todays().clear();
        for (Line.Items items = line.list(2); items.hasMore(); items.end()) {
            int need = items.takes('#') ? earlier(items.number()) : items.name(names);
            if (!names.mark(need, line.number())) {
                throw line.wrong("the need " + names.name(need) + " is named twice");
            }
            ids.add(need);
        }
        id = names.id(text);
        this.name = names.name(id);
        needs = ids.on(scratch.shelf());
        if (!graph.units().add(id, needs, line)) {
            throw line.wrong("a second unit " + name);
        }
    }

    /** The name's number of a unit that stands before this one, counted from 0. */
    private int earlier(int place) {
        if (place >= graph.units().size()) {
            throw line.wrong("no unit #" + place + " before this one");
        }
        return graph.units().at(place);
    }

    static boolean knows(String word) {
        return OF_UNITS.contains(word) || RecordReader.WORDS.contains(word);
    }

    void take(String word) {
        if (word.equals("record")) {
            finishRecord();
            record = new RecordReader(line, graph, name, id, source, scratch);
            if (hasRecord(record.number())) {
                throw line.wrong("a second record " + record.number() + " of " + name);
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
            throw line.wrong(word + " belongs to a record, and " + name + " has none yet");
        }
        record.take(word);
    }

    private boolean hasRecord(int number) {
        for (StoredGraph.Stored stored : records) {
            if (stored.number() == number) {
                return true;
            }
        }
        return false;
    }

    private void own(String word) {
        switch (word) {
            case "input" -> {
                line.expect(2, 2);
                String input = line.is(1, BUILD) ? BUILD : line.text(1);
                if (inputs.put(input, line.text(2)) != null) {
                    throw line.wrong("a second input " + input);
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
            case "check" -> {
                line.expect(0, 1);
                check = Optional.of(new DueCheck(line.text(1)));
            }
            case "told" -> {
                line.expect(1, 2);
                told = line.number(1);
                elsewhere = line.text(2).equals("elsewhere");
                if (!elsewhere && !line.isEmpty(2)) {
                    throw line.wrong("what may stand behind the record's number is 'elsewhere'");
                }
            }
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
        if (number >= graph.facts().size()) {
            throw line.wrong("no fact " + number + " before this line");
        }
        Fact fact = graph.facts().fact(number);
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
                id,
                name,
                needs,
                inputs(),
                source,
                closed,
                policy,
                trust,
                forced,
                check,
                told,
                elsewhere,
                sees,
                List.copyOf(records));
    }
}
