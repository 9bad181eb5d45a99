package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.List;

/**
 * All that is a node's own: its kind, its name, its traits and what it is made of, in order.
 *
 * @param name full, as in {@code png_row_info_struct} or {@code ns::Class<int>}; empty for what has none
 * @param traits words such as {@code size=8}, with blanks between them
 * @param slots in the order in which the node's edges are, those without an edge among them
 */
public record Shape(Kind kind, String name, String traits, List<Slot> slots) {

    /**
     * A part of a node.
     *
     * @param role {@code member}, {@code base}, {@code parameter}, {@code return}, {@code enumerator} …
     * @param detail where or what it is: an offset in bits, a value
     * @param leads whether an edge belongs to it
     */
    public record Slot(String role, String name, String detail, boolean leads) {}

    /** Reads the text that a {@link ShapeText} wrote. */
    public static Shape of(String text) {
        String[] lines = text.split("\n", -1);
        String[] first = fields(lines[0]);
        List<Slot> slots = new ArrayList<>(lines.length - 1);
        for (int i = 1; i < lines.length; i++) {
            String[] fields = fields(lines[i].isEmpty() ? "" : lines[i].substring(1));
            slots.add(new Slot(fields[0], fields[1], fields[2], lines[i].startsWith(">")));
        }
        return new Shape(Kind.of(first[0]), first[1], first[2], List.copyOf(slots));
    }

    private static String[] fields(String line) {
        String[] fields = {"", "", ""};
        String[] found = line.split("\t", 3);
        System.arraycopy(found, 0, fields, 0, found.length);
        return fields;
    }

    /** How many edges a node of this text has. */
    public static int edges(String text) {
        int edges = 0;
        for (int at = text.indexOf("\n>"); at >= 0; at = text.indexOf("\n>", at + 1)) {
            edges++;
        }
        return edges;
    }

    /** The kind that a text begins with. */
    public static Kind kind(String text) {
        int tab = text.indexOf('\t');
        return Kind.of(tab < 0 ? text : text.substring(0, tab));
    }

    /** The value of a trait such as {@code size}, or an empty text. */
    public String trait(String key) {
        for (String word : traits.split(" ", -1)) {
            if (word.startsWith(key) && word.length() > key.length() && word.charAt(key.length()) == '=') {
                return word.substring(key.length() + 1);
            }
        }
        return "";
    }
}
