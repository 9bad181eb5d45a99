package dev.cutoff.abi.link;

import dev.cutoff.abi.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How much the numbers of names in a link's libraries may change, all at once, without a change of the size that the
 * linker's table ends with, and so of any order in the product.
 *
 * <p>Of the largest libraries all names are held fast, as few as will do; the numbers of the others are judged by cells: a
 * library's may go anywhere between two multiples of the cell. Names that two libraries share are in the table once, and
 * how many these are is not known of a later library: so the table holds at least the names of the libraries that are
 * held fast, and at most these and all names of the others.
 *
 * @param cell the size of a cell; 0 where the names of all libraries are held fast
 * @param fast the sonames of the libraries whose names are held fast
 */
record Sizing(int cell, Set<String> fast) {

    private static final int LARGEST = 4096;
    private static final int SMALLEST = 8;

    /** For names that the linker or its script brings in, and those that objects mention in sections left out. */
    private static final int MARGIN = 256;

    private static final Sizing ALL = new Sizing(0, Set.of());

    /**
     * A library.
     *
     * @param certain whether it is in the link for certain: where nothing needs it, it may have been left out
     */
    private record Part(String soname, Set<String> entries, boolean certain) {}

    /**
     * Judges a link.
     *
     * @param needed the sonames that the product needs
     * @param traversed the names that the linker writes something for, each in all its spellings
     * @param written those of them that are global in the product's symbol table, in its order
     * @param mentioned how many names objects mention
     */
    static Sizing of(
            List<SharedLibrary> libraries,
            Collection<String> needed,
            List<Set<String>> traversed,
            List<Set<String>> written,
            int mentioned) {
        List<Part> parts = new ArrayList<>();
        Set<String> sonames = new HashSet<>();
        Set<String> loaded = new HashSet<>(needed);
        libraries.forEach(library -> loaded.addAll(library.dynamic().needed()));
        for (SharedLibrary library : libraries) {
            String soname = SharedLibrary.soname(library.dynamic());
            if (!sonames.add(soname)) {
                return ALL;
            }
            if (!soname.isEmpty() && !loaded.contains(soname)) {
                // Given with --as-needed and not needed: the linker takes its names out again.
                continue;
            }
            Set<String> entries = new HashSet<>();
            library.symbols().forEach(symbol -> entries.addAll(SharedLibrary.entries(symbol)));
            parts.add(new Part(soname, entries, needed.contains(soname)));
        }
        parts.sort(Comparator.comparingInt((Part part) -> part.entries().size()).reversed());
        Set<String> defined = defined(libraries);
        Set<String> spellings = new HashSet<>();
        traversed.forEach(name -> spellings.addAll(narrowed(name, defined)));
        List<Set<String>> order =
                written.stream().map(name -> narrowed(name, defined)).toList();
        for (int fast = 0; fast < parts.size(); fast++) {
            int cell = cell(parts.subList(0, fast), parts.subList(fast, parts.size()), mentioned, spellings, order);
            if (cell > 0) {
                Set<String> held = new HashSet<>();
                parts.subList(0, fast).forEach(part -> held.add(part.soname()));
                return new Sizing(cell, Set.copyOf(held));
            }
        }
        return ALL;
    }

    private static int cell(
            List<Part> fast, List<Part> free, int mentioned, Set<String> spellings, List<Set<String>> order) {
        Set<String> certain = new HashSet<>();
        Set<String> possible = new HashSet<>();
        for (Part part : fast) {
            possible.addAll(part.entries());
            if (part.certain()) {
                certain.addAll(part.entries());
            }
        }
        for (int cell = LARGEST; cell >= SMALLEST; cell /= 2) {
            long least = certain.size();
            long most = possible.size() + 3L * mentioned + MARGIN;
            for (Part part : free) {
                int size = part.entries().size();
                least = part.certain() ? Math.max(least, size - size % cell) : least;
                most += size - size % cell + cell;
            }
            SymbolTableSize size = SymbolTableSize.of(least);
            if (size.equals(SymbolTableSize.of(most)) && !size.shared(spellings) && size.ordered(order)) {
                return cell;
            }
        }
        return 0;
    }

    /** The spellings under which symbols that libraries define stand in the table; others lead to these. */
    private static Set<String> defined(List<SharedLibrary> libraries) {
        Set<String> defined = new HashSet<>();
        for (SharedLibrary library : libraries) {
            for (ElfSymbol symbol : library.symbols()) {
                if (symbol.defined()) {
                    defined.add(SharedLibrary.entries(symbol).getFirst());
                }
            }
        }
        return defined;
    }

    /** Of a name's spellings, those that some library defines; where none does, all. */
    private static Set<String> narrowed(Set<String> spellings, Set<String> defined) {
        Set<String> found = new HashSet<>(spellings);
        found.retainAll(defined);
        return found.isEmpty() ? spellings : found;
    }
}
