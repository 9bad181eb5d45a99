package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.rust.Symbols;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether units that would be kept still find the symbols of a library that was compiled anew. Those that we don't know are
 * linked by the compiler, which says aloud what is missing.
 */
final class Imports {

    private final Units units;

    Imports(Units units) {
        this.units = units;
    }

    /**
     * A symbol that is gone and that a recorded unit uses.
     *
     * @param before the library as it was
     * @param now as it is
     * @return "" for none
     */
    String missing(Path before, Path now) throws IOException {
        Set<String> gone = new HashSet<>(Libraries.symbols(before).defined());
        gone.removeAll(Libraries.symbols(now).defined());
        if (gone.isEmpty()) {
            return "";
        }
        for (Dependent dependent : dependents(now)) {
            for (String name : dependent.record().files().keySet()) {
                Path kept = dependent.folder().path(name);
                Set<String> wanted = name.equals(UnitFolder.RLIB)
                        ? Libraries.symbols(kept).wanted()
                        : name.endsWith(".o") ? Libraries.objectSymbols(kept).wanted() : Set.of();
                for (String symbol : wanted) {
                    if (gone.contains(symbol)) {
                        return symbol;
                    }
                }
            }
        }
        return "";
    }

    /**
     * A symbol that is gone: what was announced lists instances of generic functions, which later compiles rely on.
     *
     * @param announced the library as it was when its metadata was made
     * @param now as it is
     * @return "" for none
     */
    static String lost(Path announced, Path now) throws IOException {
        Symbols were = Libraries.symbols(announced);
        Set<String> gone = new HashSet<>(were.defined());
        gone.removeAll(Libraries.symbols(now).defined());
        gone.removeIf(were::isOwnClosure);
        // Made by the optimiser between the objects of one crate, with a new name each time.
        gone.removeIf(symbol -> symbol.contains(".llvm."));
        return gone.stream().sorted().findFirst().orElse("");
    }

    private record Dependent(UnitFolder folder, UnitRecord record) {}

    /** The recorded units that depend on a library, over others too. */
    private List<Dependent> dependents(Path library) throws IOException {
        List<Dependent> left = new ArrayList<>();
        for (UnitFolder folder : units.all()) {
            folder.record().ifPresent(record -> left.add(new Dependent(folder, record)));
        }
        List<Dependent> found = new ArrayList<>();
        Set<String> libraries = new HashSet<>(Set.of(UnitRecord.stem(library.toString())));
        boolean more = true;
        while (more) {
            List<Dependent> next =
                    left.stream().filter(d -> d.record().dependsOn(libraries)).toList();
            next.forEach(
                    d -> d.record().outputs().forEach(output -> libraries.add(UnitRecord.stem(output.toString()))));
            left.removeAll(next);
            found.addAll(next);
            more = !next.isEmpty();
        }
        return found;
    }
}
