package dev.cutoff.abi.type;

import java.util.Arrays;

/**
 * Writes the text of a {@link Shape}, and collects the edges: a line for the node and one for each slot, the latter
 * beginning with {@code >} where it has an edge and with {@code -} where it has none; fields are separated by tabs. Two
 * shapes are equal exactly where their texts are. To be used again after {@link #start}.
 */
public final class ShapeText {

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder traits = new StringBuilder();
    private int[] edges = new int[16];
    private int count;
    private boolean headed;
    private String name = "";
    private Kind kind = Kind.VOID;

    /** Begins a node. */
    public ShapeText start(Kind of, String named) {
        text.setLength(0);
        traits.setLength(0);
        count = 0;
        headed = false;
        kind = of;
        name = named;
        return this;
    }

    /** Adds a word; all of them before the first slot. */
    public ShapeText trait(String word) {
        traits.append(traits.isEmpty() ? "" : " ").append(word);
        return this;
    }

    /** Adds a word with a number. */
    public ShapeText trait(String key, long value) {
        return trait(key + "=" + value);
    }

    /** Adds a part that leads to another node. */
    public ShapeText edge(String role, String named, String detail, int node) {
        line('>', role, named, detail);
        if (count == edges.length) {
            edges = Arrays.copyOf(edges, 2 * count);
        }
        edges[count++] = node;
        return this;
    }

    /** Adds a part that leads nowhere. */
    public ShapeText fact(String role, String named, String detail) {
        line('-', role, named, detail);
        return this;
    }

    private void line(char sort, String role, String named, String detail) {
        head();
        text.append('\n').append(sort).append(role).append('\t');
        clean(named);
        text.append('\t');
        clean(detail);
    }

    private void head() {
        if (!headed) {
            headed = true;
            text.append(kind.word()).append('\t');
            clean(name);
            text.append('\t');
            clean(traits.toString());
        }
    }

    /** Names come from foreign files: what separates fields and lines is written otherwise. */
    private void clean(String field) {
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            switch (c) {
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\\' -> text.append("\\\\");
                default -> text.append(c);
            }
        }
    }

    /** The text. */
    public String text() {
        head();
        return text.toString();
    }

    /** The nodes that edges lead to, in order. */
    public int[] edges() {
        return Arrays.copyOf(edges, count);
    }
}
