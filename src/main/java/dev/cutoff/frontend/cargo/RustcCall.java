package dev.cutoff.frontend.cargo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A call of the compiler by cargo, as far as it is understood.
 *
 * @param compiler the program, as cargo named it
 * @param arguments without the program
 * @param externs paths of the direct dependencies' files
 * @param dependencyFolders of {@code -L dependency=}
 * @param nativeFolders of other {@code -L}
 * @param codegen the options of {@code -C}; those without value have ""
 * @param unknown the first thing that is not understood, "" where all is
 */
record RustcCall(
        String compiler,
        List<String> arguments,
        Path folder,
        Map<String, String> environment,
        String crate,
        Set<String> types,
        boolean test,
        String emit,
        Path out,
        String extra,
        int edition,
        List<Extern> externs,
        List<Path> dependencyFolders,
        List<Path> nativeFolders,
        Map<String, String> codegen,
        String unknown) {

    /** A direct dependency. */
    record Extern(String name, Path file) {}

    /** What a unit makes. */
    enum Kind {
        LIBRARY,
        /** A program, test, example or bench. */
        PROGRAM,
        /** Runs while other units are compiled, or is not understood: the compiler's own affair. */
        OTHER
    }

    /** Options of code generation whose effect is in the objects and the metadata alone. */
    private static final Set<String> KNOWN_CODEGEN = Set.of(
            "opt-level",
            "embed-bitcode",
            "debuginfo",
            "metadata",
            "extra-filename",
            "incremental",
            "debug-assertions",
            "overflow-checks",
            "codegen-units",
            "strip",
            "linker",
            "link-arg",
            "link-args",
            "target-cpu",
            "target-feature",
            "panic",
            "force-frame-pointers",
            "force-unwind-tables",
            "rpath",
            "lto",
            "relocation-model",
            "code-model",
            "symbol-mangling-version",
            "inline-threshold",
            "no-prepopulate-passes",
            "dwarf-version",
            "llvm-args");

    private static final Set<String> WITH_VALUE = Set.of(
            "--crate-name",
            "--edition",
            "--error-format",
            "--json",
            "--diagnostic-width",
            "--color",
            "--crate-type",
            "--emit",
            "-C",
            "--codegen",
            "--check-cfg",
            "--cfg",
            "--out-dir",
            "-L",
            "-l",
            "--extern",
            "--cap-lints",
            "--target",
            "-A",
            "-W",
            "-D",
            "-F",
            "--allow",
            "--warn",
            "--deny",
            "--forbid",
            "--force-warn",
            "--remap-path-prefix");

    private static final String BIN = "bin";

    private static final Set<String> ALONE = Set.of("--test", "-O", "-g", "--verbose", "-v");

    /** Reads a call; a call that can't be understood has {@link #unknown}. */
    static RustcCall of(List<String> words, Path folder, Map<String, String> environment) {
        Reading reading = new Reading();
        reading.read(words.subList(1, words.size()));
        return reading.call(words.get(0), words.subList(1, words.size()), folder, environment);
    }

    private static final class Reading {
        private final Map<String, String> single = new LinkedHashMap<>();
        private final Set<String> types = new TreeSet<>();
        private final List<Extern> externs = new ArrayList<>();
        private final List<Path> dependencies = new ArrayList<>();
        private final List<Path> natives = new ArrayList<>();
        private final Map<String, String> codegen = new LinkedHashMap<>();
        private boolean test;
        private String unknown = "";
        private int sources;

        void read(List<String> words) {
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                int equals = word.indexOf('=');
                if (word.startsWith("--") && equals > 0 && WITH_VALUE.contains(word.substring(0, equals))) {
                    option(word.substring(0, equals), word.substring(equals + 1));
                } else if (WITH_VALUE.contains(word) && i + 1 < words.size()) {
                    option(word, words.get(++i));
                } else if (ALONE.contains(word)) {
                    test |= word.equals("--test");
                } else if (word.startsWith("-C") || word.startsWith("-L") || word.startsWith("-l")) {
                    option(word.substring(0, 2), word.substring(2));
                } else if (word.startsWith("-W")
                        || word.startsWith("-A")
                        || word.startsWith("-D")
                        || word.startsWith("-F")) {
                    single.putIfAbsent("lint", word);
                } else if (!word.startsWith("-") && !word.startsWith("@")) {
                    sources++;
                } else {
                    miss("option " + word);
                }
            }
            if (sources != 1) {
                miss("not one source file");
            }
        }

        private void miss(String what) {
            unknown = unknown.isEmpty() ? what : unknown;
        }

        private void option(String name, String value) {
            switch (name) {
                case "--crate-type" -> types.addAll(List.of(value.split(",")));
                case "--extern" -> extern(value);
                case "-C", "--codegen" -> codegen(value);
                case "-L" -> search(value);
                default -> single.put(name, value);
            }
        }

        private void extern(String value) {
            int equals = value.indexOf('=');
            if (equals < 0) {
                // Of the compiler's own, such as proc_macro.
                return;
            }
            String name = value.substring(0, equals);
            externs.add(new Extern(name.substring(name.indexOf(':') + 1), Path.of(value.substring(equals + 1))));
        }

        private void codegen(String value) {
            int equals = value.indexOf('=');
            String name = equals < 0 ? value : value.substring(0, equals);
            String of = equals < 0 ? "" : value.substring(equals + 1);
            codegen.merge(name, of, (a, b) -> a + " " + b);
            if (!KNOWN_CODEGEN.contains(name)) {
                miss("-C " + name);
            } else if (name.equals("lto") && !of.equals("off") && !of.equals("no") && !of.equals("n")) {
                miss("link-time optimisation");
            } else if (name.equals("linker-plugin-lto")) {
                miss("link-time optimisation");
            }
        }

        private void search(String value) {
            int equals = value.indexOf('=');
            String kind = equals < 0 ? "all" : value.substring(0, equals);
            Path path = Path.of(value.substring(equals + 1));
            if (kind.equals("dependency")) {
                dependencies.add(path);
            } else {
                natives.add(path);
            }
        }

        RustcCall call(String compiler, List<String> arguments, Path folder, Map<String, String> environment) {
            String out = single.getOrDefault("--out-dir", "");
            String extra = codegen.getOrDefault("extra-filename", "");
            if (out.isEmpty() || extra.isEmpty()) {
                miss("no --out-dir or extra-filename");
            }
            int edition = 2015;
            try {
                edition = Integer.parseInt(single.getOrDefault("--edition", "2015"));
            } catch (NumberFormatException e) {
                miss("edition " + single.get("--edition"));
            }
            if (types.isEmpty() && !test) {
                // The compiler's default, which cargo relies on for tests and benches without a harness.
                types.add(BIN);
            }
            return new RustcCall(
                    compiler,
                    List.copyOf(arguments),
                    folder,
                    environment,
                    single.getOrDefault("--crate-name", ""),
                    types,
                    test,
                    single.getOrDefault("--emit", ""),
                    folder.resolve(out),
                    extra,
                    edition,
                    List.copyOf(externs),
                    List.copyOf(dependencies),
                    List.copyOf(natives),
                    codegen,
                    unknown);
        }
    }

    Kind kind() {
        if (!why().isEmpty()) {
            return Kind.OTHER;
        }
        return test || !types.contains("lib") ? Kind.PROGRAM : Kind.LIBRARY;
    }

    /** Why the compiler decides alone: "" where we may. */
    String why() {
        boolean library = types.equals(Set.of("lib")) || types.equals(Set.of("rlib"));
        if (!test && !types.equals(Set.of(BIN)) && !library) {
            return types.contains("proc-macro") ? "a procedural macro" : "crate type " + String.join(", ", types);
        }
        if (!unknown.isEmpty()) {
            return unknown;
        }
        Set<String> parts = Set.of(emit.split(","));
        if (test || types.equals(Set.of(BIN))) {
            return crate.startsWith("build_script_") && !test
                    ? "a build script"
                    : parts.equals(Set.of("dep-info", "link")) ? "" : "it emits " + emit;
        }
        return parts.equals(Set.of("dep-info", "metadata", "link")) ? "" : "it emits " + emit;
    }

    private Path file(String prefix, String suffix) {
        return out.resolve(prefix + crate + extra + suffix);
    }

    Path rlib() {
        return file("lib", ".rlib");
    }

    Path rmeta() {
        return file("lib", ".rmeta");
    }

    Path program() {
        return file("", "");
    }

    Path depInfo() {
        return file("", ".d");
    }

    /** The files that cargo knows. */
    List<Path> outputs() {
        return kind() == Kind.LIBRARY ? List.of(rlib(), rmeta()) : List.of(program());
    }

    /** Of a registry or another place that is not edited. */
    boolean isForeign() {
        return arguments.contains("--cap-lints");
    }

    /** Whether code is optimised, so that callers may be told more of a function than its type. */
    boolean optimised() {
        return !codegen.getOrDefault("opt-level", "0").equals("0") || arguments.contains("-O");
    }

    private String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** The arguments of the same compile elsewhere, without code generation and without what an earlier compile left. */
    List<String> aside(Path place) {
        List<String> aside = new ArrayList<>();
        List<String> all = arguments;
        for (int i = 0; i < all.size(); i++) {
            String word = all.get(i);
            String next = i + 1 < all.size() ? all.get(i + 1) : "";
            boolean dropped = word.equals("--out-dir")
                    || word.equals("--cap-lints")
                    || (word.equals("-C") && next.startsWith("incremental="));
            if (dropped) {
                i++;
            } else if (!word.startsWith("--out-dir=")
                    && !word.startsWith("--cap-lints=")
                    && !word.startsWith("-Cincremental=")) {
                aside.add(word);
            }
        }
        aside.addAll(List.of("--out-dir", place.toString(), "-Zno-codegen", "--cap-lints", "allow"));
        return aside;
    }

    /** As the report names it: package and version, and for all but its library and its only program what of it. */
    String unit() {
        String name = variable("CARGO_PKG_NAME");
        String unit = (name.isEmpty() ? crate : name) + " " + variable("CARGO_PKG_VERSION");
        if (types.contains("proc-macro") || (!test && !types.contains(BIN))) {
            return unit;
        }
        if (crate.startsWith("build_script_")) {
            return unit + " (build script)";
        }
        if (out.endsWith("examples")) {
            return unit + " (example " + crate + ")";
        }
        if (test || !arguments.contains("--crate-type")) {
            return unit + " (test " + crate + ")";
        }
        String own = name.replace('-', '_');
        boolean beside = externs.stream().anyMatch(e -> e.name().equals(own));
        return crate.equals(own) && !beside ? unit : unit + " (bin " + crate + ")";
    }
}
