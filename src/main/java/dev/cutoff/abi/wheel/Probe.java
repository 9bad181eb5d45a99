package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.dwarf.NamedTypes;
import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.TypeId;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One translation unit that includes the C headers, compiled twice: to learn which types, functions and macros
 * there are, and with a variable for each of them, by which they are read.
 */
final class Probe {

    private static final int MOST_ROUNDS = 60;
    private static final List<String> DEBUG = List.of("-c", "-g", "-fno-eliminate-unused-debug-types", "-o", "probe.o");

    private static final List<String> FIRST =
            Stream.concat(DEBUG.stream(), Stream.of("-aux-info", "probe.aux")).toList();

    /** A function as GCC's -aux-info lists it: place, whether it is a definition, declaration. */
    private static final Pattern LISTED = Pattern.compile("/\\* (.+):\\d+:[A-Z]([A-Z]) \\*/ (.*)");

    private static final Pattern DECLARED = Pattern.compile("(\\w+) \\(");
    private static final Pattern MARKER = Pattern.compile("# \\d+ \"(.*)\".*");
    private static final Pattern MACRO = Pattern.compile("#(define|undef) (\\w+)(\\([^)]*\\))? ?(.*)");

    private record Macro(boolean hasParameters, String parameters, String text) {}

    private final ProbeCompiler compiler;
    private final HeaderFiles files;
    private final Path folder;
    private final List<HeaderFiles.HeaderFile> included = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Macro> macros = new TreeMap<>();
    private final Set<String> entered = new HashSet<>();

    final SortedMap<String, String> constants = new TreeMap<>();
    final SortedMap<String, String> bodies = new TreeMap<>();
    final SortedMap<String, String> gaps = new TreeMap<>();

    Probe(ProbeCompiler compiler, HeaderFiles files, Path folder) {
        this.compiler = compiler;
        this.files = files;
        this.folder = folder;
    }

    /** What of the headers can be compiled; null where nothing can. */
    @Nullable
    Binary run(List<HeaderFiles.HeaderFile> headers) throws IOException, InterruptedException, FormatException {
        included.addAll(headers);
        if (!includeAll()) {
            return null;
        }
        macros();
        Set<String> names = new TreeSet<>();
        files.headers().forEach(header -> names.add(String.valueOf(header.file().getFileName())));
        List<String> asked = new ArrayList<>();
        for (NamedTypes.Named type : MappedFile.<List<NamedTypes.Named>>read(
                folder.resolve("probe.o"), bytes -> NamedTypes.read(ElfFile.open(bytes), false))) {
            if (names.contains(type.file())) {
                asked.add("type " + type.spelling());
            }
        }
        unseen();
        functions().forEach(name -> asked.add("function " + name));
        macros.forEach((name, macro) -> {
            if (isEvaluable(macro)) {
                asked.add("constant " + name);
            }
        });
        return askedFor(new ArrayList<>(new LinkedHashSet<>(asked)));
    }

    private void write(List<String> more) throws IOException {
        lines.clear();
        if (compiler.hasPython()) {
            lines.add("#define PY_SSIZE_T_CLEAN");
            lines.add("#include <Python.h>");
        }
        included.forEach(header -> lines.add("#include \"" + header.name() + "\""));
        lines.addAll(more);
        Files.writeString(folder.resolve("probe.c"), String.join("\n", lines) + "\n", StandardCharsets.ISO_8859_1);
    }

    /**
     * Leaves out what the compiler complains of until it does no more; then tries that again behind the rest, since many headers
     * want others before them.
     */
    private boolean includeAll() throws IOException, InterruptedException {
        Map<HeaderFiles.HeaderFile, String> dropped = includeMost();
        if (!included.isEmpty() && !dropped.isEmpty()) {
            preprocess();
            List<HeaderFiles.HeaderFile> fine = new ArrayList<>(included);
            dropped.keySet().stream()
                    .filter(header -> !entered.contains(header.path()))
                    .forEach(included::add);
            Map<HeaderFiles.HeaderFile, String> again = included.size() > fine.size() ? includeMost() : Map.of();
            if (included.isEmpty()) {
                included.addAll(fine);
                includeMost();
            }
            dropped.keySet().retainAll(again.keySet());
        }
        boolean some = !included.isEmpty();
        if (some) {
            preprocess();
        }
        dropped.forEach((header, why) -> {
            if (!some || !entered.contains(header.path())) {
                gaps.put(header.path(), why);
            }
        });
        return some;
    }

