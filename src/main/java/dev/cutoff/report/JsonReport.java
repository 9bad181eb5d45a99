package dev.cutoff.report;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import dev.cutoff.model.Reason;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** The documents of docs/json.md: {@code cutoff.build/1}, {@code cutoff.plan/1}, {@code cutoff.decision/1}. */
public final class JsonReport {

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectWriteContext PRETTY = new ObjectWriteContext.Base() {
        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }

        @Override
        public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }
    };

    private JsonReport() {}

    /** What stands in a document. */
    public interface Body {
        void write(JsonGenerator json);
    }

    /** A document of one object. */
    public static String document(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(PRETTY, text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    /** A text as a value. */
    static String quoted(String text) {
        StringWriter quoted = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(PRETTY, quoted)) {
            json.writeString(text);
        }
        return quoted.toString();
    }

    /** A whole run. */
    public static void run(Writer out, String schema, String policy, List<Outcome> outcomes) {
        try (Run run = new Run(out, schema, policy)) {
            outcomes.forEach(run);
        }
    }

    /** The document of a run that is written while outcomes come, of any number of units. */
    public static final class Run implements Consumer<Outcome>, AutoCloseable {
        private final Writer out;
        private final JsonGenerator json;
        private final Summary.Tally tally = new Summary.Tally();
        private final List<Consumer<JsonGenerator>> further = new ArrayList<>();

        /** @param out is flushed, and left open */
        public Run(Writer out, String schema, String policy) {
            this.out = out;
            json = JSON.createGenerator(PRETTY, out);
            json.writeStartObject();
            json.writeStringProperty("schema", schema);
            json.writeStringProperty("policy", policy);
            json.writeArrayPropertyStart("units");
        }

        @Override
        public void accept(Outcome outcome) {
            accept(outcome, more -> {});
        }

        /**
         * Writes a unit.
         *
         * @param more writes further properties of it
         */
        public void accept(Outcome outcome, Consumer<JsonGenerator> more) {
            json.writeStartObject();
            unit(json, outcome);
            more.accept(json);
            json.writeEndObject();
            tally.add(outcome);
        }

        /**
         * Adds to what is said of the run.
         *
         * @param properties writes further properties of it; called before {@link #close}
         */
        public void beside(Consumer<JsonGenerator> properties) {
            further.add(properties);
        }

        @Override
        public void close() {
            json.writeEndArray();
            further.forEach(properties -> properties.accept(json));
            json.writeObjectPropertyStart("summary");
            Summary summary = tally.summary();
            json.writeNumberProperty("kept", summary.count(Action.KEEP));
            json.writeNumberProperty("relinked", summary.count(Action.RELINK));
            json.writeNumberProperty("rebuilt", summary.count(Action.REBUILD));
            json.writeNumberProperty("maybe", summary.count(Action.MAYBE));
            json.writeNumberProperty("waiting", summary.count(Action.WAIT));
            json.writeNumberProperty("skipped", summary.count(Action.SKIPPED));
            json.writeNumberProperty("failed", summary.count(Action.FAIL));
            json.writeNumberProperty("cpu_seconds", rounded(summary.cpuSeconds()));
            json.writeNumberProperty("cpu_seconds_saved", rounded(summary.cpuSecondsSaved()));
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
            json.flush();
            try {
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One unit's decision, as a workspace keeps it for {@code explain}. */
    public static String decision(Outcome outcome) {
        return document(json -> {
            json.writeStringProperty("schema", "cutoff.decision/1");
            unit(json, outcome);
        });
    }

    private static void unit(JsonGenerator json, Outcome outcome) {
        Action action = outcome.decision().action();
        json.writeStringProperty("unit", outcome.unit());
        json.writeStringProperty("action", action.word());
        string(
                json,
                "how",
                action == Action.REBUILD ? outcome.trust().map(t -> t.word()).orElse(null) : null);
        string(json, "trust", outcome.trust().map(t -> t.word()).orElse(null));
        json.writeNumberProperty("seconds", rounded(outcome.seconds()));
        json.writeNumberProperty("cpu_seconds", rounded(outcome.cpuSeconds()));
        json.writeNumberProperty("cpu_seconds_saved", rounded(outcome.cpuSecondsSaved()));
        var record = outcome.decision().record();
        if (record == null) {
            json.writeNullProperty("record");
        } else {
            json.writeNumberProperty("record", record.number());
        }
        json.writeStringProperty("compared", outcome.decision().compared());
        json.writeArrayPropertyStart("reasons");
        for (Reason reason : outcome.decision().reasons()) {
            json.writeStartObject();
            json.writeStringProperty("kind", reason.kind().word());
            string(json, "dependency", reason.dependency());
            string(json, "entity", reason.entity());
            string(json, "was", reason.was());
            string(json, "now", reason.now());
            string(json, "step", reason.step());
            json.writeStringProperty("text", reason.text());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (!outcome.failure().isEmpty()) {
            json.writeStringProperty("failure", outcome.failure());
        }
    }

    private static void string(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }
}
