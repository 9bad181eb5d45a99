package dev.cutoff.frontend.graph;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Names of units, each with a number; equal names are one object. They are looked up by their bytes: a million times while
 * a large graph is read, mostly those that are known.
 */
final class Names {

    private static final int NONE = -1;

    private final List<String> all = new ArrayList<>();
    private byte[][] texts = new byte[1024][];
    private int[] slots = filled(4096);
    private int[] marks = new int[1024];

    private static int[] filled(int size) {
        int[] slots = new int[size];
        Arrays.fill(slots, NONE);
        return slots;
    }

    int id(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int slot = slot(text, 0, text.length);
        return slots[slot] == NONE ? add(slot, text) : slots[slot];
    }

    /** The number of the name that stands in a buffer, which must be new or well-formed UTF-8. */
    int known(byte[] buffer, int from, int to) {
        return slots[slot(buffer, from, to)];
    }

    /** The number of a name, or -1 where it is none. */
    int find(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return slots[slot(text, 0, text.length)];
    }

    private int slot(byte[] buffer, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + buffer[i];
        }
        // Names that differ in their last digits must not come to lie side by side.
        hash *= 0x9E3779B9;
        int mask = slots.length - 1;
        int slot = hash >>> Integer.numberOfLeadingZeros(mask);
        while (slots[slot] != NONE) {
            byte[] there = texts[slots[slot]];
            if (Arrays.equals(there, 0, there.length, buffer, from, to)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private int add(int slot, byte[] text) {
        int id = all.size();
        all.add(new String(text, StandardCharsets.UTF_8));
        if (id == texts.length) {
            texts = Arrays.copyOf(texts, id * 2);
            marks = Arrays.copyOf(marks, id * 2);
        }
        texts[id] = text;
        slots[slot] = id;
        if (all.size() * 2 > slots.length) {
            slots = filled(slots.length * 4);
            for (int i = 0; i < all.size(); i++) {
                slots[slot(texts[i], 0, texts[i].length)] = i;
            }
        }
        return id;
    }

    /** Marks a name; false where it had that mark. A name has one mark at a time, 0 at first. */
    boolean mark(int id, int mark) {
        boolean fresh = marks[id] != mark;
        marks[id] = mark;
        return fresh;
    }

    boolean isMarked(int id, int mark) {
        return marks[id] == mark;
    }

    String name(int id) {
        return all.get(id);
    }

    int size() {
        return all.size();
    }
}
