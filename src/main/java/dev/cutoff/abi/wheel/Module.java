package dev.cutoff.abi.wheel;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.Dynamic;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.PointerTable;
import dev.cutoff.abi.elf.SymbolVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A binary of a wheel that the loader reads, by itself: what it asks for before it is known which of it the wheel has.
 *
 * @param path in the fingerprint
 * @param extension whether Python imports it
 * @param library whether links may name it
 * @param undefined what it asks for
 * @param exports names of the symbols that a library offers; of all else, none
 * @param constants null where it can neither make nor take capsules
 * @param makesCapsules whether it calls PyCapsule_New
 * @param tables what the tables of the extractors hold in it, by key
 * @param numbers what was compiled in beside strings of the extractors, by key; {@code ?} where it can't be told
 */
record Module(
        String path,
        boolean extension,
        boolean library,
        @Nullable String soname,
        List<String> needed,
        List<Undefined> undefined,
        Set<String> exports,
        @Nullable Constants constants,
        boolean makesCapsules,
        SortedMap<String, List<@Nullable String>> tables,
        SortedMap<String, String> numbers) {

    /** A symbol that another file must have; {@code library} where a version says which. */
    record Undefined(String name, String fullName, @Nullable String library, boolean weak) {}

    /** Suffixes of files, whose names have dots in them too. */
    private static final Set<String> FILES = Set.of("c", "cc", "cpp", "h", "hpp", "py", "pyx", "pxd", "pxi", "so");

    private static final Set<String> CAPSULES =
            Set.of("PyCapsule_New", "PyCapsule_Import", "PyCapsule_GetPointer", "PyCapsule_IsValid");

    /**
     * Takes a linked file with its dynamic symbols; null for what is no program or library. Of one that the loader does not read,
     * such as a static program, all that is known is that it was compiled.
     */
    static @Nullable Module read(String path, ElfFile elf, List<ElfSymbol> dynamicSymbols) throws FormatException {
        Dynamic dynamic = elf.dynamic();
        if (elf.header().type() != ElfType.SHARED && elf.header().type() != ElfType.EXECUTABLE) {
            return null;
        }
        List<Undefined> undefined = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> exports = new HashSet<>();
        boolean initialises = false;
        for (ElfSymbol symbol : dynamicSymbols) {
            if (!symbol.defined() && symbol.global()) {
                SymbolVersion version = symbol.version();
                undefined.add(new Undefined(
                        symbol.name(),
                        symbol.fullName(),
                        version == null ? null : version.file(),
                        symbol.binding() == Binding.WEAK));
                names.add(symbol.name());
            } else if (symbol.exported()) {
                initialises |= symbol.name().startsWith("PyInit");
                exports.add(symbol.name());
            }
        }
        boolean program = !dynamic.present() || elf.header().type() == ElfType.EXECUTABLE || elf.interpreter() != null;
        boolean extension = !program && isExtension(path, initialises);
        Constants constants = null;
        if (CAPSULES.stream().anyMatch(names::contains)) {
            constants = Constants.of(elf, Extractors.ALL);
        }
        return new Module(
                path,
                extension,
                !extension && !program,
                dynamic.soname(),
                dynamic.needed(),
                undefined,
                extension || program ? Set.of() : exports,
                constants,
                names.contains("PyCapsule_New"),
                tables(path, elf),
                constants == null ? new TreeMap<>() : numbers(elf, constants));
    }

    /** By its name as Python's loader asks for it (PEP 3149), or by what it exports where its name is that of no library. */
    private static boolean isExtension(String path, boolean initialises) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.contains(".cpython-")
                || name.contains(".abi3.")
                || name.contains(".pypy")
                || (initialises && !name.startsWith("lib"));
    }

    private static SortedMap<String, List<@Nullable String>> tables(String path, ElfFile elf) throws FormatException {
        SortedMap<String, List<@Nullable String>> tables = new TreeMap<>();
        String module = importName(path);
        List<ElfSymbol> symbols = null;
        for (Extractors.Table table : Extractors.ALL.tables) {
            if (module.endsWith(table.module())) {
                symbols = symbols == null ? elf.symbols() : symbols;
                List<@Nullable String> entries = PointerTable.read(elf, symbols, table.variable());
                if (entries != null) {
                    tables.put(table.key(), entries);
                }
            }
        }
        return tables;
    }

    private static SortedMap<String, String> numbers(ElfFile elf, Constants constants) throws FormatException {
        SortedMap<String, String> numbers = new TreeMap<>();
        for (var place : constants.places.entrySet()) {
            Integer number = Immediates.beside(elf, place.getValue());
            numbers.put(place.getKey(), number == null ? "?" : String.format("0x%08x", number));
        }
        return numbers;
    }

    /** The name under which Python imports a file: {@code numpy._core._multiarray_umath}. */
    static String importName(String path) {
        String within = path;
        for (String scheme : new String[] {"/purelib/", "/platlib/"}) {
            if (within.startsWith(Placing.DATA + scheme)) {
                within = within.substring(Placing.DATA.length() + scheme.length());
            }
        }
        int name = within.lastIndexOf('/') + 1;
        int dot = within.indexOf('.', name);
        return within.substring(0, dot < 0 ? within.length() : dot).replace('/', '.');
    }

    /** What it takes without a link, by the keys of {@link Wheel#capi}. */
    SortedMap<String, String> uses(Set<String> own) {
        SortedMap<String, String> uses = new TreeMap<>();
        if (constants == null || constants.cython) {
            uses.put(ModuleNeeds.CYTHON, "?");
        }
        if (constants == null) {
            return uses;
        }
        for (Extractors.Taken taken : Extractors.ALL.taken) {
            if (constants.words.contains(taken.string())
                    && taken.others().stream().anyMatch(constants.dotted::contains)
                    && own.stream().noneMatch(root -> taken.key().startsWith("capsule " + root + "."))) {
                uses.put(taken.key(), "?");
            }
        }
        for (Extractors.Text text : Extractors.ALL.texts) {
            SortedSet<String> found = constants.found.get(text.key());
            if (found != null) {
                uses.put(text.key(), String.join(" ", found));
            }
        }
        uses.putAll(numbers);
        for (String name : constants.dotted) {
            if (mayLookUp(name, own)) {
                uses.put("name " + name, "");
            }
        }
        return uses;
    }

    /** Whether a name may be that of a capsule, or of a module with capsules, of another package. */
    private boolean mayLookUp(String name, Set<String> own) {
        String root = root(name);
        String last = name.substring(name.lastIndexOf('.') + 1);
        String self = importName(path);
        if (own.contains(root)
                || FILES.contains(last)
                || name.contains(".__")
                || root.equals("View")
                || root.equals(self.substring(self.lastIndexOf('.') + 1))) {
            return false;
        }
        // Of Cython's code most such names are those of its classes' methods.
        boolean method = Character.isUpperCase(root.charAt(0)) || root.charAt(0) == '_';
        return constants == null || !constants.cython || !method || isCapsuleName(last);
    }

    private static String root(String name) {
        return name.substring(0, name.indexOf('.'));
    }

    private static boolean isCapsuleName(String last) {
        return last.endsWith("API") || last.endsWith("_api");
    }

    /**
     * The names of capsules that it seems to make, its own package's.
     *
     * @param own the package's import names
     * @param others the names of its modules and packages: those name what is imported, not capsules
     */
    SortedSet<String> made(Set<String> own, Set<String> others) {
        SortedSet<String> made = new TreeSet<>();
        if (!makesCapsules || constants == null) {
            return made;
        }
        // Cython and binding generators make capsules for their own purposes; what else has such names is their
        // methods.
        boolean generated = constants.cython
                || !tables.isEmpty()
                || constants.found.containsKey("domain pybind11-internals")
                || constants.found.containsKey("domain nanobind-internals");
        SortedSet<String> candidates = new TreeSet<>();
        for (String name : constants.dotted) {
            if (own.contains(root(name)) && !others.contains(name)) {
                candidates.add(name);
                if (isCapsuleName(name.substring(name.lastIndexOf('.') + 1))) {
                    made.add(name);
                }
            }
        }
        // Beside a capsule that is named as most are, the rest are types.
        return generated || !made.isEmpty() ? made : candidates;
    }
}
