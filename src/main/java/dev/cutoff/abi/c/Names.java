package dev.cutoff.abi.c;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * The names of a file, as far as they tell what a translation unit that reads it can see of places.
 *
 * <p>Words are kept as hashes of 64 bits. Where two have the same one, a place is taken for seen that is not, and more
 * counts than must.
 */
public final class Names {

    /** Takes macros. */
    @FunctionalInterface
    interface Macros {
        void take(long word, String name);
    }

    /** Raised when the names of any text change, or what {@link #encode} writes. */
    public static final int VERSION = 1;

    private static final int PASTES = 1;
    private static final int READ_ONCE = 2;
    private static final int EMBEDS = 4;
    private static final int RAISES_ERRORS = 8;

    /** Identifiers outside of macro definitions, sorted. */
    private final long[] used;
    /** Identifiers and numbers anywhere, sorted: what pasting can make names of. */
    private final long[] fragments;
    /** Identifiers in bodies of macros, sorted; beside each the macro, by its index. */
    private final long[] bodies;

    private final int[] macros;
    /** The macros' names, each ended by a zero byte. */
    private final byte[] macroNames;

    private final int flags;
    private final int placeBits;
    private final Set<PlaceName> places;

    Names(
            long[] used,
            long[] fragments,
            long[] bodies,
            int[] macros,
            byte[] macroNames,
            int flags,
            Set<PlaceName> places) {
        this.used = used;
        this.fragments = fragments;
        this.bodies = bodies;
        this.macros = macros;
        this.macroNames = macroNames;
        this.flags = flags;
        this.places = places;
        int bits = 0;
        for (PlaceName place : places) {
            bits |= 1 << place.ordinal();
        }
        this.placeBits = bits;
    }

    /** Reads a file's tokens once. */
    public static Names of(TokenStream tokens) {
        return new NamesBuilder(tokens).run();
    }

    /** Nothing but the fragments of several files. */
    public static Names fragmentsOf(Collection<Names> files) {
        NamesBuilder.Words all = new NamesBuilder.Words();
        for (Names names : files) {
            for (long word : names.fragments) {
                all.add(word);
            }
        }
        long[] none = new long[0];
        return new Names(none, all.sorted(), none, new int[0], new byte[0], 0, Set.of());
    }

    static int flags(boolean pastes, boolean readOnce, boolean embeds, boolean raisesErrors) {
        return (pastes ? PASTES : 0)
                | (readOnce ? READ_ONCE : 0)
                | (embeds ? EMBEDS : 0)
                | (raisesErrors ? RAISES_ERRORS : 0);
    }

    /** The hash of a word. */
    static long word(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return word(bytes, 0, bytes.length);
    }

    /** FNV-1a, its bits mixed. */
    static long word(byte[] bytes, int start, int end) {
        long hash = 0xcbf29ce484222325L;
        for (int i = start; i < end; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
        }
        return (hash ^ (hash >>> 29)) * 0xbf58476d1ce4e5b9L;
    }

    /** Whether an identifier stands in it outside of macro definitions. */
    boolean uses(long word) {
        return Arrays.binarySearch(used, word) >= 0;
    }

    /** Whether an identifier or number stands in it anywhere. */
    boolean hasFragment(long word) {
        return Arrays.binarySearch(fragments, word) >= 0;
    }

    /** The macros that the file defines with an identifier in their bodies. */
    void macrosWith(long word, Macros to) {
        int at = Arrays.binarySearch(bodies, word);
        if (at < 0) {
            return;
        }
        while (at > 0 && bodies[at - 1] == word) {
            at--;
        }
        for (; at < bodies.length && bodies[at] == word; at++) {
            int start = 0;
            for (int skipped = 0; skipped < macros[at]; start++) {
                skipped += macroNames[start] == 0 ? 1 : 0;
            }
            int end = start;
            while (macroNames[end] != 0) {
                end++;
            }
            to.take(word(macroNames, start, end), new String(macroNames, start, end - start, StandardCharsets.UTF_8));
        }
    }

    /** Whether a macro of the file pastes tokens together. */
    public boolean pastes() {
        return (flags & PASTES) != 0;
    }

    /**
     * Whether compilers read the file once only ({@code #pragma once}, {@code #import}), which they decide by comparing it
     * with other files.
     */
    public boolean readOnce() {
        return (flags & READ_ONCE) != 0;
    }

    /** Whether it takes in other files as data ({@code #embed}). */
    public boolean embeds() {
        return (flags & EMBEDS) != 0;
    }

    /** Whether a pragma turns warnings into errors: some warnings look at comments and indentation. */
    public boolean raisesErrors() {
        return (flags & RAISES_ERRORS) != 0;
    }

    /** The names of places that stand in it. */
    public Set<PlaceName> places() {
        return places;
    }

    /** How many bytes {@link #encode} needs. */
    public int encodedSize() {
        return 6 * Integer.BYTES
                + (used.length + fragments.length + bodies.length) * Long.BYTES
                + macros.length * Integer.BYTES
                + macroNames.length;
    }

    /** Writes it down, for this program's own later use. */
    public void encode(ByteBuffer to) {
        to.putInt(flags).putInt(placeBits);
        to.putInt(used.length).putInt(fragments.length).putInt(bodies.length).putInt(macroNames.length);
        for (long[] words : new long[][] {used, fragments, bodies}) {
            to.asLongBuffer().put(words);
            to.position(to.position() + words.length * Long.BYTES);
        }
        to.asIntBuffer().put(macros);
        to.position(to.position() + macros.length * Integer.BYTES);
        to.put(macroNames);
    }

    /** Reads what {@link #encode} wrote, unchanged. */
    public static Names decode(ByteBuffer from) {
        int flags = from.getInt();
        int bits = from.getInt();
        long[] used = new long[from.getInt()];
        long[] fragments = new long[from.getInt()];
        long[] bodies = new long[from.getInt()];
        byte[] macroNames = new byte[from.getInt()];
        for (long[] words : new long[][] {used, fragments, bodies}) {
            from.asLongBuffer().get(words);
            from.position(from.position() + words.length * Long.BYTES);
        }
        int[] macros = new int[bodies.length];
        from.asIntBuffer().get(macros);
        from.position(from.position() + macros.length * Integer.BYTES);
        from.get(macroNames);
        Set<PlaceName> places = EnumSet.noneOf(PlaceName.class);
        for (PlaceName place : PlaceName.values()) {
            if ((bits & (1 << place.ordinal())) != 0) {
                places.add(place);
            }
        }
        return new Names(used, fragments, bodies, macros, macroNames, flags, places);
    }
}