    private Map<HeaderFiles.HeaderFile, String> includeMost() throws IOException, InterruptedException {
        Map<HeaderFiles.HeaderFile, String> dropped = new LinkedHashMap<>();
        for (int round = 0; round < MOST_ROUNDS && !included.isEmpty() && compiler.hasTime(); round++) {
            write(List.of());
            ProbeCompiler.Run run = compiler.run(files.folders(), FIRST);
            if (run.succeeded()) {
                return dropped;
            }
            int before = lines.size() - included.size();
            Set<HeaderFiles.HeaderFile> wrong = new LinkedHashSet<>();
            run.wrong().forEach((line, why) -> {
                if (line > before && line <= lines.size()) {
                    HeaderFiles.HeaderFile header = included.get(line - before - 1);
                    wrong.add(header);
                    dropped.put(header, why);
                }
            });
            if (wrong.isEmpty()) {
                included.forEach(header -> dropped.put(header, "the compiler failed"));
                included.clear();
            }
            included.removeAll(wrong);
        }
        included.forEach(header -> dropped.put(header, "the compiler took too long"));
        included.clear();
        return dropped;
    }

    /** Which headers are read, and which macros stand at the end, of those that the wheel's headers define. */
    private void preprocess() throws IOException, InterruptedException {
        compiler.run(files.folders(), List.of("-E", "-dD", "-o", "probe.i"));
        String prefix = files.root() + "/";
        macros.clear();
        entered.clear();
        String at = "";
        for (String line : Files.readAllLines(folder.resolve("probe.i"), StandardCharsets.ISO_8859_1)) {
            if (line.isEmpty() || line.charAt(0) != '#') {
                continue;
            }
            Matcher marker = MARKER.matcher(line);
            if (marker.matches()) {
                at = marker.group(1).startsWith(prefix) ? marker.group(1).substring(prefix.length()) : "";
                entered.add(at);
                continue;
            }
            Matcher macro = MACRO.matcher(line);
            if (macro.matches()) {
                if (macro.group(1).equals("undef") || at.isEmpty()) {
                    macros.remove(macro.group(2));
                } else {
                    String parameters = macro.group(3);
                    macros.put(
                            macro.group(2),
                            new Macro(
                                    parameters != null,
                                    parameters == null ? "" : parameters,
                                    macro.group(4).strip().replaceAll("\\s+", " ")));
                }
            }
        }
    }

    private void macros() {
        macros.forEach((name, macro) -> {
            // Guards against being included twice say nothing.
            if (macro.hasParameters() || !macro.text().isEmpty()) {
                bodies.put(
                        "#define " + name,
                        Digest.ofText(macro.parameters() + " " + macro.text()).hex());
            }
        });
    }

    /** What stands under conditions that did not hold here, by its tokens: consumers may have met others. */
    private void unseen() throws IOException, InterruptedException, FormatException {
        Path marked = Files.createDirectory(folder.resolve("marked"));
        List<Path> folders = files.marked(marked);
        boolean ran = compiler.run(folders, List.of("-E", "-o", "marked.i")).succeeded();
        Set<String> seen = new HashSet<>();
        if (ran) {
            for (String line : Files.readAllLines(folder.resolve("marked.i"), StandardCharsets.ISO_8859_1)) {
                Conditions.mark(line).ifPresent(seen::add);
            }
        }
        int number = 0;
        for (Map.Entry<String, Conditions> header : files.conditions().entrySet()) {
            Optional<Digest> digest = header.getValue().unseen(number++, seen);
            digest.ifPresent(found -> bodies.put(Layouts.UNSEEN + header.getKey(), found.hex()));
        }
    }

    private static boolean isEvaluable(Macro macro) {
        String text = macro.text();
        boolean floating = text.matches(".*\\d\\.\\d.*|.*\\d\\..*");
        return !macro.hasParameters()
                && !text.isEmpty()
                && !floating
                && text.chars().noneMatch(c -> "\"{};#'\\[]&=".indexOf(c) >= 0);
    }

