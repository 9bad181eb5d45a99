package dev.cutoff.abi.link;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.References;
import dev.cutoff.abi.elf.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How a program or library is bound to others: all of it but addresses and the order of symbols. */
final class ProductBinding {

    /** Sections whose size depends on the order in which copies or names stand in them. */
    private static final Set<String> OF_ORDER = Set.of(
            ".dynsym",
            ".dynstr",
            ".symtab",
            ".strtab",
            ".hash",
            ".gnu.hash",
            ".gnu.version",
            ".bss",
            ".dynbss",
            ".rodata",
            ".data.rel.ro",
            ".shstrtab");

    private ProductBinding() {}

    static List<String> of(Cursor product) throws FormatException {
        ElfFile elf = ElfFile.open(product);
        References references = elf.references();
        List<String> lines = new ArrayList<>(List.of("needs " + elf.dynamic().needed()));
        Set<String> sorted = new TreeSet<>();
        for (ElfSymbol symbol : elf.dynamicSymbols()) {
            sorted.add(symbol.fullName() + (symbol.defined() ? " defined, size " + symbol.size() : " asked") + " "
                    + symbol.kind() + " " + symbol.binding() + " " + symbol.visibility() + " by "
                    + new TreeSet<>(references.of(symbol))
                    // Where a program's own code takes its address.
                    + (symbol.defined() || symbol.value() == 0 ? "" : ", at home here"));
        }
        elf.neededVersions().forEach(version -> sorted.add("version " + version));
        for (Section section : elf.sections()) {
            if (!OF_ORDER.contains(section.name())) {
                sorted.add("section " + section.name() + " " + section.size());
            }
        }
        lines.addAll(sorted);
        return lines;
    }
}
