package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.type.Fragment;
import dev.cutoff.abi.type.GraphUnion;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.model.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the types of a file's symbols from its debug information: units are skimmed and written each by itself, on all
 * processors, and put together in their order.
 */
public final class DwarfReader {

    /** Below this many bytes of entries, other threads would cost more than they bring. */
    private static final long WORTH_THREADS = 1 << 18;

    private static final int PPC64 = 21;

    private final ElfFile elf;
    private final List<ElfSymbol> symbols;
    private final DebugFiles files;
    private final @Nullable Set<String> headers;
    private final Forms forms;
    /** Whether all types that have names are read, not only those of symbols. */
    private final boolean allNamed;

    DwarfReader(ElfFile elf, List<ElfSymbol> symbols, DebugFiles files, @Nullable Set<String> headers, Forms forms) {
        this(elf, symbols, files, headers, forms, false);
    }

    private DwarfReader(
            ElfFile elf,
            List<ElfSymbol> symbols,
            DebugFiles files,
            @Nullable Set<String> headers,
            Forms forms,
            boolean allNamed) {
        this.allNamed = allNamed;
        this.elf = elf;
        this.symbols = symbols;
        this.files = files;
        this.headers = headers;
        this.forms = forms;
    }

    /**
     * The types of symbols that a file offers. Damage in debug information does not come out as an exception, but as types
     * that are not known.
     *
     * @param symbols those that consumers can bind to
     * @param files finds the parts of debug information that stand in other files
     * @param headers names of the public headers, without folders; null where they are not known
     */
    public static Surface read(ElfFile elf, List<ElfSymbol> symbols, DebugFiles files, @Nullable Set<String> headers) {
        return new DwarfReader(elf, symbols, files, headers, Forms.ALL).read();
    }

    /**
     * All types that have names in a file's own debug information, whoever reaches them: of an object, those that its source
     * used. They stand among the symbols, by names that no symbol has.
     */
    public static Surface readNamed(ElfFile elf) {
        return new DwarfReader(elf, List.of(), DebugFiles.NONE, null, Forms.ALL, true).read();
    }

    Surface read() {
        try {
            DebugFile main = DebugFile.of(elf);
            if (main.isEmpty()) {
                Cursor other = files.separate(elf);
                if (other == null) {
                    return Surface.none("it has no debug information");
                }
                main = DebugFile.of(ElfFile.open(other));
            }
            DebugInfo info = new InfoBuilder(files, forms).build(main);
            return info.units().isEmpty()
                    ? Surface.none(
                            info.missing().isEmpty()
                                    ? "it has no debug information"
                                    : String.join("; ", info.missing()))
                    : new Reading(info, main).surface();
        } catch (FormatException e) {
            return Surface.none("its debug information can't be read: " + Gaps.of(e));
        }
    }

    /** One reading: what is known of each unit, by its number. */
    private final class Reading {

        private final DebugInfo info;
        private final DebugFile main;
        private final int count;
        private final boolean threads;
        private final UnitIndex[] indexes;
        private final long bytes;
        /** Units are shared out between writers, so that what several of them refer to is written once by each writer. */
        private final int[] groups;

        private final GraphWriter[] writers;
        private final @Nullable String[] failures;
        private final Exports exports;
        private final List<List<Root>> roots = new ArrayList<>();

        private record Root(String symbol, int node) {}

        Reading(DebugInfo info, DebugFile main) {
            this.info = info;
            this.main = main;
            this.count = info.units().size();
            this.bytes = bytes();
            this.threads = bytes > WORTH_THREADS && count > 1;
            this.groups = groups();
            this.indexes = new UnitIndex[count];
            this.writers = new GraphWriter[groups.length - 1];
            this.failures = new @Nullable String[count];
            boolean relocatable = elf.header().type() == ElfType.RELOCATABLE;
            boolean described = elf.header().machine() == PPC64 && (elf.header().flags() & 3) < 2;
            this.exports = new Exports(symbols, relocatable, described);
        }

