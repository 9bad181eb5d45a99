package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a linked file as the loader finds them: by address, from the dynamic segment. This is the way into files
 * whose section headers were stripped.
 */
final class DynamicTables {

    static final long NEEDED = 1;
    static final long PLTRELSZ = 2;
    static final long HASH = 4;
    static final long STRTAB = 5;
    static final long SYMTAB = 6;
    static final long RELA = 7;
    static final long RELASZ = 8;
    static final long STRSZ = 10;
    static final long SONAME = 14;
    static final long RPATH = 15;
    static final long SYMBOLIC = 16;
    static final long REL = 17;
    static final long RELSZ = 18;
    static final long PLTREL = 20;
    static final long TEXTREL = 22;
    static final long JMPREL = 23;
    static final long RUNPATH = 29;
    static final long FLAGS = 30;
    static final long ANDROID_REL = 0x6000000f;
    static final long ANDROID_RELA = 0x60000011;
    static final long GNU_HASH = 0x6ffffef5;
    static final long VERSYM = 0x6ffffff0;
    static final long FLAGS_1 = 0x6ffffffb;
    static final long VERDEF = 0x6ffffffc;
    static final long VERNEED = 0x6ffffffe;
    static final long AUXILIARY = 0x7ffffffd;
    static final long FILTER = 0x7fffffff;

    private final Cursor file;
    private final ElfHeader header;
    private final List<Segment> segments;
    private final Map<Long, Long> values;

    DynamicTables(Cursor file, ElfHeader header, List<Segment> segments, Map<Long, Long> values) {
        this.file = file;
        this.header = header;
        this.segments = segments;
        this.values = values;
    }

    /** The file's bytes from an address to the end of the segment that holds it; null where the tag is missing. */
    private @Nullable Cursor at(long tag) throws FormatException {
        Long address = values.get(tag);
        if (address == null) {
            return null;
        }
        for (Segment segment : segments) {
            long within = address - segment.address();
            if (segment.type() == Segment.LOAD && within >= 0 && within < segment.fileSize()) {
                return file.slice(segment.offset() + within, segment.fileSize() - within);
            }
        }
        throw file.wrong(
                0, "the dynamic section names address 0x" + Long.toHexString(address) + ", which no segment loads");
    }

    private Cursor needed(long tag, String what) throws FormatException {
        Cursor table = at(tag);
        if (table == null) {
            throw file.wrong(0, "the dynamic section names no " + what);
        }
        return table;
    }

    Cursor strings() throws FormatException {
        Cursor rest = needed(STRTAB, "string table");
        return rest.slice(0, values.getOrDefault(STRSZ, 0L));
    }

    SymbolTable symbols() throws FormatException {
        Cursor rest = needed(SYMTAB, "symbol table");
        Cursor strings = strings();
        VersionTable versions = new VersionTable(at(VERSYM), at(VERDEF), at(VERNEED), strings);
        int entry = SymbolTable.entrySize(header.wide());
        return new SymbolTable(header.wide(), rest.slice(0, count() * entry), strings, null, versions);
    }

    boolean hasSymbols() {
        return values.containsKey(SYMTAB);
    }

    /**
     * How many symbols there are. Nothing says so: the hash table does, and as GNU's may leave out symbols at the end
     * when the file exports none, the relocations do too.
     */
    private long count() throws FormatException {
        long count = 1;
        Cursor hash = at(HASH);
        if (hash != null) {
            // s390x has words of eight bytes here, in breach of the gABI.
            boolean words8 = header.machine() == 22 && header.wide();
            count = words8 ? hash.s8At(8) : hash.u4At(4);
        }
        Cursor gnu = at(GNU_HASH);
        if (gnu != null) {
            count = Math.max(count, countOf(gnu));
        }
        for (RelocationTable table : relocations()) {
            for (long at = 0; at < table.end(); at += table.step()) {
                count = Math.max(count, 1L + table.symbol(at));
            }
        }
        if (count < 0 || count > file.size()) {
            throw file.wrong(0, "the hash table tells of " + Long.toUnsignedString(count) + " symbols, more than fit");
        }
        return count;
    }

    private long countOf(Cursor gnuHash) throws FormatException {
        long buckets = gnuHash.u4At(0);
        long firstHashed = gnuHash.u4At(4);
        long start = 16 + gnuHash.u4At(8) * (header.wide() ? 8 : 4);
        long last = 0;
        for (long i = 0; i < buckets; i++) {
            last = Math.max(last, gnuHash.u4At(start + 4 * i));
        }
        if (last < firstHashed) {
            return firstHashed;
        }
        long chain = start + 4 * buckets;
        while ((gnuHash.u4At(chain + 4 * (last - firstHashed)) & 1) == 0) {
            last++;
        }
        return last + 1;
    }

    List<RelocationTable> relocations() throws FormatException {
        List<RelocationTable> tables = new ArrayList<>();
        add(tables, RELA, RELASZ, true);
        add(tables, REL, RELSZ, false);
        add(tables, JMPREL, PLTRELSZ, values.getOrDefault(PLTREL, RELA) == RELA);
        return tables;
    }

    private void add(List<RelocationTable> tables, long tag, long sizeTag, boolean withAddend) throws FormatException {
        long size = values.getOrDefault(sizeTag, 0L);
        Cursor rest = size == 0 ? null : at(tag);
        if (rest != null) {
            tables.add(new RelocationTable(header, rest.slice(0, size), withAddend));
        }
    }

    /** Whether there are relocations in a packed form that we do not read. */
    boolean packed() {
        return values.containsKey(ANDROID_REL) || values.containsKey(ANDROID_RELA);
    }
}
