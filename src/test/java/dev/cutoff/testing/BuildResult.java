package dev.cutoff.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/** A {@code cutoff.build/1} document. */
public record BuildResult(Map<String, Map<String, Object>> units, Map<String, Object> summary) {

    public static BuildResult parse(String json) {
        Map<String, Object> document = Json.object(Json.parse(json));
        Map<String, Map<String, Object>> units = new LinkedHashMap<>();
        for (Object unit : Json.list(document.get("units"))) {
            Map<String, Object> fields = Json.object(unit);
            units.put((String) fields.get("unit"), fields);
        }
        return new BuildResult(units, Json.object(document.get("summary")));
    }

    public String action(String unit) {
        return units.containsKey(unit) ? (String) units.get(unit).get("action") : "not there";
    }

    /** The trust in what stands for a unit. */
    public String trust(String unit) {
        return String.valueOf(units.get(unit).get("trust"));
    }

    /** All reasons' texts. */
    public String reasons(String unit) {
        StringBuilder text = new StringBuilder();
        for (Object reason : Json.list(units.get(unit).get("reasons"))) {
            text.append(Json.object(reason).get("text")).append('\n');
        }
        return text.toString();
    }
}