        private long bytes() {
            long bytes = 0;
            for (Unit unit : info.units()) {
                bytes += unit.end() - unit.start();
            }
            return bytes;
        }

        /** Where groups of units begin, of about the same size in bytes; and the number of units. */
        private int[] groups() {
            long each = threads ? bytes / (4L * Runtime.getRuntime().availableProcessors()) + 1 : Long.MAX_VALUE;
            List<Integer> starts = new ArrayList<>();
            long inGroup = each;
            for (int i = 0; i < count; i++) {
                if (inGroup >= each) {
                    starts.add(i);
                    inGroup = 0;
                }
                inGroup += info.units().get(i).end() - info.units().get(i).start();
            }
            starts.add(count);
            return starts.stream().mapToInt(Integer::intValue).toArray();
        }

        private IntStream each(int number) {
            IntStream all = IntStream.range(0, number);
            return threads ? all.parallel() : all;
        }

        Surface surface() throws FormatException {
            each(count).forEach(i -> indexes[i] = Skim.of(info, info.units().get(i), exports));
            IdentityHashMap<Unit, UnitIndex> byUnit = new IdentityHashMap<>();
            for (int i = 0; i < count; i++) {
                byUnit.put(info.units().get(i), indexes[i]);
                failures[i] = indexes[i].failure();
                roots.add(new ArrayList<>());
            }
            each(writers.length).forEach(g -> group(g, byUnit));
            complete();
            return build();
        }

        private void group(int group, IdentityHashMap<Unit, UnitIndex> byUnit) {
            // Units may lead into others, such as partial units: the budget is that of all.
            Budget budget = new Budget(bytes, info.units().getFirst().bytes());
            GraphWriter writer =
                    new GraphWriter(info, byUnit, headers == null ? Border.NONE : new HeaderBorder(headers), budget);
            writers[group] = writer;
            Die die = new Die(info, budget);
            for (int i = groups[group]; i < groups[group + 1]; i++) {
                try {
                    symbols(i, writer, die, budget);
                    if (allNamed) {
                        types(i, writer);
                    }
                } catch (FormatException e) {
                    failures[i] = Gaps.of(e);
                }
            }
            run(group);
        }

        /** Asks for the types of a unit's symbols. */
        private void symbols(int i, GraphWriter writer, Die die, Budget budget) throws FormatException {
            Unit unit = info.units().get(i);
            for (int s = 0; s < indexes[i].symbols(); s++) {
                long offset = indexes[i].symbolOffset(s);
                die.read(unit, offset);
                List<ElfSymbol> named = SymbolNames.of(die, exports, info, budget);
                if (!named.isEmpty() && tellsTypes(unit.key(offset), die, writer)) {
                    int node = writer.symbol(unit.key(offset));
                    for (ElfSymbol symbol : named) {
                        roots.get(i).add(new Root(symbol.fullName(), node));
                    }
                }
            }
        }

        private void types(int i, GraphWriter writer) throws FormatException {
            UnitIndex index = indexes[i];
            for (int n = 0; n < index.size(); n++) {
                if (index.isDefinition(n) && index.hash(n) != 0) {
                    int node = writer.node(index.unit().key(index.offset(n)));
                    roots.get(i).add(new Root("type " + i + " " + n, node));
                }
            }
        }

        /** Whether the unit that has an entry's declaration knows types at all. */
        private static boolean tellsTypes(long key, Die die, GraphWriter writer) throws FormatException {
            long at = key;
            for (int steps = 0; steps < 16 && at != DebugInfo.ELSEWHERE; steps++) {
                die.readKey(at);
                UnitIndex index = writer.index(die.unit());
                if (index == null || index.tellsTypes()) {
                    return true;
                }
                int slot = die.isReference(Attribute.ABSTRACT_ORIGIN)
                        ? Attribute.ABSTRACT_ORIGIN
                        : Attribute.SPECIFICATION;
                if (!die.isReference(slot)) {
                    return false;
                }
                at = die.reference(slot);
            }
            return true;
        }

