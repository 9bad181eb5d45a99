package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An ELF file of 32 or 64 bits, in either byte order. Headers are read when it is opened, all else when it is asked for,
 * each time anew; so it is to be used while its file is mapped.
 */
public final class ElfFile {

    private static final int MAGIC = 0x464c457f;

    private final Cursor bytes;
    private final ElfHeader header;
    private final List<Section> sections;
    private final List<Segment> segments;

    private ElfFile(Cursor bytes, ElfHeader header, List<Section> sections, List<Segment> segments) {
        this.bytes = bytes;
        this.header = header;
        this.sections = sections;
        this.segments = segments;
    }

    /** Reads the headers of a file or of an archive's member. */
    public static ElfFile open(Cursor file) throws FormatException {
        if (file.withOrder(ByteOrder.LITTLE_ENDIAN).s4At(0) != MAGIC) {
            throw file.wrong(0, "is no ELF file");
        }
        int width = file.u1At(4);
        int order = file.u1At(5);
        if ((width != 1 && width != 2) || (order != 1 && order != 2)) {
            throw file.wrong(4, "has an unknown ELF class or byte order: " + width + ", " + order);
        }
        boolean wide = width == 2;
        Cursor bytes = file.withOrder(order == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (bytes.s4At(20) != 1) {
            throw bytes.wrong(20, "has an unknown version of ELF: " + bytes.u4At(20));
        }
        ElfHeader header = new ElfHeader(
                wide,
                order == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
                bytes.u1At(7),
                ElfType.of(bytes.u2At(16)),
                bytes.u2At(18),
                bytes.s4At(wide ? 48 : 36));
        HeaderTables tables = new HeaderTables(bytes, wide);
        return new ElfFile(bytes, header, tables.sections(), tables.segments());
    }

    public ElfHeader header() {
        return header;
    }

    public List<Section> sections() {
        return sections;
    }

    public List<Segment> segments() {
        return segments;
    }

    /** A section's bytes as they stand in the file, compressed ones compressed; none for a section that has none. */
    public Cursor content(Section section) throws FormatException {
        return section.inFile() ? bytes.slice(section.offset(), section.size()) : bytes.slice(0, 0);
    }

    /** No bytes at all, in the file's order, in place of a section that is not there. */
    public Cursor nothing() throws FormatException {
        return bytes.slice(0, 0);
    }

    /** A section's bytes, compressed ones expanded. */
    public Cursor plain(Section section) throws FormatException {
        return Expansion.of(content(section), section, header.wide());
    }

    /**
     * A section's bytes, expanded, as a linker would leave them: in a relocatable object with what its relocations say
     * written into them, in a linked file as they are.
     *
     * @throws FormatException also for a relocation that is not understood
     */
    public Cursor relocated(Section section) throws FormatException {
        Cursor plain = plain(section);
        return header.type() == ElfType.RELOCATABLE ? Patches.apply(this, section, plain) : plain;
    }

    /** The program that runs this one (the dynamic loader), null where there is none. */
    public @Nullable String interpreter() throws FormatException {
        for (Segment segment : segments) {
            if (segment.type() == Segment.INTERP) {
                return bytes.slice(segment.offset(), segment.fileSize()).cString();
            }
        }
        return null;
    }

    /** Whether link-time optimisation sees through this object. */
    public LinkTimeCode linkTimeCode() {
        return LinkTimeCode.of(sections);
    }

    /** What the loader is told. */
    public Dynamic dynamic() throws FormatException {
        DynamicSection dynamic = dynamicSection();
        return dynamic == null ? Dynamic.NONE : dynamic.read();
    }

    /** The symbols that the loader sees, all but entry 0; none for a file without dynamic symbols. */
    public List<ElfSymbol> dynamicSymbols() throws FormatException {
        SymbolTable table = dynamicSymbolTable();
        return table == null ? List.of() : table.read();
    }

    /** The symbols that the static linker sees, all but entry 0; none for a file that was stripped of them. */
    public List<ElfSymbol> symbols() throws FormatException {
        Section section = first(Section.SYMTAB);
        return section == null ? List.of() : symbolTable(section, null).read();
    }

    /**
     * The symbols that other files can bind to: of a linked file those that its dynamic table offers, of a relocatable
     * object all global ones that it defines, since hidden ones are hidden only from outside what it is linked into.
     */
    public List<ElfSymbol> exported() throws FormatException {
        boolean relocatable = header.type() == ElfType.RELOCATABLE;
        return linkSymbols().stream()
                .filter(symbol -> relocatable ? symbol.defined() && symbol.global() : symbol.exported())
                .toList();
    }

    /** The global symbols that must or, if weak, may come from other files. */
    public List<ElfSymbol> undefined() throws FormatException {
        return linkSymbols().stream()
                .filter(symbol -> !symbol.defined() && symbol.global())
                .toList();
    }

    private List<ElfSymbol> linkSymbols() throws FormatException {
        return header.type() == ElfType.RELOCATABLE ? symbols() : dynamicSymbols();
    }

    /** The versions that the file asks of others. */
    public List<NeededVersion> neededVersions() throws FormatException {
        SymbolTable table = dynamicSymbolTable();
        return table == null || table.versions() == null
                ? List.of()
                : table.versions().needed();
    }

    /** The versions that the file defines, its own name aside. */
    public List<String> definedVersions() throws FormatException {
        SymbolTable table = dynamicSymbolTable();
        return table == null || table.versions() == null
                ? List.of()
                : table.versions().definitions();
    }

    /**
     * The functions of other files whose address is fixed in this program: symbols that are undefined and have a value
     * all the same, the entry of the procedure linkage table that stands for them in the whole process (x86 psABI,
     * "Function Addresses"). Programs that are not position-independent take addresses so.
     */
    public List<ElfSymbol> fixedAddresses() throws FormatException {
        return dynamicSymbols().stream()
                .filter(symbol -> !symbol.defined() && symbol.value() != 0)
                .toList();
    }

    /**
     * The objects of other files that this program holds copies of, of the size that the symbols tell, under all their
     * names: a relocation names one, and code may use any that has the same address.
     *
     * <p>Of a machine that we do not know, the list is empty; {@link References#complete} says so.
     */
    public List<ElfSymbol> copied() throws FormatException {
        Set<Long> addresses = new HashSet<>();
        references().uses().forEach((symbol, uses) -> {
            if (uses.contains(RelocationUse.COPY)) {
                addresses.add(symbol.value());
            }
        });
        return dynamicSymbols().stream()
                .filter(symbol -> symbol.defined() && addresses.contains(symbol.value()))
                .toList();
    }

    /** How the file reaches the symbols of others. */
    public References references() throws FormatException {
        List<RelocationTable> tables = new ArrayList<>();
        Set<String> unknown = new TreeSet<>();
        boolean relocatable = header.type() == ElfType.RELOCATABLE;
        if (sections.isEmpty()) {
            DynamicSection dynamic = dynamicSection();
            if (dynamic != null) {
                DynamicTables found = tables(dynamic);
                tables.addAll(found.relocations());
                if (found.packed()) {
                    unknown.add("packed relocations");
                }
            }
        } else {
            sectionRelocations(relocatable, tables, unknown);
        }
        return Relocations.read(header, tables, relocatable ? symbols() : dynamicSymbols(), unknown);
    }

    private void sectionRelocations(boolean relocatable, List<RelocationTable> tables, Set<String> unknown)
            throws FormatException {
        long left = bytes.size();
        for (Section section : sections) {
            int type = section.type();
            if (type == Section.CREL || type == Section.ANDROID_REL || type == Section.ANDROID_RELA) {
                unknown.add("packed relocations");
            }
            if ((type != Section.RELA && type != Section.REL) || !reaches(section, relocatable)) {
                continue;
            }
            left -= section.size();
            if (left < 0) {
                throw bytes.wrong(section.offset(), "relocation sections overlap");
            }
            tables.add(new RelocationTable(header, content(section), type == Section.RELA));
        }
    }

    /** Whether a table of relocations is about what is loaded, with symbols of the table that we read. */
    private boolean reaches(Section section, boolean relocatable) {
        if (!relocatable) {
            // What ld --emit-relocs leaves of the objects' own tables is not loaded.
            return section.allocated() && typeOf(section.link()) == Section.DYNSYM;
        }
        int target = section.info();
        return target > 0
                && target < sections.size()
                && sections.get(target).allocated()
                && typeOf(section.link()) == Section.SYMTAB;
    }

    private int typeOf(int index) {
        return index > 0 && index < sections.size() ? sections.get(index).type() : 0;
    }

    private @Nullable Section first(int type) {
        for (Section section : sections) {
            if (section.type() == type) {
                return section;
            }
        }
        return null;
    }

    private @Nullable Cursor contentOf(int type) throws FormatException {
        Section section = first(type);
        return section == null ? null : content(section);
    }

    private Cursor linked(Section section) throws FormatException {
        int link = section.link();
        if (typeOf(link) != Section.STRTAB) {
            throw bytes.wrong(
                    section.offset(), "section " + section.name() + " names section " + link + " as its string table");
        }
        return content(sections.get(link));
    }

    private SymbolTable symbolTable(Section section, @Nullable VersionTable versions) throws FormatException {
        Cursor extended = null;
        for (Section other : sections) {
            if (other.type() == Section.SYMTAB_SHNDX && other.link() == section.index()) {
                extended = content(other);
            }
        }
        int entry = SymbolTable.entrySize(header.wide());
        if (section.entrySize() != entry) {
            throw bytes.wrong(
                    section.offset(),
                    "section " + section.name() + " has symbols of " + section.entrySize() + " bytes");
        }
        return new SymbolTable(header.wide(), content(section), linked(section), extended, versions);
    }

    private @Nullable SymbolTable dynamicSymbolTable() throws FormatException {
        Section section = first(Section.DYNSYM);
        if (section != null) {
            VersionTable versions = new VersionTable(
                    contentOf(Section.GNU_VERSYM),
                    contentOf(Section.GNU_VERDEF),
                    contentOf(Section.GNU_VERNEED),
                    linked(section));
            return symbolTable(section, versions);
        }
        DynamicSection dynamic = sections.isEmpty() ? dynamicSection() : null;
        if (dynamic == null) {
            return null;
        }
        DynamicTables tables = tables(dynamic);
        return tables.hasSymbols() ? tables.symbols() : null;
    }

    private DynamicTables tables(DynamicSection dynamic) {
        return new DynamicTables(bytes, header, segments, dynamic.values());
    }

    /**
     * The dynamic section, by its section header where there are section headers: a file of separate debug information
     * has the program headers of the file that it belongs to, which lead nowhere.
     */
    private @Nullable DynamicSection dynamicSection() throws FormatException {
        Section section = first(Section.DYNAMIC);
        if (section != null) {
            return DynamicSection.of(header, content(section), linked(section));
        }
        for (Segment segment : segments) {
            if (sections.isEmpty() && segment.type() == Segment.DYNAMIC) {
                DynamicSection bare =
                        DynamicSection.of(header, bytes.slice(segment.offset(), segment.fileSize()), bytes.slice(0, 0));
                return bare.values().containsKey(DynamicTables.STRTAB)
                        ? bare.with(tables(bare).strings())
                        : bare;
            }
        }
        return null;
    }
}
