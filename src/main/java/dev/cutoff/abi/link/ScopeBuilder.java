package dev.cutoff.abi.link;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.SymbolVersion;
import dev.cutoff.abi.link.LinkInput.Content;
import dev.cutoff.abi.link.LinkScope.Role;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * From a link's command, product and inputs to its scope.
 *
 * <p>The product says what the objects asked for and defined, as these may be gone: what they mention stands in the
 * product's symbol table, whether it was found, made local or stayed undefined. One thing does not stand there: what they
 * ask for weakly and nobody defines, where a program can do without a reference to it. This the objects must tell; of a
 * program of which some are gone, all names of the libraries count.
 */
final class ScopeBuilder {

    private static final int X86_64 = 62;

    /** A product with more symbols, or a scope with more names, is not worth the record that it would take. */
    private static final int MOST = 40_000;

    private final LinkCommand command;
    private final List<SharedLibrary> libraries = new ArrayList<>();
    private final Map<Role, Set<String>> names = new EnumMap<>(Role.class);
    private final Set<String> settled = new HashSet<>();
    private final Set<String> early;
    /** Of the names that objects may mention, those that have versions. */
    private final Set<String> versioned = new HashSet<>();
    /** Names that libraries define under some version. */
    private final Set<String> offeredInVersions = new HashSet<>();

    private boolean intermediate;
    private boolean gone;

    ScopeBuilder(LinkCommand command, List<LinkInput> first, Collection<LinkInput> inputs) {
        this.command = command;
        this.early = early(first);
        List<LinkInput> all = new ArrayList<>(first);
        all.addAll(inputs);
        for (Role role : Role.values()) {
            names.put(role, new HashSet<>());
        }
        for (LinkInput input : all) {
            switch (input.content()) {
                case Content.Shared shared -> {
                    libraries.add(shared.library());
                    settled.addAll(shared.settled().pairs());
                }
                case Content.Members members -> {
                    names(Role.OFFERED).addAll(members.offered());
                    weak(members.weak());
                }
                case Content.Code code -> weak(code.weak());
                case Content.Gone objectIsGone -> gone = true;
                case Content.Opaque opaque -> intermediate = true;
                case Content.Names namesLibraries -> {}
            }
        }
    }

    /** The names that objects bring into the linker's table while it can't have grown yet. */
    private static Set<String> early(List<LinkInput> first) {
        Set<String> early = new HashSet<>();
        for (LinkInput input : first) {
            if (!(input.content() instanceof Content.Code code)) {
                break;
            }
            Set<String> more = new HashSet<>(early);
            more.addAll(code.names());
            // A name with a version stands there in up to three spellings.
            long entries =
                    more.stream().mapToLong(name -> name.contains("@") ? 3 : 1).sum();
            if (Sizing.MARGIN + entries > SymbolTableSize.BEFORE_GROWTH) {
                break;
            }
            early = more;
        }
        return early;
    }

    private Set<String> names(Role role) {
        return names.getOrDefault(role, Set.of());
    }

    private void weak(Set<String> asked) {
        asked.forEach(name -> names(Role.WEAK).add(noted(name)));
    }

    /** The bare name. */
    private String noted(String name) {
        String bare = bare(name);
        if (!bare.equals(name)) {
            versioned.add(bare);
        }
        return bare;
    }

    /** At most as many entries the objects bring into the linker's table: a name with a version may stand there thrice. */
    private long entries() {
        return mentioned().stream()
                .mapToLong(name -> versioned.contains(name) ? 3 : 1)
                .sum();
    }

    Optional<LinkScope> build(ElfFile product) throws FormatException {
        if (intermediate
                || product.header().machine() != X86_64
                || !product.header().wide()
                || product.header().order() != ByteOrder.LITTLE_ENDIAN
                || (product.header().type() != ElfType.SHARED
                        && product.header().type() != ElfType.EXECUTABLE)) {
            return Optional.empty();
        }
        List<ElfSymbol> all = product.symbols();
        List<ElfSymbol> dynamic = product.dynamicSymbols();
        if (all.isEmpty() || all.size() > MOST || optimised(all)) {
            return Optional.empty();
        }
        List<ElfSymbol> symbols = linked(all);
        symbols.forEach(this::mention);
        dynamic.forEach(this::mention);
        names(Role.UNDEFINED).addAll(command.names());
        libraries();
        // A function whose address the program fixes, as its own code takes it, is at home in the program.
        for (ElfSymbol symbol : dynamic) {
            if (!symbol.defined() && symbol.value() != 0) {
                names(Role.EXACT).add(bare(symbol));
            }
            // It asks for a version of its own choice, which nobody has.
            if (!symbol.defined() && symbol.version() == null && offeredInVersions.contains(symbol.name())) {
                names(Role.EXACT).add(symbol.name());
            }
        }
        boolean allAsked = !gone || !isProgram(product);
        Sizing sizing = !allAsked
                ? Sizing.ALL
                : Sizing.of(
                        libraries,
                        new Sizing.Product(
                                product.dynamic().needed(),
                                traversed(symbols, dynamic),
                                written(all),
                                early,
                                entries()));
        names(Role.FAST).addAll(sizing.fast());
        if (libraries.isEmpty()) {
            names(Role.OFFERED).clear();
        }
        names(Role.OFFERED).removeIf(name -> names(Role.DEFINED).contains(name));
        if (names.values().stream().mapToInt(Set::size).sum() > MOST) {
            return Optional.empty();
        }
        Map<Role, Names> sets = new EnumMap<>(Role.class);
        names.forEach((role, set) -> sets.put(role, Names.of(set)));
        return Optional.of(
                new LinkScope(command.wholeArchives(), allAsked, sizing.cell(), new SettledVersions(settled), sets));
    }

