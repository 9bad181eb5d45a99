package dev.cutoff.frontend.fromager;

import dev.cutoff.build.WheelUses;
import dev.cutoff.frontend.document.Json;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Step;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a build was seen to use, as JSON {@value #SCHEMA}, see docs/fromager-integration.md.
 *
 * @param name of the package
 * @param version as the build's document has it
 */
record TraceFile(String name, String version, WheelUses uses) {

    static final String SCHEMA = "cutoff.build-trace/1";

    private static final Map<String, FactKind> KINDS = new HashMap<>();

    static {
        for (FactKind kind : FactKind.values()) {
            KINDS.put(kind.word(), kind);
        }
    }

    void write(Path file) throws IOException {
        try (Writer text = Files.newBufferedWriter(file);
                JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("schema", SCHEMA);
            json.writeStringProperty("package", name);
            json.writeStringProperty("version", version);
            json.writeStringProperty("observer", uses.observer());
            json.writeArrayPropertyStart("gaps");
            uses.gaps().forEach(json::writeString);
            json.writeEndArray();
            json.writeArrayPropertyStart("steps");
            uses.steps().forEach(step -> step(json, step));
            json.writeEndArray();
            json.writeArrayPropertyStart("uses");
            uses.uses().forEach(use -> use(json, use));
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void step(JsonGenerator json, Step step) {
        json.writeStartObject();
        json.writeNumberProperty("parent", step.parent());
        json.writeStringProperty("program", step.program());
        json.writeStringProperty("command", step.display());
        json.writeStringProperty("folder", step.folder());
        json.writeEndObject();
    }

    private static void use(JsonGenerator json, WheelUses.Used use) {
        Fact fact = use.fact();
        json.writeStartObject();
        json.writeStringProperty("of", word(use.of()));
        json.writeArrayPropertyStart("distributions");
        use.distributions().forEach(json::writeString);
        json.writeEndArray();
        json.writeStringProperty("kind", fact.kind().word());
        json.writeStringProperty("entity", fact.entity());
        if (!fact.scope().isEmpty()) {
            json.writeStringProperty("scope", fact.scope());
        }
        if (!fact.content().isEmpty()) {
            json.writeStringProperty("content", fact.content());
        }
        json.writeStringProperty("state", fact.state());
        json.writeArrayPropertyStart("steps");
        use.steps().forEach(json::writeNumber);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String word(WheelUses.Of of) {
        return of.name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Reads one.
     *
     * @throws Failure of kind INPUT with the place, for what is none or of another schema
     */
    static TraceFile read(Path file) {
        return read(Json.read(file));
    }

    static TraceFile read(Json json) {
        String schema = json.text("schema");
        if (!schema.equals(SCHEMA)) {
            throw json.get("schema").wrong("'" + schema + "' is not " + SCHEMA);
        }
        List<String> gaps = new ArrayList<>();
        json.list("gaps").forEach(gap -> gaps.add(gap.text()));
        List<Step> steps = new ArrayList<>();
        for (Json step : json.list("steps")) {
            int parent = step.get("parent").whole(-1, steps.size() - 1);
            steps.add(new Step(
                    steps.size(),
                    parent,
                    0,
                    command(step),
                    step.text("folder"),
                    Digest.EMPTY,
                    List.of(),
                    List.of(),
                    0,
                    ""));
        }
        List<WheelUses.Used> uses = new ArrayList<>();
        for (Json use : json.list("uses")) {
            uses.add(use(use, steps.size()));
        }
        return new TraceFile(
                json.text("package"), json.text("version"), new WheelUses(json.text("observer"), gaps, steps, uses));
    }

    /** The program by itself: words behind it may be paths. */
    private static List<String> command(Json step) {
        String program = step.text("program");
        String command = step.text("command");
        return command.startsWith(program + " ")
                ? List.of(program, command.substring(program.length() + 1))
                : List.of(program);
    }

    private static WheelUses.Used use(Json use, int steps) {
        WheelUses.Of of = null;
        for (WheelUses.Of each : WheelUses.Of.values()) {
            of = word(each).equals(use.text("of")) ? each : of;
        }
        FactKind kind = KINDS.get(use.text("kind"));
        if (of == null || kind == null) {
            throw use.wrong("is a use of no kind that is known: " + use.text("of") + ", " + use.text("kind"));
        }
        List<Integer> by = new ArrayList<>();
        for (Json step : use.list("steps")) {
            by.add(step.whole(0, steps - 1));
        }
        return new WheelUses.Used(
                of,
                use.list("distributions").stream().map(Json::text).toList(),
                new Fact(kind, use.text("entity"), use.text("scope", ""), use.text("content", ""), use.text("state")),
                by);
    }
}
