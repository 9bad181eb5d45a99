package dev.cutoff.abi.link;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.Dynamic;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.SymbolVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A shared library as GNU ld reads one: its dynamic section and the global part of its dynamic symbols, in order. */
final class SharedLibrary {

    private static final int X86_64 = 62;
    private static final int DYNAMIC = 6;
    private static final int DYNSYM = 11;
    private static final int VERDEF = 0x6ffffffd;
    private static final int VERSYM = 0x6fffffff;
    private static final int HIDDEN = 0x8000;
    /** Marks the version that is the file's own name. */
    private static final int BASE = 1;

    private static final long AUDIT = 0x6ffffefcL;
    private static final long DEPAUDIT = 0x6ffffefbL;

    private final Cursor file;
    private final ElfFile elf;
    private final Dynamic dynamic;
    private final List<ElfSymbol> symbols;

    private @Nullable Table table;

    private SharedLibrary(Cursor file, ElfFile elf, Dynamic dynamic, List<ElfSymbol> symbols) {
        this.file = file;
        this.elf = elf;
        this.dynamic = dynamic;
        this.symbols = symbols;
    }

    /**
     * Reads a library for x86-64.
     *
     * @throws FormatException if it is none, is damaged, or has what is not understood here
     */
    static SharedLibrary open(Cursor file) throws FormatException {
        ElfFile elf = ElfFile.open(file);
        if (elf.header().machine() != X86_64
                || !elf.header().wide()
                || elf.header().type() != ElfType.SHARED) {
            throw file.wrong(16, "is no shared library for x86-64");
        }
        if (elf.linkTimeCode().compiler() != LinkTimeCode.Compiler.NONE) {
            throw file.wrong(0, "has intermediate code");
        }
        Section table = null;
        Section versions = null;
        for (Section section : elf.sections()) {
            if (section.type() == DYNSYM) {
                table = only(file, table, section);
            } else if (section.type() == VERSYM) {
                versions = only(file, versions, section);
            } else if (section.type() == DYNAMIC) {
                checkDynamic(elf.content(section), section);
            }
        }
        if (table == null) {
            throw file.wrong(0, "has no section of dynamic symbols");
        }
        List<ElfSymbol> symbols = new ArrayList<>();
        // Symbols that all have one long version would make copies of it.
        long left = 64 * file.size() + 4096;
        for (ElfSymbol symbol : elf.dynamicSymbols()) {
            if (symbol.index() >= table.info()) {
                if (!symbol.global()
                        || symbol.name().isEmpty()
                        || symbol.name().contains("@")
                        || symbol.section() < ElfSymbol.ABSOLUTE) {
                    throw file.wrong(table.offset(), "has an unusual dynamic symbol " + symbol.index());
                }
                left -= symbol.fullName().length();
                if (left < 0) {
                    throw file.wrong(table.offset(), "has more names than fit");
                }
                checkVersion(symbol, versions == null ? null : elf.content(versions));
                symbols.add(symbol);
            }
        }
        return new SharedLibrary(file, elf, elf.dynamic(), symbols);
    }

    private static void checkVersion(ElfSymbol symbol, @Nullable Cursor versions) throws FormatException {
        SymbolVersion version = symbol.version();
        if (versions == null) {
            return;
        }
        if (version == null && (versions.u2At(2L * symbol.index()) & HIDDEN) != 0) {
            throw versions.wrong(2L * symbol.index(), "hides a symbol without version");
        }
        if (version != null && (version.file() == null) != symbol.defined()) {
            throw versions.wrong(2L * symbol.index(), "gives a symbol the version of another file");
        }
    }

    private static Section only(Cursor file, @Nullable Section before, Section now) throws FormatException {
        if (before != null) {
            throw file.wrong(now.offset(), "has two sections of one kind: " + now.name());
        }
        return now;
    }

    private static void checkDynamic(Cursor content, Section section) throws FormatException {
        if (!section.name().equals(".dynamic")) {
            throw content.wrong(0, "has its dynamic section under another name");
        }
        for (long at = 0; at + 16 <= content.size(); at += 16) {
            long tag = content.s8At(at);
            if (tag == AUDIT || tag == DEPAUDIT) {
                throw content.wrong(at, "asks to be audited");
            }
        }
    }

    /** Names of the versions that have flags, each with them; GNU ld passes these on to what needs the version. */
    Map<String, Integer> versionFlags() throws FormatException {
        Map<String, Integer> flagged = new HashMap<>();
        for (Section section : elf.sections()) {
            if (section.type() != VERDEF
                    || section.link() <= 0
                    || section.link() >= elf.sections().size()) {
                continue;
            }
            Cursor table = elf.content(section);
            Cursor strings = elf.content(elf.sections().get(section.link()));
            long left = strings.size() + 4096;
            long next = table.size() == 0 ? 0 : 1;
            for (long entry = 0; next != 0; entry += next) {
                int flags = table.u2At(entry + 2) & ~BASE;
                if (flags != 0) {
                    String name = strings.cStringAt(table.u4At(entry + table.u4At(entry + 12)), left);
                    left -= name.length();
                    flagged.put(name, flags);
                }
                next = table.u4At(entry + 16);
            }
        }
        return flagged;
    }

    /** For messages. */
    Cursor file() {
        return file;
    }

    ElfFile elf() {
        return elf;
    }

    Dynamic dynamic() {
        return dynamic;
    }

    List<ElfSymbol> symbols() {
        return symbols;
    }

    /**
     * What the linker's table holds of the library.
     *
     * @param entries all names
     * @param defined under which of these its definitions stand; others lead there
     */
    record Table(Set<String> entries, Set<String> defined) {}

    Table table() {
        Table known = table;
        if (known == null) {
            Set<String> entries = new HashSet<>();
            Set<String> defined = new HashSet<>();
            for (ElfSymbol symbol : symbols) {
                List<String> spellings = entries(symbol);
                entries.addAll(spellings);
                if (symbol.defined()) {
                    defined.add(spellings.getFirst());
                }
            }
            known = new Table(entries, defined);
            table = known;
        }
        return known;
    }

    /** The name by which the linker knows a library; empty where the library has none and goes by its file's. */
    static String soname(Dynamic dynamic) {
        return dynamic.soname() == null ? "" : dynamic.soname();
    }

    /**
     * The names under which the linker's table holds a symbol. A version is a part of the name; the default one also
     * stands for the other two spellings. The symbol that names a version itself is not versioned.
     */
    static List<String> entries(ElfSymbol symbol) {
        SymbolVersion version = symbol.version();
        String name = symbol.name();
        if (version == null || namesVersion(symbol)) {
            return List.of(name);
        }
        String hidden = name + "@" + version.name();
        return symbol.defined() && version.isDefault()
                ? List.of(name + "@@" + version.name(), name, hidden)
                : List.of(hidden);
    }

    private static boolean namesVersion(ElfSymbol symbol) {
        SymbolKind kind = symbol.kind();
        return symbol.section() == ElfSymbol.ABSOLUTE
                && !kind.function()
                && symbol.version() != null
                && symbol.version().isDefault();
    }
}
