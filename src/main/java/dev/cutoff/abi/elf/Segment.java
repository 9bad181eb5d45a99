package dev.cutoff.abi.elf;

/** A program header. */
public record Segment(int type, int flags, long offset, long address, long fileSize, long memorySize) {

    public static final int LOAD = 1;
    static final int DYNAMIC = 2;
    static final int INTERP = 3;
}
