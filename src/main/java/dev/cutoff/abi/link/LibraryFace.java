package dev.cutoff.abi.link;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.Dynamic;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfHeader;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.elf.Segment;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.SymbolVersion;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.link.FaceFact.Kind;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a link could see of a shared library.
 *
 * <p>Of symbols that the product mentions, in the library's order, since the linker writes their names in this order:
 * all but the size of functions that the product does not define, whether a function is chosen when it is loaded (to others it is a function), and whether
 * it is weak (only a definition's absence makes a difference there). Of what other libraries ask for: that it is there.
 * Of what the library asks for itself: all names but those of versions that hold them for certain, as nothing else says
 * that they will be found. Of names that the linker makes itself where a library has them, all.
 */
final class LibraryFace {

    /** Names of vtables in the C++ ABI for Itanium (5.1.4.1), which others than GCC keep too. */
    private static final String VTABLE = "_ZTV";

    /** The mark of a file with symbols that only GNU systems know, and else the same as none. */
    private static final int GNU_SYSTEM = 3;

    private static final int GNU_RELRO = 0x6474e552;
    private static final int NOBITS = 8;
    private static final long WRITE = 1;
    private static final long ALLOCATED = 2;
    private static final long EXECUTE = 4;
    private static final String WARNING = ".gnu.warning.";
    /** Versions by which glibc tells the linker what its loader can do. */
    private static final String LOADER_VERSION = "GLIBC_ABI_";

    private final SharedLibrary library;
    private final ElfFile elf;
    private final LinkScope scope;
    private final List<FaceFact> facts = new ArrayList<>();
    private final Map<String, Integer> versionFlags;
    /** Whether only what decides how a product is bound is to be told. */
    private final boolean bindingAlone;

    /** Of what is told, what may be there later though it is not now. */
    private final Set<FaceFact> mayAppear = new HashSet<>();

    /** Aliases that may still be told of: each of many objects at one address would tell of all others. */
    private int aliasesLeft = 10_000;

    /** Symbols that are no functions, by section and address. */
    private final Map<List<Long>, List<ElfSymbol>> objects = new HashMap<>();

    private LibraryFace(SharedLibrary library, LinkScope scope, boolean bindingAlone) throws FormatException {
        this.library = library;
        this.bindingAlone = bindingAlone;
        this.elf = library.elf();
        this.scope = scope;
        this.versionFlags = library.versionFlags();
    }

    static Face of(SharedLibrary library, LinkScope scope) throws FormatException {
        LibraryFace face = new LibraryFace(library, scope, false);
        face.properties();
        face.symbols();
        face.table();
        return new Face(List.copyOf(face.facts));
    }

    /**
     * What decides how the link's product is bound to a library. Of what the product only asks for, the loader looks up the
     * name, with its version: how large an object is, and whether it begins as zeros, matters to who copies it. But a vtable's
     * size says how many slots it has, and calls are bound to slots by number.
     */
    static Bond bond(SharedLibrary library, LinkScope scope) throws FormatException {
        LibraryFace face = new LibraryFace(library, scope, true);
        face.properties();
        List<FaceFact> ordered = List.copyOf(face.facts);
        face.facts.clear();
        face.symbols();
        Set<FaceFact> fixed = new HashSet<>(face.facts);
        fixed.removeAll(face.mayAppear);
        return new Bond(ordered, fixed, face.mayAppear, scope.allAsked() ? Set.of() : face.offered());
    }

    /** The names that are found by who asks for no version. */
    private Set<String> offered() {
        Set<String> names = new HashSet<>();
        for (ElfSymbol symbol : library.symbols()) {
            SymbolVersion version = symbol.version();
            if (symbol.defined() && (version == null || version.isDefault())) {
                names.add(symbol.name());
            }
        }
        return names;
    }

    private void property(String name, Object value) {
        facts.add(new FaceFact(Kind.PROPERTY, name, Names.plain(String.valueOf(value))));
    }

    private static String orNone(@Nullable String value) {
        return value == null ? "none" : "=" + value;
    }

    private void properties() throws FormatException {
        ElfHeader header = elf.header();
        Dynamic dynamic = library.dynamic();
        property("system", header.osAbi() == GNU_SYSTEM ? 0 : header.osAbi());
        property("flags", header.flags());
        property("soname", orNone(dynamic.soname()));
        property("program", dynamic.positionIndependentExecutable());
        dynamic.needed().forEach(needed -> facts.add(new FaceFact(Kind.NEEDS, Names.plain(needed), "")));
        property("rpath", orNone(dynamic.rpath()));
        property("runpath", orNone(dynamic.runpath()));
        for (Section section : elf.sections()) {
            if (section.name().startsWith(WARNING)) {
                property("warning", section.name());
            } else if (section.name().equals(".note.gnu.property")) {
                property("properties", Digest.of(elf.content(section).bytesAt(0, section.size())));
            }
        }
        for (String version : new TreeSet<>(elf.definedVersions())) {
            if (version.startsWith(LOADER_VERSION)) {
                property("version", version);
            }
        }
    }

    private void symbols() throws FormatException {
        for (ElfSymbol symbol : library.symbols()) {
            if (symbol.defined() && !symbol.kind().function()) {
                objects.computeIfAbsent(List.of((long) symbol.section(), symbol.value()), at -> new ArrayList<>())
                        .add(symbol);
            }
        }
        Set<FaceFact> others = new TreeSet<>(Comparator.comparing(FaceFact::line));
        for (ElfSymbol symbol : library.symbols()) {
            boolean meets = scope.mentions(symbol.name()) || LinkerNames.isMade(symbol.name());
            if (meets && symbol.defined()) {
                FaceFact fact = new FaceFact(Kind.DEFINES, fullName(symbol), definition(symbol));
                facts.add(fact);
                SymbolVersion version = symbol.version();
                if (bindingAlone && version != null && !version.isDefault() && scope.onlyAsks(symbol.name())) {
                    mayAppear.add(fact);
                }
            } else if (meets && asks(symbol)) {
                facts.add(reference(symbol));
            } else if (!symbol.defined() && asks(symbol)) {
                others.add(reference(symbol));
            } else if (symbol.kind() == SymbolKind.TLS
                    || scope.threadLocal(symbol.name())
                    || (symbol.defined() && scope.asked(symbol.name()))) {
                others.add(presence(symbol));
            }
        }
        facts.addAll(others);
    }

    /** Whether it makes a difference that the library asks for a name. */
    private boolean asks(ElfSymbol symbol) {
        return !isSureToBeFound(symbol)
                || scope.answers(symbol.name())
                || scope.offered(symbol.name())
                || LinkerNames.isMade(symbol.name());
    }

    /**
     * Whether what the symbol asks for is in the link for certain, under no other name than its full one: it has a version
     * of a library that this one needs, and that version's names are settled.
     */
    private boolean isSureToBeFound(ElfSymbol symbol) {
        SymbolVersion version = symbol.version();
        return version != null
                && version.file() != null
                && library.dynamic().needed().contains(version.file())
                && scope.settled(version.file(), version.name());
    }

    private static FaceFact reference(ElfSymbol symbol) {
        return new FaceFact(
                Kind.ASKS,
                fullName(symbol),
                "binding " + symbol.binding() + " kind " + symbol.kind() + " visibility " + symbol.visibility());
    }

    private static FaceFact presence(ElfSymbol symbol) {
        return new FaceFact(
                symbol.defined() ? Kind.DEFINES : Kind.ASKS,
                fullName(symbol),
                "kind " + (symbol.kind() == SymbolKind.TLS ? symbol.kind() : "any") + " visibility "
                        + (symbol.visibility() == Visibility.PROTECTED ? Visibility.DEFAULT : symbol.visibility()));
    }

    private static String fullName(ElfSymbol symbol) {
        return Names.plain(symbol.fullName());
    }

    private String definition(ElfSymbol symbol) throws FormatException {
        boolean exact = scope.exact(symbol.name());
        SymbolVersion version = symbol.version();
        int versionFlag = version == null ? 0 : versionFlags.getOrDefault(version.name(), 0);
        String common = " visibility " + symbol.visibility() + " version " + versionFlag + " place " + place(symbol);
        String aliases = aliases(symbol);
        if (isOnlyBound(symbol)) {
            // The strong name beside a weak one comes into the product, too.
            boolean alone = aliases.isEmpty() && symbol.binding() == Binding.WEAK;
            return "kind " + symbol.kind() + " binding " + (alone ? Binding.GLOBAL : symbol.binding()) + common
                    + " aliases " + aliases
                    + (symbol.name().startsWith(VTABLE) ? " size " + symbol.size() : "");
        }
        if (symbol.kind().function()) {
            return "kind " + (exact ? symbol.kind() : SymbolKind.FUNC) + " binding "
                    + (exact || symbol.binding() != Binding.WEAK ? symbol.binding() : Binding.GLOBAL)
                    + common
                    // A definition without a size, as in assembly, takes that of the library's.
                    + (scope.defines(symbol.name()) ? " size " + symbol.size() : "");
        }
        boolean copied = scope.defines(symbol.name()) || symbol.visibility() != Visibility.DEFAULT;
        return "size " + symbol.size() + " kind " + symbol.kind() + " binding " + symbol.binding() + common
                + " aliases "
                + (aliases.isEmpty() ? "none" : aliases) + (copied ? copy(symbol) : "");
    }

    /** The other names of an object; empty where there are none, or it is no object. */
    private String aliases(ElfSymbol symbol) throws FormatException {
        if (symbol.kind().function()) {
            return "";
        }
        List<ElfSymbol> there = objects.getOrDefault(List.of((long) symbol.section(), symbol.value()), List.of());
        aliasesLeft -= there.size() - 1;
        if (aliasesLeft < 0) {
            throw library.file().wrong(0, "has too many names for objects of one address");
        }
        return there.stream()
                .filter(alias -> alias.index() != symbol.index())
                .map(alias -> fullName(alias) + ":" + alias.kind() + ":" + alias.binding() + ":"
                        + (isOnlyBound(symbol) ? "" : alias.size() + ":") + alias.visibility())
                .collect(Collectors.joining(","));
    }

    /** Whether it is an object of which only what the loader looks up is to be told. */
    private boolean isOnlyBound(ElfSymbol symbol) {
        return bindingAlone && !symbol.kind().function() && scope.onlyAsks(symbol.name());
    }

    /** What kind of place a symbol has: a section with bytes, one without, or none. */
    private String place(ElfSymbol symbol) {
        int section = symbol.section();
        if (section < 0 || section >= elf.sections().size()) {
            return section + ":" + symbol.value();
        }
        boolean counts = !symbol.kind().function() && !isOnlyBound(symbol);
        return counts && elf.sections().get(section).type() == NOBITS ? "empty" : "filled";
    }

    /** What decides where the linker puts its copy of an object, and how that is aligned. */
    private String copy(ElfSymbol symbol) {
        if (symbol.section() <= 0 || symbol.section() >= elf.sections().size()) {
            return " at " + symbol.value();
        }
        Section section = elf.sections().get(symbol.section());
        long alignment = Math.max(1, section.alignment());
        long within = symbol.value() - section.address();
        return " at " + (within == 0 ? alignment : Math.min(alignment, Long.lowestOneBit(within)))
                // What looks like a common symbol may get the section's alignment.
                + " alignment " + (section.type() == NOBITS ? alignment : 0) + " flags "
                + (section.flags() & (WRITE | ALLOCATED | EXECUTE)) + " relro " + relro(section);
    }

    private boolean relro(Section section) {
        for (Segment segment : elf.segments()) {
            if (segment.type() == GNU_RELRO) {
                return section.address() >= segment.address()
                        && section.address() + section.size() <= segment.address() + segment.memorySize();
            }
        }
        return false;
    }

    /** What decides the size of the linker's table, and where that may not do, all names that enter it. */
    private void table() {
        int cell = scope.cell(SharedLibrary.soname(library.dynamic()));
        Set<String> entries = new HashSet<>();
        StringBuilder names = new StringBuilder();
        for (ElfSymbol symbol : library.symbols()) {
            List<String> spellings = SharedLibrary.entries(symbol);
            entries.addAll(spellings);
            names.append(symbol.defined() ? '+' : '-').append(spellings.size());
            names.append(fullName(symbol)).append('\n');
        }
        facts.add(
                cell == 0
                        ? new FaceFact(
                                Kind.NAMES,
                                "all",
                                Digest.ofText(names.toString()).hex())
                        : new FaceFact(Kind.NAMES, "number", Integer.toString(entries.size() / cell)));
    }
}
