package dev.cutoff.frontend.document;

import dev.cutoff.model.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A table of a TOML file whose values are asked for by name and type; what does not fit is refused with its line. */
public final class Keys {

    /** Read once: even a text without a character takes the parser a while. */
    private static final TomlTable NOTHING = Toml.parse("");

    private final String file;
    private final String path;
    private final TomlTable table;

    public Keys(String file, String path, TomlTable table) {
        this.file = file;
        this.path = path;
        this.table = table;
    }

    /** Where a key stands: {@code cutoff.toml:12}. */
    public String at(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? file : file + ":" + position.line();
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Names of all keys, in the order of the file. */
    public List<String> names() {
        Map<String, Integer> lines = new HashMap<>();
        table.keySet().forEach(key -> lines.put(key, line(key)));
        List<String> names = new ArrayList<>(table.keySet());
        names.sort(Comparator.comparingInt(key -> lines.getOrDefault(key, 0)));
        return names;
    }

    private int line(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? 0 : position.line();
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    private @Nullable Object value(String key) {
        return table.get(List.of(key));
    }

    /** Refuses keys other than these. */
    public void allow(Set<String> known) {
        for (String key : names()) {
            if (!known.contains(key)) {
                String where = path.isEmpty() ? "here" : "in [" + path + "]";
                String dotted = path.startsWith("unit.") && value(key) instanceof TomlTable
                        ? "; if the dot belongs to the unit's name, quote it: [unit.\"" + path.substring(5) + "." + key
                                + "\"]"
                        : "";
                throw Failure.input(at(key) + ": unknown key '" + key + "' " + where + "; known are "
                        + String.join(", ", new TreeSet<>(known)) + dotted);
            }
        }
    }

    public Keys table(String key) {
        Object value = value(key);
        if (value == null) {
            return new Keys(file, full(key), NOTHING);
        }
        if (value instanceof TomlTable inner) {
            return new Keys(file, full(key), inner);
        }
        throw wrong(key, "a table");
    }

    public String string(String key, String otherwise) {
        Object value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(key, "a string");
    }

    public boolean is(String key, String text) {
        return text.equals(value(key));
    }

    public boolean isFlag(String key) {
        return value(key) instanceof Boolean;
    }

    public boolean flag(String key, boolean otherwise) {
        Object value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(key, "true or false");
    }

    /** A list of strings; empty if the key is not there. */
    public List<String> strings(String key) {
        Object value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof TomlArray array)) {
            throw wrong(key, "a list of strings");
        }
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof String text)) {
                throw Failure.input(
                        at(key) + ": " + full(key) + " must be a list of strings, and item " + (i + 1) + " is none");
            }
            if (text.indexOf('\0') >= 0) {
                throw Failure.input(at(key) + ": " + full(key) + " holds a zero byte");
            }
            strings.add(text);
        }
        return strings;
    }

    public <T> T oneOf(String key, Map<String, T> choices) {
        T choice = value(key) instanceof String text ? choices.get(text) : null;
        if (choice == null) {
            throw choice(key, List.copyOf(new TreeSet<>(choices.keySet())));
        }
        return choice;
    }

    /** The complaint that a key's value is none of these. */
    public Failure choice(String key, List<String> choices) {
        return Failure.input(at(key) + ": " + full(key) + " must be one of \"" + String.join("\", \"", choices)
                + "\", and is " + shown(value(key)));
    }

    /** The complaint that a key's value is not of the right form. */
    public Failure wrong(String key, String what) {
        return Failure.input(at(key) + ": " + full(key) + " must be " + what + ", and is " + shown(value(key)));
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case null -> "missing";
            case String text -> "\"" + text + "\"";
            case TomlTable t -> "a table";
            case TomlArray a -> "a list";
            default -> value.toString();
        };
    }
}
