package dev.cutoff.abi.document;

import java.io.StringWriter;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** How documents with long lists are written: ASCII alone, in lines. */
public final class JsonText {

    /** Names that are no UTF-8 hold lone surrogates, which only an escape can carry. */
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final ObjectWriteContext LINES = new ObjectWriteContext.Base() {
        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new Lines();
        }
    };

    private JsonText() {}

    /** A document of one object, ASCII alone, with a line end. */
    public static String document(Consumer<JsonGenerator> body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(LINES, text)) {
            json.writeStartObject();
            body.accept(json);
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    /** A property that is null where there is no value. */
    public static void string(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    /** A property that is a list of strings. */
    public static void strings(JsonGenerator json, String name, Collection<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    /** What a reader of JSON says is wrong, with the line, and without what it can't tell of where. */
    public static String fault(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        String line = at == null || at.getLineNr() < 1 ? "" : "line " + at.getLineNr() + ": ";
        return line + String.valueOf(e.getOriginalMessage()).split(" \\(start marker at ", 2)[0];
    }
}
