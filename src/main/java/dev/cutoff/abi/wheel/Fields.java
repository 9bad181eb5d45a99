package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The fields of METADATA and WHEEL, which are headers of electronic mail (core metadata specification). */
final class Fields {

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Fields() {}

    /** Reads fields up to the first empty line, after which the description follows. */
    static Fields read(byte[] bytes) {
        Fields fields = new Fields();
        String name = "";
        StringBuilder value = new StringBuilder();
        for (String line : Cursor.text(bytes).split("\r?\n", -1)) {
            if (line.isEmpty()) {
                break;
            }
            if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                value.append('\n').append(line.strip());
                continue;
            }
            fields.add(name, value);
            int colon = line.indexOf(':');
            name = colon < 0 ? "" : line.substring(0, colon).strip();
            value = new StringBuilder(colon < 0 ? "" : line.substring(colon + 1).strip());
        }
        fields.add(name, value);
        return fields;
    }

    private void add(String name, StringBuilder value) {
        if (!name.isEmpty()) {
            values.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(value.toString());
        }
    }

    /** The values of a field in their order; none where it is missing. */
    List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    /** The first value of a field, empty where it is missing. */
    String first(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? "" : all.getFirst();
    }
}
