package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Symbol versions: the version of each symbol, the versions that the file defines and those that it asks for. */
final class VersionTable {

    private static final int HIDDEN = 0x8000;
    /** 0 is local, 1 is global without a version. */
    private static final int FIRST_NAMED = 2;

    private static final int WEAK = 2;

    private record Definition(String name, @Nullable String file) {}

    private final @Nullable Cursor versionOfSymbol;
    private final Map<Integer, Definition> defined = new HashMap<>();
    private final Map<Integer, Definition> asked = new HashMap<>();
    private final List<NeededVersion> needed = new ArrayList<>();
    private final List<String> definitions = new ArrayList<>();

    /** Reads the tables that are there. */
    VersionTable(@Nullable Cursor versionOfSymbol, @Nullable Cursor definitions, @Nullable Cursor needs, Cursor strings)
            throws FormatException {
        this.versionOfSymbol = versionOfSymbol;
        if (definitions != null) {
            readDefinitions(definitions, new StringTable(strings, definitions.size() / 20));
        }
        if (needs != null) {
            readNeeds(needs, new StringTable(strings, needs.size() / 16));
        }
    }

    private void readDefinitions(Cursor table, StringTable strings) throws FormatException {
        // An entry takes 20 bytes and its name at least 8; more entries than fit can only come of a chain that
        // overlaps.
        long most = table.size() / 20;
        long entry = 0;
        while (table.size() > 0) {
            if (most-- == 0) {
                throw table.wrong(entry, "version definitions overlap");
            }
            int flags = table.u2At(entry + 2);
            int index = table.u2At(entry + 4) & ~HIDDEN;
            String name = strings.at(table.u4At(entry + table.u4At(entry + 12)));
            defined.put(index, new Definition(name, null));
            if ((flags & 1) == 0) {
                definitions.add(name);
            }
            long next = table.u4At(entry + 16);
            if (next == 0) {
                return;
            }
            entry += next;
        }
    }

    private void readNeeds(Cursor table, StringTable strings) throws FormatException {
        // Entries and their parts take 16 bytes each.
        long most = table.size() / 16;
        long entry = 0;
        while (table.size() > 0) {
            int count = table.u2At(entry + 2);
            most -= 1 + count;
            if (most < 0) {
                throw table.wrong(entry, "needed versions overlap");
            }
            String file = strings.at(table.u4At(entry + 4));
            long part = entry + table.u4At(entry + 8);
            for (int i = 0; i < count; i++) {
                int flags = table.u2At(part + 4);
                String name = strings.at(table.u4At(part + 8));
                asked.put(table.u2At(part + 6) & ~HIDDEN, new Definition(name, file));
                needed.add(new NeededVersion(file, name, (flags & WEAK) != 0));
                part += table.u4At(part + 12);
            }
            long next = table.u4At(entry + 12);
            if (next == 0) {
                return;
            }
            entry += next;
        }
    }

    /** The version of the symbol at an index. */
    @Nullable
    SymbolVersion of(int symbol, boolean isDefined) throws FormatException {
        if (versionOfSymbol == null) {
            return null;
        }
        int code = versionOfSymbol.u2At(2L * symbol);
        int index = code & ~HIDDEN;
        if (index < FIRST_NAMED) {
            return null;
        }
        // The two tables share one range of numbers. A symbol that is defined and has a needed version was copied from
        // the library that is needed (a copy relocation).
        Definition version = isDefined
                ? defined.getOrDefault(index, asked.get(index))
                : asked.getOrDefault(index, defined.get(index));
        if (version == null) {
            throw versionOfSymbol.wrong(
                    2L * symbol, "symbol " + symbol + " has version " + index + ", which is not defined");
        }
        boolean isDefault = isDefined && version.file() == null && (code & HIDDEN) == 0;
        return new SymbolVersion(version.name(), isDefault, version.file());
    }

    List<NeededVersion> needed() {
        return List.copyOf(needed);
    }

    /** Names of the versions that the file defines, its own name (the base version) aside. */
    List<String> definitions() {
        return List.copyOf(definitions);
    }
}