    private static boolean isProgram(ElfFile product) throws FormatException {
        return product.header().type() == ElfType.EXECUTABLE
                || product.dynamic().positionIndependentExecutable()
                || product.interpreter() != null;
    }

    /** Signs of link-time optimisation: units without a file name, of which the linker itself makes one at most. */
    private static boolean optimised(List<ElfSymbol> symbols) {
        int nameless = 0;
        for (ElfSymbol symbol : symbols) {
            if (symbol.kind() == SymbolKind.FILE) {
                nameless += symbol.name().isEmpty() ? 1 : 0;
                if (symbol.name().equals("<artificial>")) {
                    return true;
                }
            } else if (symbol.name().contains(".lto_priv.")) {
                return true;
            }
        }
        return nameless > 1;
    }

    /**
     * The symbols that the linker knew by name, the objects' local ones left out: global ones, and local ones that were
     * global. These stand after the last object's.
     */
    private static List<ElfSymbol> linked(List<ElfSymbol> symbols) {
        int last = 0;
        for (ElfSymbol symbol : symbols) {
            last = symbol.kind() == SymbolKind.FILE ? symbol.index() : last;
        }
        int after = last;
        return symbols.stream()
                .filter(symbol -> symbol.global() || symbol.index() > after)
                .toList();
    }

    private static boolean named(ElfSymbol symbol) {
        return symbol.kind() != SymbolKind.FILE
                && symbol.kind() != SymbolKind.SECTION
                && !symbol.name().isEmpty();
    }

    /** The name without a version, which the static symbol table writes into the name. */
    private static String bare(ElfSymbol symbol) {
        return bare(symbol.name());
    }

    private static String bare(String name) {
        int at = name.indexOf('@');
        return at <= 0 ? name : name.substring(0, at);
    }

    private void mention(ElfSymbol symbol) {
        if (named(symbol)) {
            boolean weak = symbol.binding() == Binding.WEAK;
            names(symbol.defined() ? Role.DEFINED : weak ? Role.WEAK : Role.UNDEFINED)
                    .add(noted(symbol.name()));
        }
    }

    private Set<String> mentioned() {
        Set<String> all = new HashSet<>(names(Role.DEFINED));
        all.addAll(names(Role.UNDEFINED));
        all.addAll(names(Role.WEAK));
        return all;
    }

    private void libraries() {
        Set<String> mentioned = mentioned();
        Set<String> seen = new HashSet<>();
        for (SharedLibrary library : libraries) {
            Set<String> own = new HashSet<>();
            for (ElfSymbol symbol : library.symbols()) {
                String name = symbol.name();
                if (symbol.kind() == SymbolKind.TLS) {
                    names(Role.THREAD_LOCAL).add(name);
                }
                if (symbol.defined() && symbol.version() != null) {
                    offeredInVersions.add(name);
                }
                if (!symbol.defined()) {
                    names(Role.ASKED).add(name);
                } else if (own.add(name) && !seen.add(name) && mentioned.contains(name)) {
                    // Two libraries define it: what the second one says may then matter.
                    names(Role.EXACT).add(name);
                }
            }
        }
    }

    /** The names in the linker's table that it writes something for, each in all spellings that it may have there. */
    private static List<Set<String>> traversed(List<ElfSymbol> symbols, List<ElfSymbol> dynamic) {
        Map<String, Set<String>> spellings = new TreeMap<>();
        for (ElfSymbol symbol : symbols) {
            if (named(symbol)) {
                spell(spellings.computeIfAbsent(bare(symbol), any -> new HashSet<>()), bare(symbol), version(symbol));
            }
        }
        for (ElfSymbol symbol : dynamic) {
            if (named(symbol)) {
                SymbolVersion version = symbol.version();
                spell(
                        spellings.computeIfAbsent(bare(symbol), any -> new HashSet<>()),
                        bare(symbol),
                        version == null ? "" : version.name());
            }
        }
        return List.copyOf(spellings.values());
    }

    /** Of the global symbols in the order in which the linker wrote them, all spellings that each may have. */
    private static List<Set<String>> written(List<ElfSymbol> symbols) {
        List<Set<String>> written = new ArrayList<>();
        for (ElfSymbol symbol : symbols) {
            if (symbol.global() && named(symbol)) {
                Set<String> all = new HashSet<>();
                spell(all, bare(symbol), version(symbol));
                written.add(all);
            }
        }
        return written;
    }

    /** The version that the static symbol table writes into the name; "" where it has none. */
    private static String version(ElfSymbol symbol) {
        int at = symbol.name().lastIndexOf('@');
        return at <= 0 ? "" : symbol.name().substring(at + 1);
    }

    private static void spell(Set<String> all, String name, String version) {
        all.add(name);
        if (!version.isEmpty()) {
            all.add(name + "@" + version);
            all.add(name + "@@" + version);
        }
    }
}
