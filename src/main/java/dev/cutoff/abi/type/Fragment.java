package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes as one reader finds them, numbered from 0 in the order in which it asks for them. Not to be shared between
 * threads; {@link GraphUnion} puts several together.
 */
public final class Fragment {

    private static final int[] NO_EDGES = {};

    /** Each text once, the empty one of what is not defined yet first. */
    private final List<String> texts = new ArrayList<>(List.of(""));

    private final Map<String, Integer> labels = new HashMap<>();
    private int[] label = new int[64];
    private int undefined;
    private final List<int[]> edges = new ArrayList<>();
    private final List<String> aliases = new ArrayList<>();
    private byte[] flags = new byte[64];

    /** Whether a definition completes declarations of its name in other places. */
    static final byte COMPLETES = 1;
    /** Whether a type stands in a public header. */
    static final byte PUBLIC = 2;

    /** A new node, to be defined later. */
    public int reserve() {
        int node = edges.size();
        edges.add(NO_EDGES);
        aliases.add("");
        if (node == flags.length) {
            flags = Arrays.copyOf(flags, 2 * node);
            label = Arrays.copyOf(label, 2 * node);
        }
        undefined++;
        return node;
    }

    /** Says what a node is, once; its edges lead to nodes of this fragment. */
    public void define(int node, ShapeText shape) {
        String text = shape.text();
        Integer known = labels.get(text);
        if (known == null) {
            known = texts.size();
            labels.put(text, known);
            texts.add(text);
        }
        label[node] = known;
        undefined--;
        edges.set(node, shape.edges());
    }

    /** A definition: declarations elsewhere of the same kind and name mean it. */
    public void completes(int node) {
        flags[node] |= COMPLETES;
    }

    /** A type whose definition consumers see. */
    public void isPublic(int node) {
        flags[node] |= PUBLIC;
    }

    /** A name for people, of what has none itself; of several the first in order counts. */
    public void alias(int node, String name) {
        String known = aliases.get(node);
        if (known.isEmpty() || name.compareTo(known) < 0) {
            aliases.set(node, name);
        }
    }

    /** A node of what is not known, for this reason. */
    public int unknown(String why) {
        int node = reserve();
        define(node, new ShapeText().start(Kind.UNKNOWN, why));
        return node;
    }

    /** Whether anything in it is not known: said so, or never defined. */
    public boolean hasUnknown() {
        for (String text : texts) {
            if (text.startsWith(Kind.UNKNOWN.word())) {
                return true;
            }
        }
        return undefined > 0;
    }

    public int size() {
        return edges.size();
    }

    /** One more than the largest number of a text. */
    int labels() {
        return texts.size();
    }

    /** The number of a node's text. */
    int label(int node) {
        return label[node];
    }

    String labelText(int number) {
        return texts.get(number);
    }

    int[] edges(int node) {
        return edges.get(node);
    }

    String alias(int node) {
        return aliases.get(node);
    }

    byte flags(int node) {
        return flags[node];
    }
}
