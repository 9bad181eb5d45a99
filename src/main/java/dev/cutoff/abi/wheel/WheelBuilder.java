package dev.cutoff.abi.wheel;

import dev.cutoff.abi.fingerprint.Canon;
import dev.cutoff.abi.wheel.Wheel.Gap;
import dev.cutoff.model.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Puts the files of a wheel together: who asks whom, who offers what. */
final class WheelBuilder {

    private final WheelName name;
    private final Fields metadata;
    private final Fields wheel;

    private final SortedMap<String, Digest> build = new TreeMap<>();
    private final SortedMap<String, Digest> tools = new TreeMap<>();
    private final SortedMap<String, LinkFace> libraries = new TreeMap<>();
    private final SortedMap<String, ModuleNeeds> modules = new TreeMap<>();
    private final SortedMap<String, SortedSet<String>> capi = new TreeMap<>();
    private final List<Gap> gaps = new ArrayList<>();

    /** What the wheel's own libraries export, by the names by which they are asked for; and what these need in turn. */
    private final Map<String, Set<String>> exports = new HashMap<>();

    private final Map<String, List<String>> needed = new HashMap<>();

    WheelBuilder(WheelName name, Fields metadata, Fields wheel) {
        this.name = name;
        this.metadata = metadata;
        this.wheel = wheel;
    }

    Wheel build(List<Part> parts) {
        SortedSet<String> roots = importNames(parts);
        for (Part part : parts) {
            gaps.addAll(part.gaps());
            switch (part.placing()) {
                case HEADER, BUILD -> build.put(part.path(), part.digest());
                case TOOL -> tools.put(part.path(), part.digest());
                case LEFT_OUT -> {}
            }
            LinkFace face = part.face();
            if (face != null) {
                libraries.put(part.path(), face);
            }
            Module binary = part.module();
            if (binary != null && binary.library()) {
                exported(binary);
            }
            part.found().forEach(this::offer);
            if (part.functions() != null) {
                offer("archive " + part.path(), part.functions());
            }
        }
        List<Module> read = new ArrayList<>();
        for (Part part : parts) {
            Module module = part.module();
            if (module != null) {
                modules.put(part.path(), needs(module, roots));
                read.add(module);
            }
        }
        offers(read, parts, roots);
        SortedMap<String, String> joined = new TreeMap<>();
        capi.forEach((key, values) -> joined.put(key, String.join(" | ", values)));
        return new Wheel(
                identity(roots),
                Collections.unmodifiableSortedMap(build),
                Collections.unmodifiableSortedMap(tools),
                Collections.unmodifiableSortedMap(libraries),
                Collections.unmodifiableSortedMap(modules),
                Collections.unmodifiableSortedMap(joined),
                List.copyOf(gaps));
    }

    private void exported(Module library) {
        List<String> names = new ArrayList<>(List.of(fileName(library.path())));
        if (library.soname() != null) {
            names.add(library.soname());
        }
        for (String asked : names) {
            exports.putIfAbsent(asked, library.exports());
            needed.putIfAbsent(asked, library.needed());
        }
    }

