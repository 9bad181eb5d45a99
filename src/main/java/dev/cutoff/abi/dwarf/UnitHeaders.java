package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the headers of the units in a section (section 7.5.1; in version 4 and before, types have a section apart). */
final class UnitHeaders {

    private static final int UT_COMPILE = 1;
    private static final int UT_TYPE = 2;
    private static final int UT_PARTIAL = 3;
    private static final int UT_SKELETON = 4;
    private static final int UT_SPLIT_COMPILE = 5;
    private static final int UT_SPLIT_TYPE = 6;
    /** So many units are read on all processors. */
    private static final int MANY = 64;

    private static final long WIDE = 0xffffffffL;
    private static final long RESERVED = 0xfffffff0L;

    /** A table and what the sizes in it depend on. What compares keys is written out: made when it is first asked for, it takes as long as a small file. */
    private record Key(DebugFile file, long offset, int address, int offsetSize, boolean old) {

        @Override
        @SuppressWarnings("ReferenceEquality") // A file is opened once.
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && file == key.file
                    && offset == key.offset
                    && address == key.address
                    && offsetSize == key.offsetSize
                    && old == key.old;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(31 * offset + address) ^ System.identityHashCode(file);
        }
    }

    private record Raw(Unit unit, Key table) {}

    /** A table, or what is wrong with it. */
    private record Table(
            @Nullable Abbreviations read, @Nullable FormatException wrong) {}

    private final Forms forms;
    private final List<Unit> units;
    private final List<String> missing;
    /** Units whose abbreviations are still to be read: many files have a table for each, and reading it takes a while. */
    private final List<Raw> raw = new ArrayList<>();

    /**
     * Readers of headers.
     *
     * @param units takes what is found
     * @param missing takes, in words, what is not understood
     */
    UnitHeaders(Forms forms, List<Unit> units, List<String> missing) {
        this.forms = forms;
        this.units = units;
        this.missing = missing;
    }

    /**
     * Reads a section; what follows a header that is not understood is missing.
     *
     * @param section the section's number
     * @param types whether it is {@code .debug_types}
     */
    void read(DebugFile file, Cursor bytes, int section, boolean types) {
        read(_ -> file, bytes, section, types);
    }

    /** The same, where what a unit names its strings and abbreviations in depends on where it begins. */
    void read(LongFunction<@Nullable DebugFile> files, Cursor bytes, int section, boolean types) {
        long at = 0;
        while (at < bytes.size()) {
            try {
                DebugFile file = files.apply(at);
                if (file == null) {
                    throw bytes.wrong(at, "has a unit that no index has");
                }
                at = one(file, bytes, section, types, at);
            } catch (FormatException e) {
                missing.add(Gaps.of(e));
                return;
            }
        }
    }

    private long one(DebugFile file, Cursor section, int number, boolean types, long start) throws FormatException {
        Cursor at = section.fresh();
        at.seek(start);
        long length = at.u4();
        int offsetSize = 4;
        if (length == WIDE) {
            length = at.s8();
            offsetSize = 8;
        } else if (length >= RESERVED) {
            throw section.wrong(start, "a unit has a length that is reserved");
        }
        long body = at.position();
        if (length < 0 || length > section.size() - body) {
            throw section.wrong(start, "a unit is longer than its section");
        }
        long end = body + length;
        if (length == 0) {
            return end;
        }
        int version = at.u2();
        if (version < 2 || version > 5) {
            missing.add(section.wrong(start, "has a unit of DWARF version " + version)
                    .getMessage());
            return end;
        }
        int kind = types ? UT_TYPE : UT_COMPILE;
        int address;
        long abbreviations;
        if (version >= 5) {
            kind = at.u1();
            address = at.u1();
            abbreviations = Die.offset(at, offsetSize);
        } else {
            abbreviations = Die.offset(at, offsetSize);
            address = at.u1();
        }
        long signature = 0;
        long type = 0;
        switch (kind) {
            case UT_COMPILE, UT_PARTIAL -> {}
            case UT_SKELETON, UT_SPLIT_COMPILE -> signature = at.s8();
            case UT_TYPE, UT_SPLIT_TYPE -> {
                signature = at.s8();
                type = start + Die.offset(at, offsetSize);
            }
            default -> {
                missing.add(section.wrong(start, "has a unit of the unknown kind " + kind)
                        .getMessage());
                return end;
            }
        }
        Unit unit = new Unit(
                number,
                file,
                section,
                start,
                at.position(),
                end,
                version,
                address,
                offsetSize,
                Abbreviations.EMPTY,
                signature,
                type,
                null);
        if (unit.first() < end) {
            raw.add(new Raw(unit, new Key(file, abbreviations, address, offsetSize, version <= 2)));
        }
        return end;
    }

    /** Reads the abbreviations of the units that were found, and hands the units out in their order. */
    void finish() {
        Map<Key, Table> tables = new ConcurrentHashMap<>();
        Stream<Key> keys = raw.stream().map(Raw::table).distinct();
        (raw.size() > MANY ? keys.parallel() : keys).forEach(key -> tables.put(key, table(key)));
        for (Raw one : raw) {
            Table table = Objects.requireNonNull(tables.get(one.table));
            if (table.read != null) {
                units.add(one.unit.with(table.read));
            } else if (table.wrong != null) {
                missing.add(Gaps.of(table.wrong));
            }
        }
        raw.clear();
    }

    private Table table(Key key) {
        try {
            return new Table(
                    Abbreviations.read(
                            key.file.abbreviations(), key.offset, key.address, key.offsetSize, key.old ? 2 : 5, forms),
                    null);
        } catch (FormatException e) {
            return new Table(null, e);
        }
    }
}
