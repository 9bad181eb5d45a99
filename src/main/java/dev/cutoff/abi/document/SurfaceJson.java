package dev.cutoff.abi.document;

import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.TypeGraph;
import dev.cutoff.abi.type.TypeId;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The part {@code types} of a fingerprint's document. */
final class SurfaceJson {

    private SurfaceJson() {}

    static void write(JsonGenerator json, Surface types) {
        json.writeObjectPropertyStart("types");
        json.writeStringProperty("tier", types.tier().word());
        json.writeStringProperty("digest", types.digest().hex());
        json.writeStringProperty("salt", types.salt());
        JsonText.strings(json, "gaps", types.gaps());
        List<TypeId> layouts = types.layouts();
        json.writeArrayPropertyStart("symbols");
        types.symbols().forEach((symbol, node) -> {
            json.writeStartObject();
            json.writeStringProperty("name", symbol);
            json.writeNumberProperty("node", node);
            json.writeStringProperty("exact", types.exact().get(node).hex());
            json.writeStringProperty("layout", layouts.get(node).hex());
            TypeId closure = types.closure().get(symbol);
            JsonText.string(json, "closure", closure == null ? null : closure.hex());
            json.writeEndObject();
        });
        json.writeEndArray();
        json.writeArrayPropertyStart("nodes");
        TypeGraph graph = types.graph();
        for (int node = 0; node < graph.size(); node++) {
            json.writeStartObject();
            json.writeStringProperty("shape", graph.text(node));
            if (!graph.alias(node).isEmpty()) {
                json.writeStringProperty("alias", graph.alias(node));
            }
            json.writeArrayPropertyStart("to");
            for (int i = 0; i < graph.edges(node); i++) {
                json.writeNumber(graph.edge(node, i));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
