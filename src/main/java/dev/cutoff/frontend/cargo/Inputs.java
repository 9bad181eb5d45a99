package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All that the outputs of a unit depend on, by name; two units with equal inputs have equal outputs.
 *
 * <p>Direct dependencies count by what they announce. Metadata names every further dependency with its hash, and the compiler
 * refuses one with another, so those are counted with it; but procedural macros run while we compile, and count by content
 * wherever in the graph they are.
 */
final class Inputs {

    static final String SOURCE = "source ";
    static final String MACRO = "macro ";
    /** Followed by the name and the path of its file. */
    static final String DEPENDENCY = "dependency ";
    /** A variable that the compiler says it read. */
    static final String READ_VARIABLE = "read ";

    static final String VARIABLE = "variable ";
    /** Of files that are larger the size and the time stand for the content. */
    private static final long LARGE = 8 << 20;

    /**
     * Whether the package was named on the command line: another choice of packages would else change every unit. Cargo does not
     * count it either. But a macro may read it untold.
     */
    private static final String PRIMARY = VARIABLE + "CARGO_PRIMARY_PACKAGE";

    private static final Set<String> SAID_ONLY = Set.of("--diagnostic-width", "--color");

    private final FileDigests digests;
    private final Toolchain.Known toolchains;
    private final Units units;
    private final Map<String, String> caller;

    Inputs(FileDigests digests, Toolchain.Known toolchains, Units units, Map<String, String> caller) {
        this.digests = digests;
        this.toolchains = toolchains;
        this.units = units;
        this.caller = caller;
    }

    /**
     * The inputs as they are now.
     *
     * @param sources files that the compiler read
     * @param variables names of environment variables that it read
     */
    Map<String, String> of(RustcCall call, Collection<Path> sources, Collection<String> variables) throws IOException {
        Map<String, String> inputs = new TreeMap<>();
        inputs.put("toolchain", toolchains.of(call).identity());
        inputs.put("folder", call.folder().toString());
        inputs.put("arguments", String.join(" ", arguments(call)));
        Environments.counting(call.environment(), caller)
                .forEach((name, value) -> inputs.put(VARIABLE + name, "=" + value));
        for (String name : variables) {
            String value = call.environment().get(name);
            inputs.put(READ_VARIABLE + name, value == null ? "absent" : "=" + value);
        }
        if (call.kind() == RustcCall.Kind.PROGRAM) {
            inputs.put("search path of the linker", call.environment().getOrDefault("PATH", ""));
        }
        for (String argument : call.arguments()) {
            // A description of the target, or a list of what to do, in a file.
            if (argument.endsWith(".json") && Files.isRegularFile(call.folder().resolve(argument))) {
                inputs.put("file " + argument, digests.content(call.folder().resolve(argument)));
            }
        }
        for (RustcCall.Extern extern : call.externs()) {
            inputs.put(DEPENDENCY + extern.name() + " " + extern.file(), digests.announced(extern.file()));
        }
        for (Path folder : call.nativeFolders()) {
            inputs.put("libraries " + folder, FileDigests.listing(call.folder().resolve(folder)));
        }
        Set<Path> macros = macros(call);
        if (macros.isEmpty()) {
            inputs.remove(PRIMARY);
        }
        for (Path macro : macros) {
            inputs.put(MACRO + macro, digests.content(macro));
        }
        if (!macros.isEmpty()) {
            // A macro may read what it does not tell.
            String manifest = call.environment().get("CARGO_MANIFEST_DIR");
            if (manifest != null) {
                files(Path.of(manifest), sources, inputs);
            }
            String made = call.environment().get("OUT_DIR");
            if (made != null) {
                generated(Path.of(made), inputs);
            }
        }
        for (Path source : sources) {
            inputs.put(SOURCE + source, digests.content(source));
        }
        return inputs;
    }

    /** Without how messages look. */
    private static List<String> arguments(RustcCall call) {
        List<String> arguments = new ArrayList<>();
        List<String> all = call.arguments();
        for (int i = 0; i < all.size(); i++) {
            String word = all.get(i);
            if (SAID_ONLY.contains(word)) {
                i++;
            } else if (SAID_ONLY.stream().noneMatch(o -> word.startsWith(o + "="))) {
                arguments.add(word);
            }
        }
        return arguments;
    }

    /** The procedural macros that may run: those that are dependencies of dependencies too. */
    Set<Path> macros(RustcCall call) throws IOException {
        Set<Path> macros = new TreeSet<>();
        boolean unknown = false;
        for (RustcCall.Extern extern : call.externs()) {
            if (extern.file().toString().endsWith(".so")) {
                macros.add(extern.file());
                continue;
            }
            var known = units.macros(extern.file());
            known.ifPresent(macros::addAll);
            unknown |= known.isEmpty();
        }
        if (unknown) {
            for (Path folder : call.dependencyFolders()) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(f -> f.toString().endsWith(".so")).forEach(macros::add);
                }
            }
        }
        units.runs(call, macros);
        return macros;
    }

    /** The package's files that are no sources of the unit, other packages and what cargo makes aside. */
    private void files(Path folder, Collection<Path> sources, Map<String, String> inputs) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : (Iterable<Path>) entries.sorted()::iterator) {
                String name = entry.getFileName().toString();
                if (Files.isDirectory(entry)) {
                    boolean other = name.startsWith(".git")
                            || Files.exists(entry.resolve("CACHEDIR.TAG"))
                            || Files.exists(entry.resolve("Cargo.toml"));
                    if (!other && !Files.isSymbolicLink(entry)) {
                        files(entry, sources, inputs);
                    }
                } else if (Files.isRegularFile(entry) && !sources.contains(entry)) {
                    inputs.put(
                            "file " + entry,
                            Files.size(entry) > LARGE
                                    ? Digest.ofText(Files.size(entry) + " " + Files.getLastModifiedTime(entry))
                                            .hex()
                                    : digests.content(entry));
                }
            }
        }
    }

    /** What the build script made: by size and time, as it is made anew when the script runs. */
    private static void generated(Path folder, Map<String, String> inputs) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                inputs.put("file " + file, Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
    }

    /** The names whose values differ, also for names that one alone has, in order. */
    static List<String> different(Map<String, String> before, Map<String, String> now) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(now.keySet());
        return names.stream()
                .filter(name -> !java.util.Objects.equals(before.get(name), now.get(name)))
                .toList();
    }
}
