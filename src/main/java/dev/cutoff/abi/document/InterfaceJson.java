package dev.cutoff.abi.document;

import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Data;
import dev.cutoff.abi.fingerprint.Distribution;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.Link;
import dev.cutoff.abi.fingerprint.Machine;
import dev.cutoff.abi.fingerprint.Need;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.model.Digest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Fingerprints as the documents of docs/fingerprint.md, {@code cutoff.fingerprint/1} and {@code cutoff.fingerprints/1}. */
public final class InterfaceJson {

    static final String SCHEMA = "cutoff.fingerprint/1";

    private final JsonGenerator json;

    private InterfaceJson(JsonGenerator json) {
        this.json = json;
    }

    /** One fingerprint: the same for the same interface, wherever the file is. Wheels have a schema of their own. */
    public static String document(Fingerprint fingerprint) {
        if (fingerprint instanceof Wheel wheel) {
            return WheelJson.document(wheel);
        }
        return JsonText.document(json -> {
            json.writeStringProperty("schema", SCHEMA);
            new InterfaceJson(json).body(fingerprint);
        });
    }

    /** Fingerprints of several files, by their names as they were given. */
    public static String document(Map<String, Fingerprint> files) {
        return JsonText.document(json -> {
            json.writeStringProperty("schema", "cutoff.fingerprints/1");
            json.writeObjectPropertyStart("files");
            files.forEach((name, fingerprint) -> {
                json.writeObjectPropertyStart(name);
                if (fingerprint instanceof Wheel wheel) {
                    WheelJson.write(json, wheel);
                } else {
                    new InterfaceJson(json).body(fingerprint);
                }
                json.writeEndObject();
            });
            json.writeEndObject();
        });
    }

    private void body(Fingerprint fingerprint) {
        json.writeStringProperty("kind", fingerprint.kind());
        json.writeStringProperty("evidence", fingerprint.evidence());
        json.writeStringProperty("digest", fingerprint.digest().hex());
        switch (fingerprint) {
            case Binary binary -> binary(binary);
            case StaticArchive archive -> archive(archive);
            case Header header -> {
                json.writeStringProperty("tokens", header.tokens().hex());
                digest("beyond", header.beyond());
            }
            case Data data -> {
                json.writeStringProperty("content", data.content().hex());
                json.writeBooleanProperty("executable", data.executable());
                string("why", data.why());
            }
            case Link link -> json.writeStringProperty("target", link.target());
            case Folder folder -> {
                json.writeObjectPropertyStart("files");
                folder.files().forEach((path, file) -> {
                    json.writeObjectPropertyStart(path);
                    body(file);
                    json.writeEndObject();
                });
                json.writeEndObject();
            }
            case Distribution _ ->
                throw new IllegalArgumentException(fingerprint.kind() + " has a document of its own");
        }
    }

    private void binary(Binary binary) {
        Machine machine = binary.machine();
        json.writeObjectPropertyStart("machine");
        json.writeNumberProperty("number", machine.number());
        json.writeNumberProperty("bits", machine.bits());
        json.writeStringProperty("order", machine.little() ? "little" : "big");
        json.writeNumberProperty("flags", Integer.toUnsignedLong(machine.flags()));
        json.writeEndObject();
        digest("content", binary.content());
        string("soname", binary.soname());
        strings("needed", binary.needed());
        strings("filters", binary.filters());
        strings("versions", binary.versions());
        json.writeArrayPropertyStart("needed_versions");
        for (NeededVersion version : binary.neededVersions()) {
            json.writeStartObject();
            json.writeStringProperty("file", version.file());
            json.writeStringProperty("version", version.name());
            json.writeBooleanProperty("weak", version.weak());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("offers");
        binary.offers().forEach(this::offer);
        json.writeEndArray();
        json.writeArrayPropertyStart("needs");
        binary.needs().forEach(this::need);
        json.writeEndArray();
        boolean lto = binary.linkTimeCode() != LinkTimeCode.Compiler.NONE;
        string("lto", lto ? word(binary.linkTimeCode()) : null);
        json.writeBooleanProperty("hides_symbols", binary.hidesSymbols());
        SurfaceJson.write(json, binary.types());
    }

    private void offer(Offer offer) {
        json.writeStartObject();
        json.writeStringProperty("name", offer.name());
        if (offer.version() != null) {
            json.writeStringProperty("version", offer.version());
            json.writeBooleanProperty("default", offer.isDefault());
        }
        json.writeStringProperty("kind", word(offer.kind()));
        json.writeStringProperty("binding", word(offer.binding()));
        json.writeStringProperty("visibility", word(offer.visibility()));
        if (offer.isData()) {
            json.writeNumberProperty("size", offer.size());
        }
        json.writeEndObject();
    }

    private void need(Need need) {
        json.writeStartObject();
        json.writeStringProperty("name", need.name());
        if (need.version() != null) {
            json.writeStringProperty("version", need.version());
        }
        if (need.file() != null) {
            json.writeStringProperty("file", need.file());
        }
        json.writeBooleanProperty("weak", need.weak());
        if (need.copied()) {
            json.writeBooleanProperty("copied", true);
        }
        json.writeEndObject();
    }

    private void archive(StaticArchive archive) {
        json.writeBooleanProperty("thin", archive.thin());
        digest("index", archive.index());
        json.writeNumberProperty("indexed", archive.indexed());
        json.writeArrayPropertyStart("members");
        for (StaticArchive.Part part : archive.parts()) {
            json.writeStartObject();
            json.writeStringProperty("name", part.name());
            digest("content", part.content());
            if (part.object() == null) {
                json.writeNullProperty("object");
            } else {
                json.writeObjectPropertyStart("object");
                body(part.object());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void digest(String name, @Nullable Digest digest) {
        string(name, digest == null ? null : digest.hex());
    }

    private void string(String name, @Nullable String value) {
        JsonText.string(json, name, value);
    }

    private void strings(String name, List<String> values) {
        JsonText.strings(json, name, values);
    }
}
