package dev.cutoff.abi.elf;

/**
 * A section header. Addresses, sizes and alignments of 2^63 and more are negative.
 *
 * @param alignment of the address, in bytes; 0 and 1 both mean none
 */
public record Section(
        int index,
        String name,
        int type,
        long flags,
        long address,
        long offset,
        long size,
        int link,
        int info,
        long alignment,
        long entrySize) {

    public static final int PROGBITS = 1;
    static final int SYMTAB = 2;
    static final int STRTAB = 3;
    static final int RELA = 4;
    static final int DYNAMIC = 6;
    static final int NOBITS = 8;
    static final int REL = 9;
    static final int DYNSYM = 11;
    static final int SYMTAB_SHNDX = 18;
    static final int CREL = 0x40000014;
    static final int ANDROID_REL = 0x60000001;
    static final int ANDROID_RELA = 0x60000002;
    static final int GNU_VERDEF = 0x6ffffffd;
    static final int GNU_VERNEED = 0x6ffffffe;
    static final int GNU_VERSYM = 0x6fffffff;

    /** Whether it is in memory when the program runs. */
    public boolean allocated() {
        return (flags & 0x2) != 0;
    }

    /** Whether its bytes are compressed, by SHF_COMPRESSED or in the older way of {@code .zdebug_*}. */
    public boolean compressed() {
        return (flags & 0x800) != 0 || name.startsWith(".zdebug_");
    }

    /** Whether it has bytes in the file. */
    public boolean inFile() {
        return type != NOBITS && type != 0;
    }
}
