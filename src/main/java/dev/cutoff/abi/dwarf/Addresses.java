package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;

/** Where the function or variable of an entry is. */
final class Addresses {

    /** It is nowhere, in several places, or at a place that depends on the thread. */
    static final long NONE = Long.MIN_VALUE;

    private static final int OP_ADDR = 0x03;
    private static final int OP_ADDRX = 0xa1;
    private static final int OP_GNU_ADDR_INDEX = 0xfb;

    private Addresses() {}

    /** The address of the entry, or {@link #NONE}. */
    static long of(Die die, DebugInfo info) throws FormatException {
        if (die.has(Attribute.LOW_PC)) {
            return die.address(Attribute.LOW_PC);
        }
        if (!die.isBlock(Attribute.LOCATION)) {
            return NONE;
        }
        byte[] block = die.block(Attribute.LOCATION);
        if (block.length == 0) {
            return NONE;
        }
        int size = die.unit().addressSize();
        Cursor bytes = die.unit().bytes();
        int operation = block[0] & 0xff;
        if (operation == OP_ADDR && block.length == 1 + size) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                value |= (block[1 + i] & 0xffL) << (8 * (bytes.isLittle() ? i : size - 1 - i));
            }
            return value;
        }
        if (operation == OP_ADDRX || operation == OP_GNU_ADDR_INDEX) {
            long[] number = new long[1];
            int end = Expressions.uleb(block, 1, number);
            return end == block.length ? info.address(die.unit(), number[0]) : NONE;
        }
        return NONE;
    }
}
