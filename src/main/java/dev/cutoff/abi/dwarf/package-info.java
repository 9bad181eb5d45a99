/**
 * DWARF 2 to 5: debug information of ELF files to the type graph of what they offer.
 *
 * <p>{@link dev.cutoff.abi.dwarf.DwarfReader} is the way in. The stages, one after the other: {@link
 * dev.cutoff.abi.dwarf.DebugFile} finds the sections, {@link dev.cutoff.abi.dwarf.UnitHeaders} the units in them; {@link
 * dev.cutoff.abi.dwarf.Skim} goes over each unit once and notes where scopes, definitions and the entries of exported
 * symbols are; {@link dev.cutoff.abi.dwarf.GraphWriter} reads the types that those lead to into a graph of {@link
 * dev.cutoff.abi.type}. No stage makes an object for each entry (DIE): an entry is a place in a section, read by a {@link
 * dev.cutoff.abi.dwarf.Die} that is used again and again.
 *
 * <p>A form, an operation or a relocation that is not understood makes what it belongs to unknown, never equal. Nothing
 * but {@link dev.cutoff.abi.FormatException} comes of damaged input. Source: DWARF Debugging Information Format, versions
 * 2 to 5; sections are cited by version 5.
 */
@NullMarked
package dev.cutoff.abi.dwarf;

import org.jspecify.annotations.NullMarked;
