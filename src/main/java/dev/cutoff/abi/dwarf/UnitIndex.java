package dev.cutoff.abi.dwarf;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a unit holds: its scopes and named types as they are nested, and the entries of symbols. Offsets are the
 * section's, less the unit's start.
 */
final class UnitIndex {

    /** In place of a scope that is the unit itself. */
    static final int TOP = -1;

    private final Unit unit;
    private int count;
    private int[] offsets = new int[64];
    private int[] parents = new int[64];
    private long[] hashes = new long[64];
    private boolean[] defines = new boolean[64];
    private int symbols;
    private int[] symbolOffsets = new int[16];
    private @Nullable String failure;
    private boolean tellsTypes;

    UnitIndex(Unit unit) {
        this.unit = unit;
    }

    Unit unit() {
        return unit;
    }

    /** Adds what is nested in a scope; offsets must grow. Gives its number. */
    int add(long offset, int parent, long hash, boolean isDefinition) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            parents = Arrays.copyOf(parents, 2 * count);
            hashes = Arrays.copyOf(hashes, 2 * count);
            defines = Arrays.copyOf(defines, 2 * count);
        }
        offsets[count] = (int) (offset - unit.start());
        parents[count] = parent;
        hashes[count] = hash;
        defines[count] = isDefinition;
        return count++;
    }

    void addSymbol(long offset) {
        if (symbols == symbolOffsets.length) {
            symbolOffsets = Arrays.copyOf(symbolOffsets, 2 * symbols);
        }
        symbolOffsets[symbols++] = (int) (offset - unit.start());
    }

    /** The unit, or what is left of it, could not be read. */
    void fail(String why) {
        failure = why;
    }

    @Nullable
    String failure() {
        return failure;
    }

    /** Something in it is a type or has one; in a unit that was compiled with -g1, nothing is. */
    void tellsTypes(boolean does) {
        tellsTypes |= does;
    }

    boolean tellsTypes() {
        return tellsTypes;
    }

    int symbols() {
        return symbols;
    }

    long symbolOffset(int symbol) {
        return unit.start() + Integer.toUnsignedLong(symbolOffsets[symbol]);
    }

    /** The number of the entry at an offset; negative where it is no scope and no named type, or stands in a function. */
    int find(long offset) {
        long from = offset - unit.start();
        return from < 0 || from > Integer.MAX_VALUE ? -1 : Arrays.binarySearch(offsets, 0, count, (int) from);
    }

    int size() {
        return count;
    }

    int parent(int number) {
        return parents[number];
    }

    /** Of the full name of a scope or type; 0 for what no other unit can name. */
    long hash(int number) {
        return hashes[number];
    }

    long offset(int number) {
        return unit.start() + offsets[number];
    }

    boolean isDefinition(int number) {
        return defines[number];
    }
}
