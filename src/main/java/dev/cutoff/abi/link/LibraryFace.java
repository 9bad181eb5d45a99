package dev.cutoff.abi.link;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.ArchiveSymbol;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.Dynamic;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfHeader;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a link of a given scope can see of a library, as lines of text.
 *
 * <p>Of a shared library: its soname, the libraries that it needs and where it has them looked for; the names of all its
 * symbols in their order, since GNU ld numbers the product's dynamic symbols in the order of a table whose size depends on
 * the number of names that came in; and of each name that meets one of the product, its version, kind and visibility, and
 * the size of objects. Bodies, addresses and the sizes of functions are not in it. An IFUNC counts as a function and a
 * weak symbol as a global one, but where the product copied the object or fixed the function's address.
 *
 * <p>Of an archive: in the order of its index, those of its names that meet one of the product, each with the content of
 * the member that defines it.
 */
public final class LibraryFace {

    private LibraryFace() {}

    /** The digest of the lines; empty where the whole file counts. */
    public static Optional<Digest> state(LinkScope scope, Cursor file) throws FormatException {
        return of(scope, file).map(lines -> Digest.ofText(String.join("\n", lines)));
    }

    /**
     * The lines.
     *
     * @return empty where the file is neither a shared library nor an archive that is understood
     * @throws FormatException if it is damaged
     */
    public static Optional<List<String>> of(LinkScope scope, Cursor file) throws FormatException {
        return switch (FileKind.of(file)) {
            case ELF -> shared(scope, ElfFile.open(file));
            case ARCHIVE -> archive(scope, Archive.read(file));
            default -> Optional.empty();
        };
    }

    private static Optional<List<String>> shared(LinkScope scope, ElfFile file) throws FormatException {
        Dynamic dynamic = file.dynamic();
        boolean library = file.header().type() == ElfType.SHARED && dynamic.present();
        if (!library || file.linkTimeCode().compiler() != LinkTimeCode.Compiler.NONE) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>();
        ElfHeader header = file.header();
        lines.add("shared library " + header.machine() + " " + header.wide() + " " + header.order() + " "
                + header.flags());
        lines.add("soname " + dynamic.soname());
        dynamic.needed().forEach(needed -> lines.add("needs " + needed));
        lines.add("rpath " + dynamic.rpath() + " runpath " + dynamic.runpath());
        lines.add("flags " + Long.toHexString(dynamic.flags1() & ~1L) + " " + dynamic.filters());
        file.definedVersions().forEach(version -> lines.add("version " + version));
        for (Section section : file.sections()) {
            if (section.name().startsWith(".gnu.warning")) {
                lines.add("warning " + section.name() + " " + digest(file.content(section)));
            }
        }
        List<ElfSymbol> symbols = file.dynamicSymbols();
        Map<String, Set<String>> aliases = scope.copied().isEmpty() ? Map.of() : aliases(symbols);
        for (ElfSymbol symbol : symbols) {
            if (symbol.global()) {
                lines.add(line(scope, file, symbol, aliases));
            }
        }
        return Optional.of(lines);
    }

    private static String line(LinkScope scope, ElfFile file, ElfSymbol symbol, Map<String, Set<String>> aliases) {
        String name = Names.plain(symbol.fullName());
        String plain = Names.plain(symbol.name());
        if (!symbol.defined()) {
            return "asks for " + name + (symbol.binding() == Binding.WEAK ? " (weak)" : "");
        }
        if (scope.copied().contains(plain)) {
            return "defines " + name + " " + symbol.kind() + " " + symbol.binding() + " " + symbol.visibility()
                    + " size " + symbol.size() + " " + place(file, symbol) + " also " + aliases.get(key(symbol));
        }
        if (scope.fixed().contains(plain)) {
            return "defines " + name + " " + symbol.kind() + " " + symbol.binding() + " " + symbol.visibility();
        }
        if (!scope.met().has(symbol.name())) {
            // A thread-local name beside another of the same name can't be linked, used or not.
            return "defines " + name + (symbol.kind() == SymbolKind.TLS ? " TLS" : "");
        }
        SymbolKind kind = symbol.kind() == SymbolKind.IFUNC ? SymbolKind.FUNC : symbol.kind();
        String size = kind == SymbolKind.FUNC && !scope.defined().has(symbol.name()) ? "" : " size " + symbol.size();
        String unique = symbol.binding() == Binding.UNIQUE ? " unique" : "";
        return "defines " + name + " " + kind + " " + symbol.visibility() + unique + size;
    }

    private static String key(ElfSymbol symbol) {
        return symbol.section() + " " + symbol.value();
    }

    private static Map<String, Set<String>> aliases(List<ElfSymbol> symbols) {
        Map<String, Set<String>> aliases = new HashMap<>();
        for (ElfSymbol symbol : symbols) {
            if (symbol.defined() && symbol.global()) {
                aliases.computeIfAbsent(key(symbol), k -> new TreeSet<>())
                        .add(Names.plain(symbol.name()) + " " + symbol.binding() + " " + symbol.size());
            }
        }
        return aliases;
    }

    /** What of an object's place decides where a copy of it goes: how it is aligned, and whether it may be written. */
    private static String place(ElfFile file, ElfSymbol symbol) {
        if (symbol.section() < 0 || symbol.section() >= file.sections().size()) {
            return "section " + symbol.section();
        }
        Section section = file.sections().get(symbol.section());
        int aligned = Math.min(
                Long.numberOfTrailingZeros(Math.max(1, section.alignment())),
                Long.numberOfTrailingZeros(symbol.value() | 1L << 62));
        return section.name() + " " + Long.toHexString(section.flags()) + " aligned " + section.alignment() + " "
                + aligned;
    }

    private static Optional<List<String>> archive(LinkScope scope, Archive archive) throws FormatException {
        if (archive.thin() || !archive.indexed()) {
            return Optional.empty();
        }
        Map<Integer, String> contents = new HashMap<>();
        List<String> lines = new ArrayList<>(List.of("archive"));
        for (ArchiveSymbol symbol : archive.symbols()) {
            if (!scope.met().has(symbol.name())) {
                continue;
            }
            Member member = archive.members().get(symbol.member());
            String content = contents.get(symbol.member());
            if (content == null) {
                Cursor bytes = member.content();
                if (bytes == null || !isPlainObject(bytes)) {
                    return Optional.empty();
                }
                content = Names.plain(member.name()) + " " + digest(bytes);
                contents.put(symbol.member(), content);
            }
            lines.add("member " + content + " for " + Names.plain(symbol.name()));
        }
        return Optional.of(lines);
    }

    /** Without intermediate code, for which the linker would ask a plugin. */
    private static boolean isPlainObject(Cursor member) throws FormatException {
        if (FileKind.of(member) != FileKind.ELF) {
            return false;
        }
        ElfFile object = ElfFile.open(member);
        return object.header().type() == ElfType.RELOCATABLE
                && object.linkTimeCode().compiler() == LinkTimeCode.Compiler.NONE;
    }

    private static String digest(Cursor bytes) throws FormatException {
        return Digest.of(bytes.bytesAt(0, bytes.size())).hex();
    }
}
