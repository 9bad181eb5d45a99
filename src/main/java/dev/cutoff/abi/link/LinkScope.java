package dev.cutoff.abi.link;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which names met in one link, read from the product that it made: every name that an input defined or asked for stands
 * in the symbol table of the product, local or global, defined or not, as long as nothing strips it.
 *
 * @param met names of the product's symbols and of the command
 * @param defined names that the product itself defines: a function of it that has no size takes that of the library
 * @param copied names of objects of which the product holds a copy: their kind, binding, size and alignment count, and
 *     what else the library calls them
 * @param fixed names of functions whose address the product fixes
 */
public record LinkScope(Names met, Names defined, Set<String> copied, Set<String> fixed) {

    private static final String FORM = "link 1";

    /** A product with more symbols is not worth the record that it would take. */
    private static final int MOST = 40_000;

    /**
     * The scope of a link.
     *
     * @param product as the linker left it
     * @return empty where the product does not tell all names: it is stripped, relocatable, or of a machine whose
     *     relocations are not known
     */
    public static Optional<LinkScope> of(LinkCommand command, ElfFile product) throws FormatException {
        List<ElfSymbol> symbols = product.symbols();
        boolean tells = !symbols.isEmpty()
                && symbols.size() <= MOST
                && !command.wholeArchives()
                && product.references().complete();
        if (!tells) {
            return Optional.empty();
        }
        Set<String> met = new TreeSet<>(command.names());
        symbols.forEach(symbol -> met.add(bare(symbol.name())));
        product.dynamicSymbols().forEach(symbol -> met.add(symbol.name()));
        Set<String> defined = new TreeSet<>();
        symbols.stream().filter(ElfSymbol::defined).forEach(symbol -> defined.add(bare(symbol.name())));
        Set<String> copied = new TreeSet<>();
        product.copied().forEach(symbol -> copied.add(Names.plain(symbol.name())));
        Set<String> fixed = new TreeSet<>();
        product.fixedAddresses().forEach(symbol -> fixed.add(Names.plain(symbol.name())));
        return Optional.of(new LinkScope(Names.of(met), Names.of(defined), copied, fixed));
    }

    /** In a product's own table, the linker writes versions behind names: {@code deflate@ZLIB_1.2}. */
    private static String bare(String name) {
        int at = name.indexOf('@');
        return at > 0 ? name.substring(0, at) : name;
    }

    /** The form in which it stands in a record. */
    public String text() {
        return FORM + "\n" + met + "\n" + defined + "\n" + String.join(" ", copied) + "\n" + String.join(" ", fixed);
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException if it is of another form
     */
    public static LinkScope parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 5 || !lines[0].equals(FORM)) {
            throw new IllegalArgumentException("not a link's scope");
        }
        return new LinkScope(Names.parse(lines[1]), Names.parse(lines[2]), words(lines[3]), words(lines[4]));
    }

    private static Set<String> words(String line) {
        return line.isEmpty() ? Set.of() : new TreeSet<>(Arrays.asList(line.split(" ")));
    }

    /** With digests cut short, for people. */
    private static String brief(String line) {
        return line.replaceAll("\\b([0-9a-f]{12})[0-9a-f]{52}\\b", "$1");
    }

    /**
     * What changed between two faces of a library ({@link LibraryFace#of}), in words.
     *
     * @return empty where they are the same
     */
    public static Optional<String> difference(List<String> before, List<String> after) {
        List<String> gone = new ArrayList<>(before);
        gone.removeAll(new TreeSet<>(after));
        List<String> come = new ArrayList<>(after);
        come.removeAll(new TreeSet<>(before));
        if (gone.isEmpty() && come.isEmpty()) {
            return before.equals(after) ? Optional.empty() : Optional.of("another order");
        }
        String was = gone.isEmpty() ? "" : brief(gone.get(0));
        String is = come.isEmpty() ? "" : brief(come.get(0));
        if (was.isEmpty() || is.isEmpty()) {
            return Optional.of(was.isEmpty() ? "now also " + is : "no longer " + was);
        }
        return Optional.of(was + " -> " + is);
    }
}
