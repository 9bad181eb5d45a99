package dev.cutoff.frontend.pep517;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.stage.GivenTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * What of a Rust project's sources says which crates it depends on and how they are compiled: manifests, the lock and cargo's
 * configuration as they are, and targets without content in place of the project's code. By it the dependencies are compiled
 * alone; an edit of code leaves it as it is.
 *
 * <p>In its tree {@code project} is that, and {@code kept} names the packages whose compiled form may be used for the project:
 * those that come from a registry or a repository. One that the project itself has is compiled from nothing here, and must not be
 * taken for what its code would give.
 */
final class Skeleton {

    /** The unit that stands for it. */
    static final String NEED = "_skeleton";

    private static final String KIND = "+skeleton/";

    /** Counted up whenever the same sources would give another one. */
    private static final String LAYOUT = "1";

    private static final String MANIFEST = "Cargo.toml";
    private static final String LOCK = "Cargo.lock";

    private static final Set<String> CONFIGURATIONS = Set.of(".cargo/config.toml", ".cargo/config");

    /**
     * What makes cargo's configuration mean something else where the skeleton is: paths in the project that no compiler is asked for, and
     * other folders for what is compiled.
     */
    private static final List<String> ELSEWHERE = List.of("relative", "target-dir", "build-dir");

    /** What maturin takes up after cargo has run: Python code and other files of the project. */
    private static final Set<String> PACKED = Set.of(
            "python-source",
            "python-packages",
            "include",
            "exclude",
            "data",
            "sbom",
            "sdist-generator",
            "sdist-include");

    /** What of {@code [project]} there must be, or bears on the choice of an interpreter. */
    private static final Set<String> IDENTITY = Set.of("name", "version", "requires-python");

    private static final String LIBRARY = "//! Nothing.\n";
    private static final String PROGRAM = "//! Nothing.\nfn main() {}\n";

    private static final Pattern LOCKED = Pattern.compile("\\s*(name|source)\\s*=\\s*\"([^\"]*)\"\\s*");

    private final Path root;
    private final Tree sources;
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private final SortedSet<String> own = new TreeSet<>();
    private final SortedSet<String> foreign = new TreeSet<>();

    private Skeleton(Path root, Tree sources) {
        this.root = root;
        this.sources = sources;
    }

    /** Why a project's dependencies can't be compiled by a skeleton, in words; empty where that may be tried. */
    static Optional<String> objection(PyProject project, Tree sources) throws IOException {
        for (String path : sources.entries().keySet()) {
            if (isConfiguration(path)) {
                String text = new String(new Skeleton(project.folder(), sources).read(path), StandardCharsets.UTF_8);
                Optional<String> word =
                        ELSEWHERE.stream().filter(text::contains).findFirst();
                if (word.isPresent()) {
                    return Optional.of(path + " says " + word.get());
                }
            }
        }
        return Optional.empty();
    }

    /** A project's skeleton; found again where nothing but the content of other files has changed. */
    static Tree of(PyProject project, Tree sources, GivenTrees trees) throws IOException, InterruptedException {
        String kind = KIND + project.name();
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("layout", LAYOUT);
        inputs.put("sources", told(sources).hex());
        Optional<Tree> known = trees.find(kind, inputs);
        return known.isPresent()
                ? known.get()
                : trees.put(
                        kind, inputs, new TreeMap<>(), folder -> new Skeleton(project.folder(), sources).lay(folder));
    }

    /** All that it is made of: names, and the content of files that are read. */
    private static Digest told(Tree sources) {
        StringBuilder text = new StringBuilder();
        sources.entries().forEach((path, entry) -> {
            text.append(entry.letter()).append(path).append('\0');
            if (isRead(path) && entry instanceof Tree.File file) {
                text.append(file.digest().hex());
            }
            text.append('\n');
        });
        return Digest.ofText(text.toString());
    }

    private static boolean isRead(String path) {
        return Place.name(path).equals(MANIFEST)
                || Place.name(path).equals(LOCK)
                || path.equals(PyProject.FILE)
                || isConfiguration(path);
    }

    private static boolean isConfiguration(String path) {
        return CONFIGURATIONS.stream().anyMatch(name -> path.equals(name) || path.endsWith("/" + name));
    }

