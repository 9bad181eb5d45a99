package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.dwarf.DwarfReader;
import dev.cutoff.abi.elf.Dynamic;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.elf.References;
import dev.cutoff.abi.elf.SymbolVersion;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The interface of an ELF file by its symbols.
 *
 * @param content of an object, which is copied into what is linked with it: digest of its bytes; else null
 * @param needed sonames, in the order in which the loader takes them
 * @param filters sonames whose symbols are looked up in place of this library's
 * @param versions that the file defines, sorted
 * @param neededVersions that the loader must find in other files, sorted
 * @param offers sorted
 * @param needs sorted
 * @param linkTimeCode whose intermediate code an object holds
 * @param hidesSymbols whether there is nothing but intermediate code, so that the symbols are not known
 * @param types what is known of the types of offers; it is no part of the digest, since a file is the same interface when
 *     its debug information is gone
 */
public record Binary(
        Form form,
        Machine machine,
        @Nullable Digest content,
        @Nullable String soname,
        List<String> needed,
        List<String> filters,
        List<String> versions,
        List<NeededVersion> neededVersions,
        List<Offer> offers,
        List<Need> needs,
        LinkTimeCode.Compiler linkTimeCode,
        boolean hidesSymbols,
        Surface types)
        implements Fingerprint {

    /** What linkers of former years export from every library, and nobody binds to: each file has its own. */
    private static final Set<String> EVERYWHERE = Set.of("_init", "_fini", "_edata", "_end", "__bss_start");

    private static int compare(NeededVersion a, NeededVersion b) {
        int order = a.file().compareTo(b.file());
        order = order == 0 ? a.name().compareTo(b.name()) : order;
        return order == 0 ? Boolean.compare(a.weak(), b.weak()) : order;
    }

    /** Reads a shared library, a program or an object, or the member of an archive that is one. */
    static Binary read(Cursor bytes, TypeSources sources) throws FormatException {
        ElfFile elf = ElfFile.open(bytes);
        ElfType type = elf.header().type();
        if (type != ElfType.SHARED && type != ElfType.EXECUTABLE && type != ElfType.RELOCATABLE) {
            throw bytes.wrong(16, "is no library, program or object, but another kind of ELF file");
        }
        Dynamic dynamic = elf.dynamic();
        Form form = form(elf, dynamic);
        boolean object = form == Form.OBJECT;
        LinkTimeCode code = object ? elf.linkTimeCode() : new LinkTimeCode(LinkTimeCode.Compiler.NONE, false);
        List<ElfSymbol> symbols = object ? elf.symbols() : elf.dynamicSymbols();
        Set<ElfSymbol> copied = copied(elf, form, symbols);
        List<Offer> offers = new ArrayList<>(symbols.size());
        List<Need> needs = new ArrayList<>();
        List<ElfSymbol> offered = new ArrayList<>();
        for (ElfSymbol symbol : symbols) {
            boolean isCopy = copied.contains(symbol);
            if (isCopy || (!symbol.defined() && symbol.global())) {
                needs.add(Need.of(symbol, isCopy));
            }
            if (object ? symbol.defined() && symbol.global() : symbol.exported() && !isNoise(symbol)) {
                offers.add(Offer.of(symbol));
                offered.add(symbol);
            }
        }
        offers.sort(Offer::compare);
        needs.sort(Need::compare);
        return new Binary(
                form,
                Machine.of(elf.header()),
                object ? Digests.of(bytes) : null,
                dynamic.soname(),
                dynamic.needed(),
                dynamic.filters(),
                elf.definedVersions().stream().sorted().toList(),
                elf.neededVersions().stream().sorted(Binary::compare).toList(),
                List.copyOf(offers),
                List.copyOf(needs),
                code.compiler(),
                code.only(),
                DwarfReader.read(elf, offered, sources.files(), sources.headers()));
    }

    /** A shared library as those see it who only look for its name: what it is, what it needs, and none of its symbols. */
    public static Binary withoutSymbols(ElfFile elf) throws FormatException {
        Dynamic dynamic = elf.dynamic();
        return new Binary(
                Form.SHARED,
                Machine.of(elf.header()),
                null,
                dynamic.soname(),
                dynamic.needed(),
                dynamic.filters(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                LinkTimeCode.Compiler.NONE,
                false,
                Surface.none("its symbols are not listed"));
    }

    private static Form form(ElfFile elf, Dynamic dynamic) throws FormatException {
        return switch (elf.header().type()) {
            case RELOCATABLE -> Form.OBJECT;
            case EXECUTABLE -> Form.PROGRAM;
            // Some libraries (libc.so.6) can be run; some programs do not have the flag that says what they are.
            default ->
                dynamic.positionIndependentExecutable() || (dynamic.soname() == null && elf.interpreter() != null)
                        ? Form.PROGRAM
                        : Form.SHARED;
        };
    }

    /** Only programs hold copies. Where relocations are not understood, all data of others may be one. */
    private static Set<ElfSymbol> copied(ElfFile elf, Form form, List<ElfSymbol> symbols) throws FormatException {
        if (form != Form.PROGRAM) {
            return Set.of();
        }
        References references = elf.references();
        Set<ElfSymbol> copied = new HashSet<>(elf.copied());
        for (ElfSymbol symbol : symbols) {
            SymbolVersion version = symbol.version();
            if (!references.complete() && symbol.defined() && version != null && version.file() != null) {
                copied.add(symbol);
            }
        }
        return copied;
    }

    /** GNU linkers give each version a symbol of its name; it is in the list of versions. */
    private static boolean isNoise(ElfSymbol symbol) {
        SymbolVersion version = symbol.version();
        return EVERYWHERE.contains(symbol.name())
                || (symbol.section() == ElfSymbol.ABSOLUTE
                        && version != null
                        && version.name().equals(symbol.name()));
    }

    @Override
    public String kind() {
        return form.word();
    }

    @Override
    public String evidence() {
        return hidesSymbols ? "bytes" : types.tier().word();
    }

    @Override
    public Digest digest() {
        Canon canon = new Canon(kind());
        canon.word("machine").word(machine.number()).word(machine.bits());
        canon.word(machine.little()).word(machine.flags()).end();
        canon.line("content", content == null ? null : content.hex());
        canon.line("soname", soname);
        canon.line("needed", needed);
        canon.line("filters", filters);
        canon.line("versions", versions);
        for (NeededVersion version : neededVersions) {
            canon.word("version").word(version.file()).word(version.name());
            canon.word(version.weak()).end();
        }
        offers.forEach(offer -> offer.write(canon));
        needs.forEach(need -> need.write(canon));
        canon.word("lto").word(linkTimeCode.name()).word(hidesSymbols).end();
        return canon.digest();
    }
}