    private Identity identity(SortedSet<String> roots) {
        return new Identity(
                WheelName.canonical(name.distribution()),
                metadata.first("Version"),
                name.build(),
                name.tags(),
                wheel.first("Root-Is-Purelib").equalsIgnoreCase("true"),
                metadata.all("Requires-Dist"),
                metadata.first("Requires-Python"),
                roots);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What stands at the top with Python code in it; a folder of libraries alone is none. */
    private SortedSet<String> importNames(List<Part> parts) {
        SortedSet<String> names = new TreeSet<>(metadata.all("Import-Name"));
        for (Part part : parts) {
            String path = part.path();
            boolean data = path.startsWith(Placing.DATA + "/") && !path.startsWith(Placing.DATA + "/purelib/");
            boolean code = path.endsWith(".py") || path.endsWith(".so") || path.endsWith(".pyi");
            if (code && !path.startsWith(Placing.DIST_INFO) && (!data || path.startsWith(Placing.DATA + "/platlib/"))) {
                String module = Module.importName(path);
                String top = module.substring(0, module.indexOf('.') < 0 ? module.length() : module.indexOf('.'));
                if (!top.isEmpty()
                        && Character.isJavaIdentifierStart(top.charAt(0))
                        && !path.startsWith(top + ".libs/")) {
                    names.add(top);
                }
            }
        }
        return Collections.unmodifiableSortedSet(names);
    }

    private void offer(String key, String value) {
        capi.computeIfAbsent(key, _ -> new TreeSet<>()).add(value);
    }

    private ModuleNeeds needs(Module module, Set<String> roots) {
        SortedMap<String, SortedSet<String>> imports = new TreeMap<>();
        module.needed().forEach(library -> imports.put(library, new TreeSet<>()));
        SortedSet<String> weak = new TreeSet<>();
        SortedSet<String> python = new TreeSet<>();
        for (Module.Undefined symbol : module.undefined()) {
            String library = symbol.library() == null ? provider(module, symbol.name()) : symbol.library();
            if (library.isEmpty()
                    && (symbol.name().startsWith("Py") || symbol.name().startsWith("_Py"))) {
                python.add(symbol.name());
                continue;
            }
            imports.computeIfAbsent(library, _ -> new TreeSet<>()).add(symbol.fullName());
            if (symbol.weak()) {
                weak.add(symbol.fullName());
            }
        }
        SortedSet<String> own = new TreeSet<>(imports.keySet());
        own.retainAll(exports.keySet());
        imports.replaceAll((_, names) -> Collections.unmodifiableSortedSet(names));
        return new ModuleNeeds(
                module.extension(),
                Collections.unmodifiableSortedMap(imports),
                Collections.unmodifiableSortedSet(own),
                Collections.unmodifiableSortedSet(weak),
                Collections.unmodifiableSortedSet(python),
                StableAbi.since(python),
                Collections.unmodifiableSortedMap(module.uses(roots)));
    }

    /** Which of the wheel's own libraries the loader finds a symbol in, by breadth as it looks; empty for none of them. */
    private String provider(Module module, String symbol) {
        Deque<String> queue = new ArrayDeque<>(module.needed());
        Set<String> seen = new HashSet<>(queue);
        while (!queue.isEmpty()) {
            String library = queue.remove();
            if (exports.getOrDefault(library, Set.of()).contains(symbol)) {
                return library;
            }
            for (String next : needed.getOrDefault(library, List.of())) {
                if (seen.add(next)) {
                    queue.add(next);
                }
            }
        }
        return "";
    }

    private void offers(List<Module> read, List<Part> parts, Set<String> roots) {
        Set<String> modulesAndPackages = modulesAndPackages(parts);
        for (Extractors.Table table : Extractors.ALL.tables) {
            SortedMap<String, String> slots = slots(table, parts, binary(table, read));
            if (!slots.isEmpty()) {
                offer(table.key(), "table");
                slots.forEach((slot, value) -> offer(table.key() + " slot " + slot, value));
            }
        }
        for (Module module : read) {
            Constants constants = module.constants();
            if (constants == null) {
                continue;
            }
            for (Extractors.Text text : Extractors.ALL.texts) {
                SortedSet<String> found = constants.found.get(text.key());
                if (text.offered() && found != null) {
                    found.forEach(value -> offer(text.key(), value));
                }
            }
            if (constants.cython && module.makesCapsules() && !constants.signatures.isEmpty()) {
                offer("capsule " + Module.importName(module.path()) + ".__pyx_capi__", cython(constants));
            }
            for (String capsule : module.made(roots, modulesAndPackages)) {
                generic(module, capsule, parts);
            }
        }
    }

    private static Set<String> modulesAndPackages(List<Part> parts) {
        Set<String> names = new HashSet<>();
        for (Part part : parts) {
            String path = part.path();
            if (path.endsWith(".py") || path.endsWith(".so") || path.endsWith(".pyi")) {
                String name = Module.importName(path);
                for (int dot = name.length(); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
                    if (!names.add(name.substring(0, dot))) {
                        break;
                    }
                }
            }
        }
        return names;
    }

    private static @Nullable List<@Nullable String> binary(Extractors.Table table, List<Module> read) {
        for (Module module : read) {
            List<@Nullable String> entries = module.tables().get(table.key());
            if (entries != null) {
                return entries;
            }
        }
        return null;
    }

    /**
     * The slots of a table: what headers call each, with its type, and what the binary has there where its symbols are left. A slot
     * that is NULL says so, whatever headers say.
     */
    private static SortedMap<String, String> slots(
            Extractors.Table table, List<Part> parts, @Nullable List<@Nullable String> binary) {
        SortedMap<String, SortedSet<String>> slots = new TreeMap<>();
        for (Part part : parts) {
            if (part.header() != null) {
                for (HeaderTable.Slot slot : part.header().slots()) {
                    if (slot.variable().equals(table.variable())) {
                        slots.computeIfAbsent(slot.index(), _ -> new TreeSet<>())
                                .add(slot.name() + " " + slot.type());
                    }
                }
            }
        }
        SortedMap<String, String> joined = new TreeMap<>();
        slots.forEach((slot, values) -> joined.put(slot, String.join(" | ", values)));
        for (int i = 0; binary != null && i < binary.size(); i++) {
            String entry = binary.get(i);
            joined.merge(
                    Integer.toString(i),
                    entry == null ? "NULL" : entry,
                    (declared, actual) -> actual.equals("NULL") ? actual : declared);
        }
        return joined;
    }

    /** Functions with their types as Cython writes them down beside them. */
    private static String cython(Constants constants) {
        Canon canon = new Canon("cython");
        canon.line("signatures", constants.signatures);
        return constants.signatures.size() + " signatures " + canon.digest().hex();
    }

    /** A capsule that no row of the table knows: by the headers that name it, else by the code that makes it. */
    private void generic(Module module, String capsule, List<Part> parts) {
        String key = "capsule " + capsule;
        boolean named = false;
        for (Part part : parts) {
            if (part.header() != null && part.header().quoted().contains(capsule)) {
                named = true;
                offer(key, "header " + part.path());
                for (HeaderTable.Slot slot : part.header().slots()) {
                    offer(key + " slot " + slot.index(), slot.name() + " " + slot.type());
                }
            }
        }
        if (!named) {
            Digest code = tools.get(module.path());
            offer(key, "code " + (code == null ? "?" : code.hex()));
        }
    }
}