    private void lay(Path folder) throws IOException {
        for (var item : sources.entries().entrySet()) {
            if (item.getValue() instanceof Tree.File && isRead(item.getKey())) {
                take(item.getKey());
            }
        }
        for (var file : files.entrySet()) {
            Path to = folder.resolve("project").resolve(file.getKey());
            Files.createDirectories(to.getParent());
            Files.write(to, file.getValue());
        }
        foreign.removeAll(own);
        StringBuilder kept = new StringBuilder();
        foreign.forEach(name -> kept.append(name).append('\n'));
        Files.writeString(folder.resolve("kept"), kept);
    }

    private void take(String path) throws IOException {
        byte[] bytes = read(path);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (path.equals(PyProject.FILE)) {
            files.put(path, reduced(Toml.parse(text)).getBytes(StandardCharsets.UTF_8));
            return;
        }
        files.put(path, bytes);
        switch (Place.name(path)) {
            case LOCK -> locked(text);
            case MANIFEST -> {
                TomlParseResult toml = Toml.parse(text);
                // One that nobody can read may be a template, or cargo says what is wrong with it.
                if (!toml.hasErrors()) {
                    new CargoPackage(path.substring(0, path.length() - MANIFEST.length()), toml).targets();
                }
            }
            default -> {}
        }
    }

    private byte[] read(String path) throws IOException {
        byte[] bytes = Files.readAllBytes(root.resolve(path));
        if (sources.at(path) instanceof Tree.File file && !file.digest().equals(Digest.of(bytes))) {
            throw Failure.environment(root.resolve(path) + " was changed while it was read; run again");
        }
        return bytes;
    }

    /** Packages without a source are the project's. */
    private void locked(String text) {
        String name = "";
        boolean hasSource = false;
        for (String line : (text + "\n[end]").lines().toList()) {
            if (line.strip().startsWith("[")) {
                if (!name.isEmpty()) {
                    (hasSource ? foreign : own).add(name);
                }
                name = "";
                hasSource = false;
                continue;
            }
            Matcher matcher = LOCKED.matcher(line);
            if (matcher.matches()) {
                hasSource |= matcher.group(1).equals("source");
                name = matcher.group(1).equals("name") ? matcher.group(2) : name;
            }
        }
    }

    /** What pyproject.toml says of how cargo is called, without what is packed. */
    private static String reduced(TomlTable toml) {
        StringBuilder text = new StringBuilder();
        TomlTable system = toml.getTable("build-system");
        if (system != null) {
            table(text, "build-system", system, name -> true);
        }
        TomlTable project = toml.getTable("project");
        if (project != null) {
            table(text, "project", project, IDENTITY::contains);
            if (project.get(List.of("dynamic")) instanceof TomlArray dynamic
                    && dynamic.toList().contains("version")) {
                text.append("dynamic = [\"version\"]\n");
            }
        }
        TomlTable maturin = toml.getTable(List.of("tool", "maturin"));
        if (maturin != null) {
            table(text, "tool.maturin", maturin, name -> !PACKED.contains(name));
        }
        return text.toString();
    }

    /** Which keys of a table are taken. */
    private interface Choice {
        boolean takes(String key);
    }

    private static void table(StringBuilder text, String name, TomlTable table, Choice choice) {
        text.append('[').append(name).append("]\n");
        for (String key : new TreeSet<>(table.keySet())) {
            if (choice.takes(key)) {
                text.append(quoted(key)).append(" = ");
                value(text, table.get(List.of(key)));
                text.append('\n');
            }
        }
    }

    private static void value(StringBuilder text, @Nullable Object value) {
        switch (value) {
            case String string -> text.append(quoted(string));
            case TomlArray array -> {
                text.append('[');
                for (Object item : array.toList()) {
                    value(text, item);
                    text.append(", ");
                }
                text.append(']');
            }
            case TomlTable table -> {
                text.append("{ ");
                String comma = "";
                for (String key : new TreeSet<>(table.keySet())) {
                    text.append(comma).append(quoted(key)).append(" = ");
                    value(text, table.get(List.of(key)));
                    comma = ", ";
                }
                text.append(" }");
            }
            case null, default -> text.append(value);
        }
    }

