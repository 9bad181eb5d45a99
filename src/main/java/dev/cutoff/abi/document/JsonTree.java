package dev.cutoff.abi.document;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A JSON document's values by what they should be; whatever is something else is a {@link Failure} that names the file. */
final class JsonTree {

    private final String file;

    JsonTree(String file) {
        this.file = file;
    }

    Failure wrong(String sentence) {
        return Failure.input(file + ": is no fingerprint that can be read: " + sentence);
    }

    Map<?, ?> parse(String text) {
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
            throw wrong(JsonText.fault(e));
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

    <E extends Enum<E>> E constant(Class<E> type, String word) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(word)) {
                return constant;
            }
        }
        throw wrong("unknown word " + word);
    }

    Map<?, ?> map(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(name + " is missing");
    }

    List<Map<?, ?>> maps(Map<?, ?> of, String name) {
        List<Map<?, ?>> maps = new ArrayList<>();
        list(of, name).forEach(value -> maps.add(map(value, name)));
        return maps;
    }

    List<?> list(Map<?, ?> of, String name) {
        if (of.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name + " is missing");
    }

    List<String> strings(Map<?, ?> of, String name) {
        return list(of, name).stream().map(String::valueOf).toList();
    }

    String string(Map<?, ?> of, String name) {
        String value = maybeString(of, name);
        if (value == null) {
            throw wrong(name + " is missing");
        }
        return value;
    }

    @Nullable
    String maybeString(Map<?, ?> of, String name) {
        Object value = of.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw wrong(name + " is no text");
    }

    boolean is(Map<?, ?> of, String name) {
        if (of.get(name) instanceof Boolean is) {
            return is;
        }
        throw wrong(name + " is missing");
    }

    long number(Map<?, ?> of, String name) {
        if (of.get(name) instanceof Long number) {
            return number;
        }
        throw wrong(name + " is missing");
    }

    Digest digest(Map<?, ?> of, String name) {
        Digest digest = maybeDigest(of, name);
        if (digest == null) {
            throw wrong(name + " is missing");
        }
        return digest;
    }

    @Nullable
    Digest maybeDigest(Map<?, ?> of, String name) {
        String hex = maybeString(of, name);
        if (hex != null && !Digest.isHex(hex)) {
            throw wrong(name + " is no digest");
        }
        return hex == null ? null : new Digest(hex);
    }
}