        private void run(int group) {
            String failure = writers[group].run();
            if (failure != null) {
                failures[groups[group]] = failure;
            }
        }

        /** Finds definitions of what units declare, until nothing new is declared. */
        private void complete() {
            Map<Long, String> done = new HashMap<>();
            while (true) {
                Map<Long, String> wanted = new TreeMap<>();
                for (GraphWriter writer : writers) {
                    writer.wanted().forEach((hash, name) -> {
                        if (!done.containsKey(hash)) {
                            wanted.put(hash, name);
                        }
                    });
                }
                if (wanted.isEmpty()) {
                    return;
                }
                done.putAll(wanted);
                List<String> names = new ArrayList<>();
                LongIntMap byHash = new LongIntMap();
                wanted.forEach((hash, name) -> {
                    byHash.put(hash, names.size());
                    names.add(name);
                });
                each(writers.length).forEach(g -> {
                    for (int i = groups[g]; i < groups[g + 1]; i++) {
                        define(i, writers[g], byHash, names);
                    }
                    run(g);
                });
            }
        }

        /** Asks for the definitions of a unit that others want; what a name's hash finds may be another name's. */
        private void define(int i, GraphWriter writer, LongIntMap wanted, List<String> names) {
            UnitIndex index = indexes[i];
            try {
                for (int n = 0; n < index.size(); n++) {
                    int name =
                            index.isDefinition(n) && index.hash(n) != 0 ? wanted.get(index.hash(n)) : LongIntMap.NONE;
                    if (name != LongIntMap.NONE) {
                        writer.definition(index.unit().key(index.offset(n)), names.get(name));
                    }
                }
            } catch (FormatException e) {
                failures[i] = Gaps.of(e);
            }
        }

        private Surface build() throws FormatException {
            Set<String> gaps = new TreeSet<>(info.missing());
            List<Fragment> fragments = new ArrayList<>();
            for (GraphWriter writer : writers) {
                fragments.add(writer.fragment());
            }
            for (int i = 0; i < count; i++) {
                String failure = failures[i];
                if (failure != null) {
                    gaps.add(failure);
                }
            }
            Fragment unknown = new Fragment();
            fragments.add(unknown);
            String salt = gaps.isEmpty() && fragments.stream().noneMatch(Fragment::hasUnknown) ? "" : digest();
            Set<String> known = new HashSet<>();
            roots.forEach(all -> all.forEach(root -> known.add(root.symbol)));
            List<Root> lost = new ArrayList<>();
            if (!gaps.isEmpty()) {
                // What is not found may stand in what could not be read, and what is found may be declared otherwise
                // there.
                for (ElfSymbol symbol : symbols) {
                    if (!known.contains(symbol.fullName())) {
                        lost.add(new Root(
                                symbol.fullName(),
                                unknown.unknown(gaps.iterator().next())));
                    }
                }
            }
            if (known.isEmpty() && gaps.isEmpty()) {
                return Surface.none("its debug information tells no types of its symbols");
            }
            Surface.Builder builder = new Surface.Builder(GraphUnion.of(fragments), List.copyOf(gaps), salt);
            for (int g = 0; g < writers.length; g++) {
                for (int i = groups[g]; i < groups[g + 1]; i++) {
                    for (Root root : roots.get(i)) {
                        builder.add(root.symbol, g, root.node);
                    }
                }
            }
            for (Root root : lost) {
                builder.add(root.symbol, writers.length, root.node);
            }
            return builder.build(headers != null);
        }

        private String digest() throws FormatException {
            MessageDigest sha = Digest.sha256();
            List<Cursor> sections = new ArrayList<>(main.info());
            sections.addAll(main.types());
            sections.addAll(List.of(main.abbreviations(), main.strings(), main.lineStrings()));
            for (Cursor section : sections) {
                for (long at = 0; at < section.size(); at += 1 << 16) {
                    sha.update(section.bytesAt(at, Math.min(1 << 16, section.size() - at)));
                }
            }
            return Digest.ofHash(sha.digest()).hex();
        }
    }
}