    private Set<String> functions() throws IOException {
        Path list = folder.resolve("probe.aux");
        Set<String> names = new TreeSet<>();
        if (!Files.isRegularFile(list)) {
            return names;
        }
        String prefix = files.root() + "/";
        for (String line : Files.readAllLines(list, StandardCharsets.ISO_8859_1)) {
            Matcher matcher = LISTED.matcher(line);
            if (matcher.matches()
                    && matcher.group(1).startsWith(prefix)
                    && matcher.group(2).equals("C")
                    && matcher.group(3).startsWith("extern")) {
                Matcher name = DECLARED.matcher(matcher.group(3));
                if (name.find()) {
                    names.add(name.group(1));
                }
            }
        }
        return names;
    }

    private String line(int number, String asked) {
        String name = asked.substring(asked.indexOf(' ') + 1);
        String variable = "cutoff_asked_" + number;
        return switch (asked.substring(0, asked.indexOf(' '))) {
            case "type" -> name + " *" + variable + ";";
            case "function" -> "__typeof__(&" + name + ") " + variable + ";";
            default ->
                "_Static_assert(__builtin_constant_p(" + name + "), \"\"); const long long " + variable
                        + " = (long long) (" + name + ");";
        };
    }

    private @Nullable Binary askedFor(List<String> asked) throws IOException, InterruptedException, FormatException {
        List<String> left = new ArrayList<>(asked);
        for (int round = 0; round < MOST_ROUNDS && compiler.hasTime(); round++) {
            List<String> questions = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                questions.add(line(i, left.get(i)));
            }
            write(questions);
            ProbeCompiler.Run run = compiler.run(files.folders(), DEBUG);
            if (run.succeeded()) {
                return MappedFile.<Binary>read(folder.resolve("probe.o"), bytes -> answers(bytes, left));
            }
            int before = lines.size() - questions.size();
            List<String> fine = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                if (!run.wrong().containsKey(before + i + 1)) {
                    fine.add(left.get(i));
                }
            }
            if (fine.size() == left.size()) {
                break;
            }
            left.clear();
            left.addAll(fine);
        }
        included.forEach(header -> gaps.put(header.path(), "its types could not be asked for"));
        return null;
    }

    private Binary answers(Cursor bytes, List<String> asked) throws FormatException {
        ElfFile elf = ElfFile.open(bytes);
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            names.put("cutoff_asked_" + i, asked.get(i));
        }
        for (ElfSymbol symbol : elf.symbols()) {
            String question = names.getOrDefault(symbol.name(), "");
            if (question.startsWith("constant ") && symbol.section() > 0) {
                Section section = elf.sections().get(symbol.section());
                long value = section.inFile() ? elf.content(section).s8At(symbol.value()) : 0;
                String name = question.substring("constant ".length());
                constants.put(name, Long.toString(value));
                bodies.remove("#define " + name);
            }
        }
        if (!(Fingerprinter.read(bytes, "probe.o") instanceof Binary object)) {
            throw bytes.wrong(0, "is no object");
        }
        return renamed(object, names);
    }

    private static Binary renamed(Binary object, Map<String, String> names) {
        SortedMap<String, Integer> symbols = new TreeMap<>();
        SortedMap<String, TypeId> closure = new TreeMap<>();
        List<Offer> offers = new ArrayList<>();
        Surface types = object.types();
        types.symbols().forEach((symbol, node) -> {
            String name = names.getOrDefault(symbol, "constant");
            if (!name.startsWith("constant")) {
                symbols.put(name, node);
                TypeId id = types.closure().get(symbol);
                if (id != null) {
                    closure.put(name, id);
                }
                offers.add(new Offer(name, null, true, SymbolKind.OBJECT, Binding.GLOBAL, Visibility.DEFAULT, 8));
            }
        });
        offers.sort(Comparator.comparing(Offer::name));
        Surface renamed = Surface.of(
                types.tier(),
                Collections.unmodifiableSortedMap(symbols),
                types.graph(),
                Collections.unmodifiableSortedMap(closure),
                types.gaps(),
                types.salt());
        return Binary.ofTypes(object.machine(), offers, renamed);
    }
}
