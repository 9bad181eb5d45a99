package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The debug sections of one ELF file, expanded and relocated. Of {@code info} and {@code types} an object may have
 * several, one for each group of sections that a linker keeps one of; a section that is not there has no bytes.
 *
 * @param supplementLink what names the supplementary file, null where there is none
 * @param isStandardLink whether that is DWARF 5's section, not GNU's
 */
record DebugFile(
        List<Cursor> info,
        List<Cursor> types,
        Cursor abbreviations,
        Cursor strings,
        Cursor lineStrings,
        Cursor stringOffsets,
        Cursor addresses,
        Cursor lines,
        @Nullable Cursor supplementLink,
        boolean isStandardLink) {

    /** Whether there is any debug information. */
    boolean isEmpty() {
        return info.isEmpty() && types.isEmpty();
    }

    /** The sections of a file. */
    static DebugFile of(ElfFile elf) throws FormatException {
        return of(elf, "");
    }

    /** The sections of a file of split units, whose names end in {@code .dwo} (section 7.3.2). */
    static DebugFile split(ElfFile elf) throws FormatException {
        return of(elf, ".dwo");
    }

    /** The same, with parts of some sections in place of them: what belongs to one unit of a package. */
    DebugFile part(Cursor ownAbbreviations, Cursor ownStringOffsets, Cursor ownLines) {
        return new DebugFile(
                info,
                types,
                ownAbbreviations,
                strings,
                lineStrings,
                ownStringOffsets,
                addresses,
                ownLines,
                supplementLink,
                isStandardLink);
    }

    private static DebugFile of(ElfFile elf, String suffix) throws FormatException {
        Section link = InfoBuilder.link(elf);
        return new DebugFile(
                all(elf, "info" + suffix),
                all(elf, "types" + suffix),
                one(elf, "abbrev" + suffix),
                one(elf, "str" + suffix),
                one(elf, "line_str" + suffix),
                one(elf, "str_offsets" + suffix),
                one(elf, "addr"),
                one(elf, "line" + suffix),
                link == null ? null : elf.content(link),
                link != null && link.name().equals(".debug_sup"));
    }

    private static List<Cursor> all(ElfFile elf, String name) throws FormatException {
        List<Cursor> all = new ArrayList<>();
        for (Section section : elf.sections()) {
            if (isNamed(section, name)) {
                Cursor content = elf.relocated(section);
                all.add(name.startsWith("line") && !name.startsWith("line_str") ? content : content.inArray());
            }
        }
        return List.copyOf(all);
    }

    private static Cursor one(ElfFile elf, String name) throws FormatException {
        List<Cursor> all = all(elf, name);
        return all.isEmpty() ? elf.nothing() : all.getFirst();
    }

    private static boolean isNamed(Section section, String name) {
        return section.inFile()
                && (section.name().equals(".debug_" + name) || section.name().equals(".zdebug_" + name));
    }
}
