package dev.cutoff.abi.document;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Machine;
import dev.cutoff.abi.fingerprint.Need;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.type.Tier;
import dev.cutoff.abi.wheel.Identity;
import dev.cutoff.abi.wheel.LinkFace;
import dev.cutoff.abi.wheel.ModuleNeeds;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.model.Digest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * Fingerprints of wheels as the document {@code cutoff.wheel/2} of docs/wheels.md. Symbols take a string each, since a wheel may
 * have tens of thousands.
 */
public final class WheelJson {

    static final String SCHEMA = "cutoff.wheel/2";

    private final JsonGenerator json;

    private WheelJson(JsonGenerator json) {
        this.json = json;
    }

    /** The document: the same for the same fingerprint, wherever the file is. */
    public static String document(Wheel wheel) {
        return JsonText.document(json -> new WheelJson(json).wheel(wheel));
    }

    /** The properties of a document, within an object that somebody else has begun. */
    static void write(JsonGenerator json, Wheel wheel) {
        new WheelJson(json).wheel(wheel);
    }

    private void wheel(Wheel wheel) {
        json.writeStringProperty("schema", SCHEMA);
        json.writeStringProperty("digest", wheel.digest().hex());
        json.writeStringProperty("content", wheel.content().hex());
        json.writeStringProperty("abi", wheel.abi().hex());
        proposed(wheel);
        identity(wheel.identity());
        digests("build", wheel.build());
        digests("tools", wheel.tools());
        json.writeObjectPropertyStart("libraries");
        libraries(wheel);
        json.writeEndObject();
        json.writeObjectPropertyStart("modules");
        wheel.modules().forEach(this::module);
        json.writeEndObject();
        strings("capi", wheel.capi());
        json.writeArrayPropertyStart("gaps");
        for (Wheel.Gap gap : wheel.gaps()) {
            json.writeStartObject();
            json.writeStringProperty("facet", word(gap.facet()));
            json.writeStringProperty("file", gap.file());
            json.writeStringProperty("why", gap.why());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The keys of fromager issue 1063: who knows these alone can read the document. */
    private void proposed(Wheel wheel) {
        json.writeNumberProperty("schema_version", 1);
        json.writeBooleanProperty("is_purelib", wheel.identity().purelib());
        json.writeStringProperty("tool", "cutoff");
        json.writeStringProperty("tool_version", "1");
        json.writeObjectPropertyStart("so_files");
        Map<String, Digest> files = new TreeMap<>();
        wheel.modules().forEach((path, needs) -> files.put(path, needs.digest()));
        wheel.libraries().forEach((path, face) -> files.put(path, face.binary().digest()));
        files.forEach((path, digest) -> {
            json.writeObjectPropertyStart(path);
            json.writeStringProperty("abi_hash", "sha256:" + digest.hex());
            json.writeEndObject();
        });
        json.writeEndObject();
        json.writeStringProperty("composite_hash", "sha256:" + wheel.abi().hex());
    }

    private void identity(Identity identity) {
        json.writeObjectPropertyStart("identity");
        json.writeStringProperty("name", identity.name());
        json.writeStringProperty("version", identity.version());
        json.writeStringProperty("build", identity.build());
        JsonText.strings(json, "tags", identity.tags());
        JsonText.strings(json, "requires_dist", identity.requiresDist());
        json.writeStringProperty("requires_python", identity.requiresPython());
        JsonText.strings(json, "import_names", identity.importNames());
        json.writeEndObject();
    }

    private void digests(String name, Map<String, Digest> digests) {
        json.writeObjectPropertyStart(name);
        digests.forEach((path, digest) -> json.writeStringProperty(path, digest.hex()));
        json.writeEndObject();
    }

    private void strings(String name, Map<String, String> values) {
        json.writeObjectPropertyStart(name);
        values.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    /** Zips have no links, so that a library with three names is there three times. */
    private void libraries(Wheel wheel) {
        Map<LinkFace, String> written = new HashMap<>();
        wheel.libraries().forEach((path, face) -> {
            String same = written.putIfAbsent(face, path);
            json.writeObjectPropertyStart(path);
            if (same == null) {
                library(face);
            } else {
                json.writeStringProperty("same_as", same);
            }
            json.writeEndObject();
        });
    }

    private void library(LinkFace face) {
        Binary binary = face.binary();
        Machine machine = binary.machine();
        json.writeStringProperty("digest", binary.digest().hex());
        json.writeBooleanProperty("hashed", face.hashed());
        json.writeArrayPropertyStart("machine");
        json.writeNumber(machine.number());
        json.writeNumber(machine.bits());
        json.writeString(machine.little() ? "little" : "big");
        json.writeNumber(Integer.toUnsignedLong(machine.flags()));
        json.writeEndArray();
        JsonText.string(json, "soname", binary.soname());
        JsonText.strings(json, "needed", binary.needed());
        JsonText.strings(json, "filters", binary.filters());
        JsonText.strings(json, "versions", binary.versions());
        json.writeArrayPropertyStart("needed_versions");
        for (NeededVersion version : binary.neededVersions()) {
            json.writeString(version.file() + "\t" + version.name() + (version.weak() ? "\tweak" : ""));
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("offers");
        binary.offers().forEach(offer -> json.writeString(text(offer)));
        json.writeEndArray();
        json.writeArrayPropertyStart("needs");
        binary.needs().forEach(need -> json.writeString(text(need)));
        json.writeEndArray();
        if (binary.types().tier() == Tier.SYMBOLS) {
            json.writeStringProperty("types", String.join("; ", binary.types().gaps()));
        } else {
            SurfaceJson.write(json, binary.types());
        }
    }

    /** The name alone for a global function of everybody's; else kind, binding, visibility and size, version, and its mark. */
    private static String text(Offer offer) {
        boolean plain = offer.version() == null
                && offer.kind() == SymbolKind.FUNC
                && offer.binding() == Binding.GLOBAL
                && offer.visibility() == Visibility.DEFAULT
                && offer.name().indexOf('\t') < 0;
        return plain
                ? offer.name()
                : offer.name() + "\t" + word(offer.kind()) + " " + word(offer.binding()) + " "
                        + word(offer.visibility()) + " " + offer.size() + "\t"
                        + (offer.version() == null ? "" : offer.version()) + "\t"
                        + (offer.version() == null ? "" : offer.isDefault() ? "@@" : "@");
    }

    /** The name alone where that is all; else version, file, and words. */
    private static String text(Need need) {
        boolean plain = need.version() == null
                && need.file() == null
                && !need.weak()
                && !need.copied()
                && need.name().indexOf('\t') < 0;
        return plain
                ? need.name()
                : need.name() + "\t" + (need.version() == null ? "" : need.version()) + "\t"
                        + (need.file() == null ? "" : need.file()) + "\t"
                        + (need.weak() ? "weak" : "") + (need.copied() ? " copied" : "");
    }

    private void module(String path, ModuleNeeds needs) {
        json.writeObjectPropertyStart(path);
        json.writeBooleanProperty("extension", needs.extension());
        json.writeObjectPropertyStart("imports");
        needs.imports().forEach((library, names) -> JsonText.strings(json, library, names));
        json.writeEndObject();
        JsonText.strings(json, "own", needs.own());
        JsonText.strings(json, "weak", needs.weak());
        JsonText.strings(json, "python", needs.python());
        JsonText.string(json, "stable_abi", needs.stableAbi());
        strings("uses", needs.uses());
        json.writeEndObject();
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
