package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.wheel.ModuleNeeds;
import dev.cutoff.abi.wheel.Wheel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that a wheel's binaries ask of other wheels: a library by its soname, a capsule, constant or domain by its key, a
 * module by its name, or a symbol that they ask of nobody by name.
 *
 * @param name soname, key, top-level name of the module, or symbol
 */
record LooseUse(Kind kind, String name) {

    enum Kind {
        LIBRARY,
        KEY,
        MODULE,
        SYMBOL
    }

    /** Begins the keys of names that capsules may be looked up by. */
    private static final String NAME = "name ";

    /** All that a wheel's binaries ask of others, but for the machine's libraries and Python. */
    static List<LooseUse> of(Wheel wheel) {
        Set<LooseUse> uses = new LinkedHashSet<>();
        for (ModuleNeeds needs : wheel.modules().values()) {
            needs.uses()
                    .keySet()
                    .forEach(key -> uses.add(
                            key.startsWith(NAME)
                                    ? new LooseUse(
                                            Kind.MODULE,
                                            key.substring(NAME.length()).split("\\.", 2)[0])
                                    : new LooseUse(Kind.KEY, key)));
            needs.imports().forEach((soname, symbols) -> {
                if (soname.isEmpty()) {
                    symbols.stream()
                            .filter(symbol -> !needs.weak().contains(symbol))
                            .forEach(symbol -> uses.add(new LooseUse(Kind.SYMBOL, symbol)));
                } else if (!needs.own().contains(soname) && !SystemLibraries.has(soname)) {
                    uses.add(new LooseUse(Kind.LIBRARY, soname));
                }
            });
        }
        // What a wheel finds in itself it asks nobody for.
        uses.removeIf(use -> use.kind() == Kind.MODULE && use.isOf(wheel));
        return List.copyOf(uses);
    }

    /** Whether a wheel offers it, in whatever version. */
    boolean isOf(Wheel provider) {
        return switch (kind) {
            case LIBRARY ->
                provider.libraries().entrySet().stream()
                        .anyMatch(library ->
                                library.getValue().name(library.getKey()).equals(name));
            case KEY -> {
                String next = provider.capi().tailMap(name).isEmpty()
                        ? ""
                        : provider.capi().tailMap(name).firstKey();
                yield next.equals(name) || next.startsWith(name + " ");
            }
            case MODULE -> provider.identity().importNames().contains(name);
            case SYMBOL ->
                provider.libraries().values().stream()
                        .anyMatch(library -> library.binary().offers().stream()
                                .anyMatch(offer -> offer.name().equals(name)));
        };
    }
}