    private static String quoted(String text) {
        return "\"" + Toml.tomlEscape(text) + "\"";
    }

    /** One manifest, and the targets that it speaks of. */
    private final class CargoPackage {

        private final String folder;
        private final TomlTable manifest;

        /** @param folder the manifest's, with a slash at its end where it is not the project's */
        CargoPackage(String folder, TomlTable manifest) {
            this.folder = folder;
            this.manifest = manifest;
        }

        void targets() {
            texts(manifest.getTable(List.of("workspace", "package")));
            if (!(manifest.get(List.of("package")) instanceof TomlTable about)) {
                return;
            }
            texts(about);
            if (about.get(List.of("name")) instanceof String name) {
                own.add(name);
            }
            buildScripts(about.get(List.of("build")));
            boolean has = false;
            if (manifest.get(List.of("lib")) instanceof TomlTable library) {
                put(library.get(List.of("path")) instanceof String path ? path : "src/lib.rs", LIBRARY);
                has = true;
            }
            for (String path : sources.entries().tailMap(folder).keySet()) {
                if (!path.startsWith(folder)) {
                    break;
                }
                String inner = path.substring(folder.length());
                if (inner.equals("src/lib.rs")) {
                    put(inner, LIBRARY);
                    has = true;
                } else if (inner.equals("src/main.rs") || inner.matches("src/bin/([^/]+|[^/]+/main)\\.rs")) {
                    put(inner, PROGRAM);
                    has = true;
                }
            }
            has |= listed("bin", "src/bin");
            listed("test", "tests");
            listed("bench", "benches");
            listed("example", "examples");
            if (!has) {
                // A package of tests alone, which are not found without their files.
                put("src/lib.rs", LIBRARY);
            }
        }

        private void buildScripts(@Nullable Object said) {
            switch (said) {
                case String path -> put(path, PROGRAM);
                case TomlArray paths -> {
                    for (Object path : paths.toList()) {
                        put(String.valueOf(path), PROGRAM);
                    }
                }
                case Boolean isThere when !isThere -> {}
                case null, default -> {
                    if (sources.at(folder + "build.rs") != null) {
                        put("build.rs", PROGRAM);
                    }
                }
            }
        }

        /** Targets with a table of their own, which must be there. */
        private boolean listed(String kind, String usual) {
            if (!(manifest.get(List.of(kind)) instanceof TomlArray targets)) {
                return false;
            }
            for (Object item : targets.toList()) {
                if (!(item instanceof TomlTable target)) {
                    continue;
                }
                if (target.get(List.of("path")) instanceof String path) {
                    put(path, PROGRAM);
                } else if (target.get(List.of("name")) instanceof String name) {
                    for (String path : List.of(usual + "/" + name + ".rs", usual + "/" + name + "/main.rs")) {
                        if (sources.at(folder + path) != null) {
                            put(path, PROGRAM);
                        }
                    }
                }
            }
            return true;
        }

        /** Texts that metadata are made of before anything is compiled. */
        private void texts(@Nullable TomlTable about) {
            if (about == null) {
                return;
            }
            for (String key : List.of("readme", "license-file")) {
                if (about.get(List.of(key)) instanceof String path) {
                    put(path, "");
                } else if (about.get(List.of(key)) instanceof Boolean isThere && isThere) {
                    put("README.md", "");
                }
            }
        }

        /** @param path from the manifest's folder; one that leads out of the project is nobody's to make */
        private void put(String path, String text) {
            Path target = Path.of("/" + folder).resolve(path).normalize();
            String inner = target.toString().substring(1);
            if (!path.startsWith("/") && !isRead(inner) && isInside(path)) {
                files.put(inner, text.getBytes(StandardCharsets.UTF_8));
            }
        }

        private boolean isInside(String path) {
            int depth = 0;
            for (String name : (folder + path).split("/")) {
                depth += name.equals("..") ? -1 : name.isEmpty() || name.equals(".") ? 0 : 1;
                if (depth < 0) {
                    return false;
                }
            }
            return depth > 0;
        }
    }
}
