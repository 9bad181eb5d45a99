package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;

/**
 * What one reader may spend: entries and characters, in proportion to what there is to read. Without it a damaged file
 * whose entries lead to each other again and again would take time that grows with the square of its size.
 */
final class Budget {

    private static final long ENTRIES_PER_BYTE = 24;
    private static final long CHARACTERS_PER_BYTE = 48;
    private static final long FREE = 1 << 16;

    private final Cursor blamed;
    private long entries;
    private long characters;

    /**
     * A budget for reading so many bytes.
     *
     * @param blamed whose damage it is where the budget is used up
     */
    Budget(long bytes, Cursor blamed) {
        this.blamed = blamed;
        this.entries = ENTRIES_PER_BYTE * bytes + FREE;
        this.characters = CHARACTERS_PER_BYTE * bytes + FREE;
    }

    void entry() throws FormatException {
        if (--entries < 0) {
            throw blamed.wrong(0, "has debug information whose entries lead to each other too often");
        }
    }

    void characters(int count) throws FormatException {
        characters -= count;
        if (characters < 0) {
            throw blamed.wrong(0, "has debug information with names that are used too often");
        }
    }
}
