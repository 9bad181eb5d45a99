package dev.cutoff.report;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Data;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Form;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.Link;
import dev.cutoff.abi.fingerprint.Machine;
import dev.cutoff.abi.fingerprint.Need;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads {@code cutoff.fingerprint/1} documents back; each must have the digest that it says it has. */
public final class InterfaceReader {

    private final String file;

    private InterfaceReader(String file) {
        this.file = file;
    }

    /**
     * The fingerprint of a document.
     *
     * @param file for messages
     * @throws Failure of kind INPUT for whatever is no such document
     */
    public static Fingerprint read(String text, String file) {
        InterfaceReader reader = new InterfaceReader(file);
        Map<?, ?> document = reader.parse(text);
        Object schema = document.get("schema");
        if (!InterfaceJson.SCHEMA.equals(schema)) {
            throw reader.wrong("its schema is " + schema + "; read is " + InterfaceJson.SCHEMA);
        }
        return reader.fingerprint(document);
    }

    private Failure wrong(String sentence) {
        return Failure.input(file + ": is no fingerprint that can be read: " + sentence);
    }

    private Map<?, ?> parse(String text) {
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("it is no JSON object");
            }
            Map<?, ?> document = object(json);
            if (json.nextToken() != null) {
                throw wrong("something follows the document");
            }
            return document;
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw wrong((at == null ? "" : "line " + at.getLineNr() + ": ") + e.getOriginalMessage());
        }
    }

    private static Map<String, @Nullable Object> object(JsonParser json) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            object.put(name, value(json));
        }
        return object;
    }

    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                yield list;
            }
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private Fingerprint fingerprint(Map<?, ?> of) {
        String kind = string(of, "kind");
        Fingerprint fingerprint = switch (kind) {
            case "shared", "program", "object" -> binary(of, kind);
            case "archive" -> archive(of);
            case "header" -> new Header(digest(of, "tokens"), maybeDigest(of, "beyond"));
            case "data" -> new Data(digest(of, "content"), is(of, "executable"), maybeString(of, "why"));
            case "link" -> new Link(string(of, "target"));
            case "folder" -> folder(of);
            default -> throw wrong("unknown kind " + kind);
        };
        if (!fingerprint.digest().equals(digest(of, "digest"))) {
            throw wrong("its digest is not that of its content (it was edited, or damaged)");
        }
        return fingerprint;
    }

    private Binary binary(Map<?, ?> of, String kind) {
        Map<?, ?> machine = map(of.get("machine"), "machine");
        String lto = maybeString(of, "lto");
        return new Binary(
                constant(Form.class, kind),
                new Machine(
                        (int) number(machine, "number"),
                        (int) number(machine, "bits"),
                        string(machine, "order").equals("little"),
                        (int) number(machine, "flags")),
                maybeDigest(of, "content"),
                maybeString(of, "soname"),
                strings(of, "needed"),
                strings(of, "filters"),
                strings(of, "versions"),
                maps(of, "needed_versions").stream()
                        .map(v -> new NeededVersion(string(v, "file"), string(v, "version"), is(v, "weak")))
                        .toList(),
                maps(of, "offers").stream().map(this::offer).toList(),
                maps(of, "needs").stream().map(this::need).toList(),
                lto == null ? LinkTimeCode.Compiler.NONE : constant(LinkTimeCode.Compiler.class, lto),
                is(of, "hides_symbols"),
                // Documents of before types were read have a sentence here.
                of.get("types") instanceof Map<?, ?> types
                        ? new SurfaceReader(file).read(types)
                        : Surface.none("the document does not tell them"));
    }

    private Offer offer(Map<?, ?> of) {
        String version = maybeString(of, "version");
        return new Offer(
                string(of, "name"),
                version,
                version == null || is(of, "default"),
                constant(SymbolKind.class, string(of, "kind")),
                constant(Binding.class, string(of, "binding")),
                constant(Visibility.class, string(of, "visibility")),
                of.get("size") == null ? 0 : number(of, "size"));
    }

    private Need need(Map<?, ?> of) {
        return new Need(
                string(of, "name"),
                maybeString(of, "version"),
                maybeString(of, "file"),
                is(of, "weak"),
                of.get("copied") != null && is(of, "copied"));
    }

    private StaticArchive archive(Map<?, ?> of) {
        List<StaticArchive.Part> parts = new ArrayList<>();
        for (Map<?, ?> member : maps(of, "members")) {
            Binary object = null;
            if (member.get("object") != null) {
                if (!(fingerprint(map(member.get("object"), "object")) instanceof Binary binary)) {
                    throw wrong("a member is no object");
                }
                object = binary;
            }
            parts.add(new StaticArchive.Part(string(member, "name"), maybeDigest(member, "content"), object));
        }
        return new StaticArchive(
                is(of, "thin"), maybeDigest(of, "index"), (int) number(of, "indexed"), List.copyOf(parts));
    }

    private Folder folder(Map<?, ?> of) {
        SortedMap<String, Fingerprint> files = new TreeMap<>();
        map(of.get("files"), "files")
                .forEach((path, file) -> files.put(String.valueOf(path), fingerprint(map(file, "file"))));
        return new Folder(Collections.unmodifiableSortedMap(files));
    }

    private <E extends Enum<E>> E constant(Class<E> type, String word) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(word)) {
                return constant;
            }
        }
        throw wrong("unknown word " + word);
    }

    private Map<?, ?> map(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(name + " is missing");
    }

    private List<Map<?, ?>> maps(Map<?, ?> of, String name) {
        List<Map<?, ?>> maps = new ArrayList<>();
        list(of, name).forEach(value -> maps.add(map(value, name)));
        return maps;
    }

    private List<?> list(Map<?, ?> of, String name) {
        if (of.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name + " is missing");
    }

    private List<String> strings(Map<?, ?> of, String name) {
        return list(of, name).stream().map(String::valueOf).toList();
    }

    private String string(Map<?, ?> of, String name) {
        String value = maybeString(of, name);
        if (value == null) {
            throw wrong(name + " is missing");
        }
        return value;
    }

    private @Nullable String maybeString(Map<?, ?> of, String name) {
        Object value = of.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw wrong(name + " is no text");
    }

    private boolean is(Map<?, ?> of, String name) {
        if (of.get(name) instanceof Boolean is) {
            return is;
        }
        throw wrong(name + " is missing");
    }

    private long number(Map<?, ?> of, String name) {
        if (of.get(name) instanceof Long number) {
            return number;
        }
        throw wrong(name + " is missing");
    }

    private Digest digest(Map<?, ?> of, String name) {
        Digest digest = maybeDigest(of, name);
        if (digest == null) {
            throw wrong(name + " is missing");
        }
        return digest;
    }

    private @Nullable Digest maybeDigest(Map<?, ?> of, String name) {
        String hex = maybeString(of, name);
        if (hex != null && !Digest.isHex(hex)) {
            throw wrong(name + " is no digest");
        }
        return hex == null ? null : new Digest(hex);
    }
}
