package dev.cutoff.frontend.graph;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The steps of a record that a graph file has: those that uses name, and what started them, numbered anew. */
final class StoredSteps {

    /** More characters of a command are never shown. */
    private static final int SHOWN = 200;

    private final BuildRecord record;
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final List<String[]> lines = new ArrayList<>();

    StoredSteps(BuildRecord record) {
        this.record = record;
    }

    /** What stands behind a use for its steps: {@code @4,7}. */
    String at(Use use) {
        StringBuilder text = new StringBuilder();
        for (int step : use.steps()) {
            text.append(text.isEmpty() ? '@' : ',').append(number(step));
        }
        return text.toString();
    }

    private int number(int step) {
        Integer known = numbers.get(step);
        if (known != null) {
            return known;
        }
        Step told = record.steps().get(step);
        // A step's parent has a smaller number, so this ends.
        String parent = told.parent() >= 0 && told.parent() < step ? Integer.toString(number(told.parent())) : "-";
        List<String> fields = new ArrayList<>(List.of("step", parent, told.check()));
        int length = 0;
        for (int i = 0; i < told.command().size() && length <= SHOWN; i++) {
            String word = told.command().get(i);
            // The program's name stands at the end of the first word.
            fields.add(i > 0 && word.length() > SHOWN ? word.substring(0, SHOWN) : word);
            length += i > 0 ? word.length() : 0;
        }
        lines.add(fields.toArray(String[]::new));
        numbers.put(step, lines.size() - 1);
        return lines.size() - 1;
    }

    /** The fields of their lines. */
    List<String[]> lines() {
        return lines;
    }
}
