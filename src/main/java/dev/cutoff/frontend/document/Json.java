package dev.cutoff.frontend.document;

import dev.cutoff.abi.document.JsonText;
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
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON document and where one is in it: each question about a value names its place when the answer is not of the kind
 * that was asked for.
 */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    /** More than any file of these formats has; less than what would fill memory. */
    private static final long LARGEST = 1L << 29;

    private final String file;
    private final @Nullable Json parent;
    private final String name;
    private final @Nullable Object value;

    private Json(String file, @Nullable Json parent, String name, @Nullable Object value) {
        this.file = file;
        this.parent = parent;
        this.name = name;
        this.value = value;
    }

    /**
     * Reads a file that holds one JSON object.
     *
     * @throws Failure of kind INPUT where it is none, with the line; a name that an object has twice is refused too
     */
    public static Json read(Path file) {
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
    public static Json parse(String file, byte[] bytes) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text(file, bytes))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Failure.input(file + ": is no JSON object");
            }
            Object value = value(file, json);
            if (json.nextToken() != null) {
                throw Failure.input(file + ": something follows the document");
            }
            return new Json(file, null, "", value);
        } catch (JacksonException e) {
            throw Failure.input(file + ": " + JsonText.fault(e));
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
                    if (object.containsKey(name)) {
                        int line = json.currentTokenLocation().getLineNr();
                        throw Failure.input(file + ": line " + line + ": a second '" + name + "'");
                    }
                    json.nextToken();
                    object.put(name, value(file, json));
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
    public Failure wrong(String sentence) {
        String place = place();
        return Failure.input(file + ": " + (place.isEmpty() ? "" : place + ": ") + sentence);
    }

    /** Put together when it is asked for: most values are right. */
    private String place() {
        String above = parent == null ? "" : parent.place();
        return above.isEmpty() || name.isEmpty() ? above + name : above + ", " + name;
    }

    private Json at(String field, @Nullable Object found) {
        return new Json(file, this, field, found);
    }

    private Map<?, ?> object() {
        if (value instanceof Map<?, ?> object) {
            return object;
        }
        throw wrong("is no object");
    }

    public boolean has(String name) {
        return object().get(name) != null;
    }

    /** A field that must be there. */
    public Json get(String name) {
        if (!object().containsKey(name)) {
            throw wrong("'" + name + "' is missing");
        }
        return at(name, object().get(name));
    }

    /** All fields by name, in the order of the file. */
    public Map<String, Json> fields() {
        Map<String, Json> fields = new LinkedHashMap<>();
        object().forEach((name, field) -> fields.put(String.valueOf(name), at("'" + name + "'", field)));
        return fields;
    }

    /** The elements of a field that must be a list. */
    public List<Json> list(String name) {
        Json field = get(name);
        if (!(field.value instanceof List<?> elements)) {
            throw field.wrong("is no list");
        }
        List<Json> list = new ArrayList<>(elements.size());
        for (Object element : elements) {
            list.add(new Json(file, this, name + "[" + list.size() + "]", element));
        }
        return list;
    }

    public String text() {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("is no text");
    }

    public String text(String name) {
        return get(name).text();
    }

    /** A text field that may be missing or null; then the other is taken. */
    public String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    public boolean flag(String name) {
        Json field = get(name);
        if (field.value instanceof Boolean flag) {
            return flag;
        }
        throw field.wrong("is neither true nor false");
    }

    /** A number that is not negative; 0 where the field is missing. */
    public double number(String name) {
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
    public int whole(int from, int to) {
        if (value instanceof Digits number && number.digits().matches("-?[0-9]{1,9}")) {
            int parsed = Integer.parseInt(number.digits());
            if (parsed >= from && parsed <= to) {
                return parsed;
            }
        }
        throw wrong("is no whole number from " + from + " to " + to);
    }

    /** All fields of an object of texts; none where the field is missing. */
    public Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (has(name)) {
            get(name).fields().forEach((key, field) -> texts.put(key, field.text()));
        }
        return texts;
    }
}
