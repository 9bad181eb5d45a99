package dev.cutoff.abi.c;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A name by which code can see where or when it is compiled. Pasting ({@code __LI ## NE__}) can make such a name
 * where none is written.
 */
public enum PlaceName {
    LINE("__LINE__", Sight.LINE),
    BUILTIN_LINE("__builtin_LINE", Sight.LINE),
    ASSERT("assert", Sight.LINE),
    STATIC_LOCATION("__builtin_source_location", Sight.COLUMN),
    SOURCE_LOCATION("source_location", Sight.COLUMN),
    BUILTIN_COLUMN("__builtin_COLUMN", Sight.COLUMN),
    FILE("__FILE__", Sight.FILE),
    FILE_NAME("__FILE_NAME__", Sight.FILE),
    BASE_FILE("__BASE_FILE__", Sight.FILE),
    BUILTIN_FILE("__builtin_FILE", Sight.FILE),
    BUILTIN_FILE_NAME("__builtin_FILE_NAME", Sight.FILE),
    INCLUDE_LEVEL("__INCLUDE_LEVEL__", Sight.NESTING),
    COUNTER("__COUNTER__", Sight.ORDER),
    DATE("__DATE__", Sight.TIME),
    TIME("__TIME__", Sight.TIME),
    TIMESTAMP("__TIMESTAMP__", Sight.TIME);

    /** What such a name sees. */
    public enum Sight {
        LINE,
        /** The column too: which no token digest holds, so bytes count. */
        COLUMN,
        FILE,
        /** How deep the file is included. */
        NESTING,
        /** How often it was used before in the translation unit. */
        ORDER,
        /** The time of the build, or of the file's last change. */
        TIME
    }

    private static final Map<String, PlaceName> BY_NAME = byName();

    private final String text;
    private final Sight sight;

    PlaceName(String text, Sight sight) {
        this.text = text;
        this.sight = sight;
    }

    private static Map<String, PlaceName> byName() {
        Map<String, PlaceName> names = new HashMap<>();
        for (PlaceName name : values()) {
            names.put(name.text, name);
        }
        return Map.copyOf(names);
    }

    static @Nullable PlaceName of(String identifier) {
        return BY_NAME.get(identifier);
    }

    /** The identifier. */
    public String text() {
        return text;
    }

    public Sight sight() {
        return sight;
    }
}
