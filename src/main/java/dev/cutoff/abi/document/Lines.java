package dev.cutoff.abi.document;

import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.PrettyPrinter;

/**
 * The layout of documents with long lists: a line for each entry of an object and each element of an array, but for an
 * object that is an element, which stands on one line; so that {@code diff} and {@code grep} are of use on them.
 */
final class Lines implements PrettyPrinter {

    /** One level that is open; {@code flat} for an object on one line. */
    private record Level(boolean array, boolean flat) {}

    private final Deque<Level> levels = new ArrayDeque<>();

    @Override
    public void writeRootValueSeparator(JsonGenerator json) {
        json.writeRaw('\n');
    }

    @Override
    public void writeStartObject(JsonGenerator json) {
        json.writeRaw('{');
        levels.push(new Level(false, !levels.isEmpty() && levels.element().array()));
    }

    @Override
    public void beforeObjectEntries(JsonGenerator json) {
        line(json);
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator json) {
        json.writeRaw(',');
        line(json);
    }

    @Override
    public void writeObjectNameValueSeparator(JsonGenerator json) {
        json.writeRaw(levels.element().flat() ? ":" : ": ");
    }

    @Override
    public void writeEndObject(JsonGenerator json, int entries) {
        boolean flat = levels.pop().flat();
        end(json, entries == 0 || flat, '}');
    }

    @Override
    public void writeStartArray(JsonGenerator json) {
        json.writeRaw('[');
        levels.push(new Level(true, false));
    }

    @Override
    public void beforeArrayValues(JsonGenerator json) {
        line(json);
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator json) {
        json.writeRaw(',');
        line(json);
    }

    @Override
    public void writeEndArray(JsonGenerator json, int values) {
        levels.pop();
        end(json, values == 0, ']');
    }

    private void line(JsonGenerator json) {
        if (!levels.element().flat()) {
            indent(json);
        }
    }

    private void end(JsonGenerator json, boolean sameLine, char bracket) {
        if (!sameLine) {
            indent(json);
        }
        json.writeRaw(bracket);
    }

    private void indent(JsonGenerator json) {
        json.writeRaw('\n');
        for (int i = 0; i < levels.size(); i++) {
            json.writeRaw(' ');
        }
    }
}
