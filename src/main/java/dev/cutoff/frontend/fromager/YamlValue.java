package dev.cutoff.frontend.fromager;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A value of a YAML file, with the line that it begins on. */
sealed interface YamlValue {

    int line();

    record Text(String text, int line) implements YamlValue {}

    record Flag(boolean flag, int line) implements YamlValue {}

    /**
     * A number.
     *
     * @param text as Python's {@code str()} writes it
     */
    @SuppressWarnings("AvoidCommonTypeNames")
    record Number(String text, int line) implements YamlValue {}

    /** A date, or what has a tag of its own: the text as it stands. */
    record Other(String text, int line) implements YamlValue {}

    record None(int line) implements YamlValue {}

    record Sequence(List<YamlValue> items, int line) implements YamlValue {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    record Mapping(SequencedMap<String, YamlValue> entries, int line) implements YamlValue {
        public Mapping {
            entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
        }
    }

    /** A text that differs where values differ: JSON, but for numbers and others, which are marked. */
    default String canonical() {
        StringBuilder text = new StringBuilder();
        write(this, text);
        return text.toString();
    }

    private static void write(YamlValue value, StringBuilder text) {
        switch (value) {
            case Text t -> quote(t.text(), text);
            case Flag flag -> text.append(flag.flag());
            case Number number -> text.append(number.text());
            case Other other -> quote(other.text(), text.append('!'));
            case None none -> text.append("null");
            case Sequence sequence -> {
                text.append('[');
                for (int i = 0; i < sequence.items().size(); i++) {
                    write(sequence.items().get(i), i == 0 ? text : text.append(','));
                }
                text.append(']');
            }
            case Mapping mapping -> {
                text.append('{');
                String separator = "";
                for (var entry : mapping.entries().entrySet()) {
                    quote(entry.getKey(), text.append(separator));
                    write(entry.getValue(), text.append(':'));
                    separator = ",";
                }
                text.append('}');
            }
        }
    }

    private static void quote(String word, StringBuilder text) {
        text.append('"')
                .append(word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append('"');
    }
}
