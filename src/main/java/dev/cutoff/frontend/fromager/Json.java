package dev.cutoff.frontend.fromager;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON document and where one is in it: each question about a value names its place when the answer is not of the kind
 * that was asked for.
 */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    /** More than any file of these formats has; less than what would fill memory. */
    private static final long LARGEST = 1L << 29;

    private final String file;
    private final String place;
    private final @Nullable Object value;

    private Json(String file, String place, @Nullable Object value) {
        this.file = file;
        this.place = place;
        this.value = value;
    }

    /**
     * Reads a file that holds one JSON object.
     *
     * @throws Failure of kind INPUT where it is none, with the line; a name that an object has twice is refused too
     */
    static Json read(Path file) {
        try {
            long size = Files.size(file);
            if (size > LARGEST) {
                throw Failure.input(file + ": has " + size + " bytes; nothing over " + LARGEST + " is read");
            }
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw Failure.input(Failure.io("reading " + file, e).getMessage());
        }
    }

    /** The same from bytes; {@code file} is for messages. */
    static Json parse(String file, byte[] bytes) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text(file, bytes))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Failure.input(file + ": is no JSON object");
            }
            Object value = value(file, json);
            if (json.nextToken() != null) {
                throw Failure.input(file + ": something follows the document");
            }
            return new Json(file, "", value);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String line = at == null || at.getLineNr() < 1 ? "" : "line " + at.getLineNr() + ": ";
            throw Failure.input(file + ": " + line + e.getOriginalMessage());
        }
    }

    private static String text(String file, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Failure.input(file + ": is no UTF-8");
        }
    }

    private static @Nullable Object value(String file, JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    int line = json.currentTokenLocation().getLineNr();
                    json.nextToken();
                    Object value = value(file, json);
                    if (object.containsKey(name)) {
                        throw Failure.input(file + ": line " + line + ": a second '" + name + "'");
                    }
                    object.put(name, value);
                }
                yield object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(file, json));
                }
                yield list;
            }
            case VALUE_STRING -> json.getString();
            // As text: what is asked for as a number says itself whether it fits.
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(json.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private record Digits(String digits) {}

    /** A failure at this place. */
    Failure wrong(String sentence) {
        return Failure.input(file + ": " + (place.isEmpty() ? "" : place + ": ") + sentence);
    }

    private Json at(String name, @Nullable Object found) {
        return new Json(file, place.isEmpty() ? name : place + ", " + name, found);
    }

    private Map<?, ?> object() {
        if (value instanceof Map<?, ?> object) {
            return object;
        }
        throw wrong("is no object");
    }

    boolean has(String name) {
        return object().get(name) != null;
    }

    /** A field that must be there. */
    Json get(String name) {
        if (!object().containsKey(name)) {
            throw wrong("'" + name + "' is missing");
        }
        return at(name, object().get(name));
    }

    /** All fields by name, in the order of the file. */
    Map<String, Json> fields() {
        Map<String, Json> fields = new LinkedHashMap<>();
        object().forEach((name, field) ->
                fields.put(String.valueOf(name), new Json(file, place(String.valueOf(name)), field)));
        return fields;
    }

    private String place(String name) {
        String quoted = "'" + name + "'";
        return place.isEmpty() ? quoted : place + ", " + quoted;
    }

    /** The elements of a field that must be a list. */
    List<Json> list(String name) {
        Json field = get(name);
        if (!(field.value instanceof List<?> elements)) {
            throw field.wrong("is no list");
        }
        List<Json> list = new ArrayList<>(elements.size());
        for (Object element : elements) {
            list.add(at(name + "[" + list.size() + "]", element));
        }
        return list;
    }

    String text() {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("is no text");
    }

    String text(String name) {
        return get(name).text();
    }

    /** A text field that may be missing or null; then the other is taken. */
    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    boolean flag(String name) {
        Json field = get(name);
        if (field.value instanceof Boolean flag) {
            return flag;
        }
        throw field.wrong("is neither true nor false");
    }

    /** A number that is not negative; 0 where the field is missing. */
    double number(String name) {
        if (!has(name)) {
            return 0;
        }
        Json field = get(name);
        if (field.value instanceof Digits number) {
            double parsed = Double.parseDouble(number.digits());
            if (parsed >= 0 && parsed < 1e15) {
                return parsed;
            }
        }
        throw field.wrong("is no number from 0 on");
    }

    /** This value, which must be a whole number between two, both included. */
    int whole(int from, int to) {
        if (value instanceof Digits number && number.digits().matches("-?[0-9]{1,9}")) {
            int parsed = Integer.parseInt(number.digits());
            if (parsed >= from && parsed <= to) {
                return parsed;
            }
        }
        throw wrong("is no whole number from " + from + " to " + to);
    }

    /** All fields of an object of texts; none where the field is missing. */
    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (has(name)) {
            get(name).fields().forEach((key, field) -> texts.put(key, field.text()));
        }
        return texts;
    }
}
