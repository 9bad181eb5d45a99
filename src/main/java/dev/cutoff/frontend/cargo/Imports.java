package dev.cutoff.frontend.cargo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
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
        for (UnitFolder unit : units.all()) {
            var record = unit.record();
            if (record.isEmpty()) {
                continue;
            }
            for (String name : record.get().files().keySet()) {
                Set<String> wanted = name.equals(UnitFolder.RLIB)
                        ? Libraries.symbols(unit.path(name)).wanted()
                        : name.endsWith(".o")
                                ? Libraries.objectSymbols(unit.path(name)).wanted()
                                : Set.of();
                for (String symbol : wanted) {
                    if (gone.contains(symbol)) {
                        return symbol;
                    }
                }
            }
        }
        return "";
    }
}
