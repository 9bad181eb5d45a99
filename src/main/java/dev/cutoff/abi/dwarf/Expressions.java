package dev.cutoff.abi.dwarf;

import java.util.HexFormat;

/** What little is understood of location expressions (section 2.5): constants and offsets; all else is its bytes. */
final class Expressions {

    private static final int OP_CONST1U = 0x08;
    private static final int OP_CONST2U = 0x0a;
    private static final int OP_CONSTU = 0x10;
    private static final int OP_PLUS_UCONST = 0x23;
    private static final int OP_LIT0 = 0x30;

    /** No constant. */
    static final long NONE = Long.MIN_VALUE;

    private Expressions() {}

    /** The number that an expression pushes, or adds to the address of what it is a part of; {@link #NONE} for others. */
    static long constant(byte[] block, boolean little) {
        if (block.length == 0) {
            return NONE;
        }
        int operation = block[0] & 0xff;
        if (operation == OP_CONSTU || operation == OP_PLUS_UCONST) {
            long[] number = new long[1];
            return uleb(block, 1, number) == block.length ? number[0] : NONE;
        }
        if (operation >= OP_LIT0 && operation < OP_LIT0 + 32) {
            return block.length == 1 ? operation - OP_LIT0 : NONE;
        }
        if (operation == OP_CONST1U) {
            return block.length == 2 ? block[1] & 0xff : NONE;
        }
        if (operation == OP_CONST2U && block.length == 3) {
            int a = block[1] & 0xff;
            int b = block[2] & 0xff;
            return little ? a | b << 8 : b | a << 8;
        }
        return NONE;
    }

    /** Reads a number that must fit into 63 bits; gives the index behind it, or -1. */
    static int uleb(byte[] block, int from, long[] number) {
        long value = 0;
        for (int i = from, shift = 0; i < block.length && shift < 63; i++, shift += 7) {
            value |= (block[i] & 0x7fL) << shift;
            if (block[i] >= 0) {
                number[0] = value;
                return i + 1;
            }
        }
        return -1;
    }

    static String text(byte[] block) {
        return "expression " + HexFormat.of().formatHex(block);
    }
}
