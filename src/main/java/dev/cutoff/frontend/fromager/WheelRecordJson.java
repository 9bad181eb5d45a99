package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.document.JsonText;
import dev.cutoff.frontend.document.Json;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/** Records of wheels as JSON. */
final class WheelRecordJson {

    private WheelRecordJson() {}

    static String write(WheelRecord record) {
        return JsonText.document(json -> {
            json.writeStringProperty("schema", WheelRecord.SCHEMA);
            json.writeStringProperty("unit", record.unit());
            json.writeStringProperty("wheel", record.wheel());
            json.writeStringProperty("sha256", record.sha256());
            json.writeStringProperty("evidence", record.evidence().word());
            JsonText.strings(json, "gaps", record.gaps());
            JsonText.strings(json, "declared", record.declared());
            json.writeObjectPropertyStart("inputs");
            record.inputs().values().forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeArrayPropertyStart("environment");
            record.environment().forEach(distribution -> distribution(json, distribution));
            json.writeEndArray();
            json.writeObjectPropertyStart("source");
            json.writeStringProperty("file", record.source().file());
            json.writeStringProperty("sha256", record.source().sha256());
            json.writeEndObject();
            json.writeObjectPropertyStart("compiler");
            json.writeStringProperty("path", record.compiler().path());
            json.writeStringProperty("sha256", record.compiler().sha256());
            json.writeStringProperty("version", record.compiler().version());
            json.writeEndObject();
            json.writeNumberProperty("seconds", record.seconds());
            json.writeNumberProperty("cpu_seconds", record.cpuSeconds());
            json.writeNumberProperty("created", record.created());
            if (record.evidence() == Evidence.OBSERVED) {
                json.writeObjectPropertyStart("observed");
                json.writeArrayPropertyStart("untouched");
                record.observed().untouched().forEach(json::writeString);
                json.writeEndArray();
                json.writeObjectPropertyStart("system");
                record.observed().system().forEach(json::writeStringProperty);
                json.writeEndObject();
                json.writeEndObject();
            }
        });
    }

    private static void distribution(JsonGenerator json, WheelRecord.Distribution distribution) {
        json.writeStartObject();
        json.writeStringProperty("name", distribution.name());
        json.writeStringProperty("version", distribution.version());
        json.writeStringProperty("wheel", distribution.wheel());
        json.writeStringProperty("sha256", distribution.sha256());
        json.writeStringProperty("content", distribution.content());
        json.writeStringProperty("abi", distribution.abi());
        json.writeStringProperty("fingerprint", distribution.fingerprint());
        json.writeBooleanProperty("offers", distribution.offers());
        json.writeBooleanProperty("copied", distribution.copied());
        json.writeEndObject();
    }

    /** @throws Failure of kind INPUT, with the file, for what is no such document or of an unknown schema */
    static WheelRecord read(Json json) {
        String schema = json.text("schema");
        if (!schema.equals(WheelRecord.SCHEMA)) {
            throw json.wrong("is of schema " + schema + "; known is " + WheelRecord.SCHEMA);
        }
        if (json.text("sha256").isEmpty()) {
            throw json.get("sha256").wrong("is no SHA-256 digest");
        }
        json.get("inputs");
        List<WheelRecord.Distribution> environment = new ArrayList<>();
        for (Json distribution : json.list("environment")) {
            environment.add(new WheelRecord.Distribution(
                    distribution.text("name"),
                    distribution.text("version"),
                    distribution.text("wheel"),
                    BuildEnv.digest(distribution, "sha256"),
                    BuildEnv.digest(distribution, "content"),
                    BuildEnv.digest(distribution, "abi"),
                    BuildEnv.digest(distribution, "fingerprint"),
                    distribution.flag("offers"),
                    distribution.flag("copied")));
        }
        Json source = json.get("source");
        Json compiler = json.get("compiler");
        return new WheelRecord(
                json.text("unit"),
                json.text("wheel"),
                BuildEnv.digest(json, "sha256"),
                new Inputs(new TreeMap<>(json.texts("inputs"))),
                environment,
                new WheelRecord.Source(source.text("file"), BuildEnv.digest(source, "sha256")),
                new WheelRecord.Compiler(
                        compiler.text("path"), BuildEnv.digest(compiler, "sha256"), compiler.text("version")),
                evidence(json),
                json.list("gaps").stream().map(Json::text).toList(),
                json.list("declared").stream().map(Json::text).toList(),
                json.number("seconds"),
                json.number("cpu_seconds"),
                (long) json.number("created"),
                observed(json));
    }

    private static WheelRecord.Observed observed(Json json) {
        if (evidence(json) != Evidence.OBSERVED) {
            return WheelRecord.Observed.NOTHING;
        }
        Json observed = json.get("observed");
        return new WheelRecord.Observed(
                new TreeSet<>(
                        observed.list("untouched").stream().map(Json::text).toList()),
                new TreeMap<>(observed.texts("system")));
    }

    private static Evidence evidence(Json json) {
        return switch (json.text("evidence")) {
            case "observed" -> Evidence.OBSERVED;
            case "declared" -> Evidence.DECLARED;
            default -> throw json.get("evidence").wrong("is neither observed nor declared");
        };
    }
}
