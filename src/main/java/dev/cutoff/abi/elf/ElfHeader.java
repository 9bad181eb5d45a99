package dev.cutoff.abi.elf;

import java.nio.ByteOrder;

/**
 * The file header, extended counts resolved.
 *
 * @param wide whether the file is ELFCLASS64
 * @param machine e_machine, as the format numbers it: 62 is x86-64, 183 is AArch64
 * @param flags e_flags, whose meaning is the machine's
 */
public record ElfHeader(boolean wide, ByteOrder order, int osAbi, ElfType type, int machine, int flags) {}
