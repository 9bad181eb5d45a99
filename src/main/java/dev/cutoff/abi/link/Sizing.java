package dev.cutoff.abi.link;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
    static final int MARGIN = 256;

    /** Libraries that may or may not be in the link are few, and each doubles the cases. */
    private static final int MOST_UNCERTAIN = 4;

    /**
     * As many names of the product must stand in the order of a table for the linker to be one that has such a table: fewer
     * may do so by chance.
     */
    private static final int ENOUGH = 6;

    /** Nothing may change. */
    static final Sizing ALL = new Sizing(0, Set.of());

    /**
     * What a product's symbols say.
     *
     * @param needed the sonames that the product needs
     * @param traversed the names that the linker writes something for, each in all its spellings
     * @param written those of them that are global in the product's symbol table, in its order
     * @param early names that the first objects bring in before the table can grow
     * @param mentioned at most as many entries the objects bring in
     */
    record Product(
            Collection<String> needed,
            List<Set<String>> traversed,
            List<Set<String>> written,
            Set<String> early,
            long mentioned) {}

    /**
     * A library.
     *
     * @param entries what the linker's table holds of it
     * @param defined under which of these its definitions stand; others lead there
     * @param certain whether it is in the link for certain: where the product itself does not need it, the linker may have
     *     left it out, or not found it for another one that needs it
     */
    private record Part(String soname, Set<String> entries, Set<String> defined, boolean certain) {}

    /** Judges a link. */
    static Sizing of(List<SharedLibrary> libraries, Product product) {
        List<Part> parts = new ArrayList<>();
        Set<String> sonames = new HashSet<>();
        Set<String> loaded = loaded(libraries, product.needed());
        for (SharedLibrary library : libraries) {
            String soname = SharedLibrary.soname(library.dynamic());
            if (!sonames.add(soname)) {
                return ALL;
            }
            // One that was given with --as-needed and is not needed was taken out again with its names.
            if (soname.isEmpty() || loaded.contains(soname)) {
                SharedLibrary.Table table = library.table();
                parts.add(new Part(
                        soname,
                        table.entries(),
                        table.defined(),
                        product.needed().contains(soname)));
            }
        }
        parts.sort(Comparator.comparingInt((Part part) -> part.entries().size()).reversed());
        if (product.written().size() < ENOUGH) {
            return ALL;
        }
        List<Case> cases = cases(parts, product);
        for (int fast = 0; fast < parts.size(); fast++) {
            Set<String> held = new HashSet<>();
            parts.subList(0, fast).forEach(part -> held.add(part.soname()));
            OptionalInt cell = cases.stream()
                    .map(one -> one.cell(held))
                    .flatMapToInt(OptionalInt::stream)
                    .min();
            if (cell.orElse(0) > 0) {
                return new Sizing(cell.getAsInt(), Set.copyOf(held));
            }
        }
        return ALL;
    }

    /** The sonames of the libraries that may be in the link: those that the product needs, and what these need. */
    private static Set<String> loaded(List<SharedLibrary> libraries, Collection<String> needed) {
        Set<String> loaded = new HashSet<>(needed);
        boolean more = true;
        while (more) {
            more = false;
            for (SharedLibrary library : libraries) {
                String soname = SharedLibrary.soname(library.dynamic());
                if (soname.isEmpty() || loaded.contains(soname)) {
                    more |= loaded.addAll(library.dynamic().needed());
                }
            }
        }
        return loaded;
    }

    /**
     * The cases of which one is true: with and without each of the largest libraries that are not certain. Which one it is
     * need not be known; it is the same for all libraries of the same states.
     */
    private static List<Case> cases(List<Part> parts, Product product) {
        List<Part> uncertain = parts.stream()
                .filter(part -> !part.certain())
                .limit(MOST_UNCERTAIN)
                .toList();
        List<Case> cases = new ArrayList<>();
        for (int choice = 0; choice < 1 << uncertain.size(); choice++) {
            List<Part> chosen = new ArrayList<>();
            for (Part part : parts) {
                int at = uncertain.indexOf(part);
                if (at < 0) {
                    chosen.add(part);
                } else if ((choice & 1 << at) != 0) {
                    chosen.add(new Part(part.soname(), part.entries(), part.defined(), true));
                }
            }
            cases.add(new Case(chosen, product));
        }
        return cases;
    }

    /** A set of libraries that may be those of the link. */
    private static final class Case {

        private final List<Part> parts;
        private final long mentioned;
        private final Set<String> spellings = new HashSet<>();
        /** Those of them that are in the table before it grows, each time. */
        private final Set<String> early = new HashSet<>();

        private final List<Set<String>> written = new ArrayList<>();
        /** By size of the table, whether the product's names stand in its order. */
        private final Map<SymbolTableSize, Boolean> ordered = new HashMap<>();

        /** By size of the table, whether names keep their order in it. */
        private final Map<SymbolTableSize, Boolean> keepsOrder = new HashMap<>();

        Case(List<Part> parts, Product product) {
            this.parts = parts;
            this.mentioned = product.mentioned();
            for (Set<String> name : product.traversed()) {
                Set<String> narrowed = narrowed(name);
                spellings.addAll(narrowed);
                if (narrowed.size() == 1 && product.early().containsAll(narrowed)) {
                    early.addAll(narrowed);
                }
            }
            product.written().forEach(name -> written.add(narrowed(name)));
        }

        /** Of a name's spellings, those that some library defines; where none does, all. */
        private Set<String> narrowed(Set<String> spellings) {
            Set<String> found = new HashSet<>();
            for (String spelling : spellings) {
                if (parts.stream().anyMatch(part -> part.defined().contains(spelling))) {
                    found.add(spelling);
                }
            }
            return found.isEmpty() ? spellings : found;
        }

        /**
         * The largest cell that will do where some libraries are held fast; 0 where none does. Empty where the product's
         * order says that this is not the true case, or that the linker has another table than was measured.
         */
        OptionalInt cell(Set<String> fast) {
            Set<String> certain = new HashSet<>();
            Set<String> possible = new HashSet<>();
            for (Part part : parts) {
                if (fast.contains(part.soname())) {
                    possible.addAll(part.entries());
                    certain.addAll(part.certain() ? part.entries() : Set.of());
                }
            }
            for (int cell = LARGEST; cell >= SMALLEST; cell /= 2) {
                long least = certain.size();
                long most = possible.size() + mentioned + MARGIN;
                for (Part part : parts) {
                    if (!fast.contains(part.soname())) {
                        int size = part.entries().size();
                        least = part.certain() ? Math.max(least, size - size % cell) : least;
                        most += size - size % cell + cell;
                    }
                }
                SymbolTableSize size = SymbolTableSize.of(least);
                if (size.equals(SymbolTableSize.of(most))) {
                    if (!ordered.computeIfAbsent(size, s -> s.ordered(written))) {
                        return OptionalInt.empty();
                    }
                    if (keepsOrder(size)) {
                        return OptionalInt.of(cell);
                    }
                }
            }
            return OptionalInt.of(0);
        }

        private boolean keepsOrder(SymbolTableSize size) {
            return keepsOrder.computeIfAbsent(size, s -> !s.shared(spellings, early));
        }
    }
}
