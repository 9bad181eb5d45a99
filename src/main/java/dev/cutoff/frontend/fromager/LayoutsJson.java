package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.document.InterfaceJson;
import dev.cutoff.abi.document.InterfaceReader;
import dev.cutoff.abi.document.JsonText;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.wheel.Layouts;
import dev.cutoff.model.Failure;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** What headers say to a compiler, as JSON: {@code cutoff.headers/1}. */
final class LayoutsJson {

    private static final String SCHEMA = "cutoff.headers/1";

    private LayoutsJson() {}

    static String write(Layouts layouts) {
        return JsonText.document(json -> {
            json.writeStringProperty("schema", SCHEMA);
            json.writeStringProperty("environment", layouts.environment());
            Binary types = layouts.types();
            JsonText.string(json, "types", types == null ? null : InterfaceJson.document(types));
            texts(json, "constants", layouts.constants());
            texts(json, "bodies", layouts.bodies());
            texts(json, "gaps", layouts.gaps());
        });
    }

    private static void texts(JsonGenerator json, String name, Map<String, String> texts) {
        json.writeObjectPropertyStart(name);
        texts.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    /** @throws Failure of kind INPUT for what is no such document */
    static Layouts read(Json json) {
        if (!json.text("schema").equals(SCHEMA)) {
            throw json.wrong("is of schema " + json.text("schema") + "; known is " + SCHEMA);
        }
        Binary types = null;
        if (json.has("types")) {
            if (!(InterfaceReader.read(json.text("types"), "types") instanceof Binary binary)) {
                throw json.get("types").wrong("is no library");
            }
            types = binary;
        }
        return new Layouts(
                json.text("environment"), types, texts(json, "constants"), texts(json, "bodies"), texts(json, "gaps"));
    }

    private static SortedMap<String, String> texts(Json json, String name) {
        json.get(name);
        return Collections.unmodifiableSortedMap(new TreeMap<>(json.texts(name)));
    }
}
