/**
 * ELF files: what they offer, what they ask for, and how the code reaches what it asks for.
 *
 * <p>{@link dev.cutoff.abi.elf.ElfFile} is the way in; all else here is data that it gives out, or a table of the format
 * that it reads by. Sources: the System V gABI (chapters 4 and 5), the psABI of each machine for relocation numbers, and
 * the LSB core specification for symbol versions.
 */
@NullMarked
package dev.cutoff.abi.elf;

import org.jspecify.annotations.NullMarked;
