package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.nio.ByteOrder;

/** A table of relocations. Entries are named by their offsets in it, from 0 in steps of {@link #step}. */
record RelocationTable(ElfHeader header, Cursor entries, boolean withAddend) {

    private static final int MIPS = 8;

    /** Bytes that an entry takes. */
    int step() {
        return header.wide() ? withAddend ? 24 : 16 : withAddend ? 12 : 8;
    }

    /** Behind the last whole entry. */
    long end() {
        return entries.size() - entries.size() % step();
    }

    /** Where in the section the entry at an offset of the table is about. */
    long place(long at) throws FormatException {
        return header.wide() ? entries.s8At(at) : entries.u4At(at);
    }

    /** Index of the symbol that the entry at an offset names, as unsigned 32 bits; 0 is none. */
    long symbol(long at) throws FormatException {
        return !header.wide() ? entries.u4At(at + 4) >> 8 : isMipsOrder() ? entries.u4At(at + 8) : info(at) >>> 32;
    }

    /** The type; on 64-bit MIPS three in one number, the one that is done first lowest. */
    int type(long at) throws FormatException {
        return !header.wide()
                ? entries.s4At(at + 4) & 0xff
                : isMipsOrder() ? Integer.reverseBytes(entries.s4At(at + 12)) : (int) info(at);
    }

    /** Only where the table has addends. */
    long addend(long at) throws FormatException {
        return header.wide() ? entries.s8At(at + 16) : entries.s4At(at + 8);
    }

    private long info(long at) throws FormatException {
        return entries.s8At(at + 8);
    }

    /** 64-bit MIPS has a symbol of four bytes and four of one byte there, in either byte order (its ELF supplement, 2.9). */
    private boolean isMipsOrder() {
        return header.machine() == MIPS && header.order() == ByteOrder.LITTLE_ENDIAN;
    }
}
