package dev.cutoff.abi.document;

import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.wheel.Layouts;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** What headers define as the document {@code cutoff.headers/1} of docs/wheels.md, written and read. */
public final class LayoutsJson {

    private static final String SCHEMA = "cutoff.headers/1";

    private LayoutsJson() {}

    /** The document. */
    public static String document(Layouts layouts) {
        return JsonText.document(json -> {
            json.writeStringProperty("schema", SCHEMA);
            json.writeStringProperty("digest", digest(layouts).hex());
            json.writeStringProperty("environment", layouts.environment());
            texts(json, "constants", layouts.constants());
            texts(json, "bodies", layouts.bodies());
            texts(json, "gaps", layouts.gaps());
            Binary types = layouts.types();
            if (types == null) {
                json.writeNullProperty("types");
            } else {
                json.writeObjectPropertyStart("types");
                InterfaceJson.write(json, types);
                json.writeEndObject();
            }
        });
    }

    private static void texts(JsonGenerator json, String name, Map<String, String> texts) {
        json.writeObjectPropertyStart(name);
        texts.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static Digest digest(Layouts layouts) {
        Binary types = layouts.types();
        StringBuilder text = new StringBuilder(layouts.environment()).append('\n');
        if (types != null) {
            text.append(types.digest().hex()).append(types.types().digest().hex());
        }
        for (Map<String, String> part : List.of(layouts.constants(), layouts.bodies(), layouts.gaps())) {
            text.append("\n\n");
            part.forEach(
                    (key, value) -> text.append(key).append('\t').append(value).append('\n'));
        }
        return Digest.ofText(text.toString());
    }

    /**
     * Reads a document back.
     *
     * @param file for messages
     * @throws Failure of kind INPUT for whatever is no such document
     */
    public static Layouts read(String text, String file) {
        JsonTree tree = new JsonTree(file);
        Map<?, ?> document = tree.parse(text);
        if (!SCHEMA.equals(document.get("schema"))) {
            throw tree.wrong("its schema is " + document.get("schema") + "; read is " + SCHEMA);
        }
        Binary types = null;
        if (document.get("types") != null) {
            Fingerprint read = new InterfaceReader(file).fingerprint(tree.map(document.get("types"), "types"));
            types = read instanceof Binary binary ? binary : null;
        }
        Layouts layouts = new Layouts(
                tree.string(document, "environment"),
                types,
                texts(tree, document, "constants"),
                texts(tree, document, "bodies"),
                texts(tree, document, "gaps"));
        if (!digest(layouts).equals(tree.digest(document, "digest"))) {
            throw tree.wrong("its digest is not that of what it holds (it was edited, or damaged)");
        }
        return layouts;
    }

    private static SortedMap<String, String> texts(JsonTree tree, Map<?, ?> of, String name) {
        SortedMap<String, String> texts = new TreeMap<>();
        Map<?, ?> map = tree.map(of.get(name), name);
        for (Object key : map.keySet()) {
            texts.put(String.valueOf(key), tree.string(map, String.valueOf(key)));
        }
        return Collections.unmodifiableSortedMap(texts);
    }
}
