package dev.cutoff.frontend.fromager;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * The code of override plugins: entry points of the group {@code fromager.project_overrides} that are installed in given
 * folders, or declared by a source tree there. Of each the source files count, with what they import of their own top-level
 * package; all of that where a file has a word by which modules or files are named at run time.
 */
final class Overrides {

    private static final String GROUP = "fromager.project_overrides";

    private static final Pattern IMPORT = Pattern.compile(
            "^[ \\t]*(?:import[ \\t]+(?<names>[\\w., \\t]+)|from[ \\t]+(?<from>[.\\w]+)[ \\t]+import[ \\t]+(?<parts>\\([^)]*\\)|[^\\n]*))",
            Pattern.MULTILINE);

    /** With one of these words a file may use any other file of its package. */
    private static final Pattern DYNAMIC = Pattern.compile(
            "\\b(?:importlib|__import__|__file__|__path__|exec|eval|compile|open|runpy|pkgutil|pkg_resources|getattr|Path|glob|listdir|walk|files)\\b");

    /** An override: the folder that its top-level package is in, and the module's name. */
    private record Module(Path root, String name) {}

    private final Map<String, List<Module>> modules = new HashMap<>();
    private final Map<String, SortedMap<String, String>> known = new ConcurrentHashMap<>();

    /** @throws Failure of kind INPUT where an entry point can't be read, or its module has no source in these folders */
    Overrides(List<Path> folders) {
        folders.forEach(this::look);
    }

    private void look(Path folder) {
        for (Path entry : Folders.in(folder)) {
            String name = String.valueOf(entry.getFileName());
            if (name.endsWith(".dist-info") || name.endsWith(".egg-info")) {
                Path points = entry.resolve("entry_points.txt");
                if (Files.isRegularFile(points)) {
                    installed(folder, points);
                }
            }
        }
        Path project = folder.resolve("pyproject.toml");
        if (Files.isRegularFile(project)) {
            declared(folder, project);
        }
    }

    private void installed(Path folder, Path points) {
        boolean ours = false;
        for (String line : new String(Folders.bytes(points), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            String text = line.strip();
            if (text.startsWith("[")) {
                ours = text.equals("[" + GROUP + "]");
            } else if (ours && text.contains("=") && !text.startsWith("#") && !text.startsWith(";")) {
                add(
                        text.substring(0, text.indexOf('=')).strip(),
                        text.substring(text.indexOf('=') + 1),
                        folder,
                        points);
            }
        }
    }

    private void declared(Path folder, Path project) {
        TomlParseResult toml = Toml.parse(new String(Folders.bytes(project), StandardCharsets.UTF_8));
        if (toml.hasErrors()) {
            var error = toml.errors().getFirst();
            throw Failure.input(project + ": line " + error.position().line() + ": " + error.getMessage());
        }
        TomlTable points = toml.getTable(List.of("project", "entry-points", GROUP));
        if (points != null) {
            for (String key : points.keySet()) {
                if (points.get(List.of(key)) instanceof String module) {
                    add(key, module, folder, project);
                }
            }
        }
    }

    private void add(String name, String value, Path folder, Path where) {
        // Behind a colon stands a name in the module, behind a bracket extras.
        String module = value.split("[:\\[]", 2)[0].strip();
        Path root = root(folder, module)
                .orElseThrow(() -> Failure.input(where + ": the override of " + name + " is the module " + module
                        + ", which has no source in " + folder + "; give --plugins the folder that has it too"));
        modules.computeIfAbsent(name, n -> new ArrayList<>()).add(new Module(root, module));
    }

    /** Where the module's top-level package lies: the folder itself, {@code src} in it, or what a .pth file there names. */
    private static Optional<Path> root(Path folder, String module) {
        List<Path> roots = new ArrayList<>(List.of(folder, folder.resolve("src")));
        for (Path pth : Folders.filesIn(folder, ".pth")) {
            new String(Folders.bytes(pth), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("import"))
                    .forEach(line -> roots.add(folder.resolve(line)));
        }
        return roots.stream().filter(root -> source(root, module).isPresent()).findFirst();
    }

    private static Optional<Path> source(Path root, String module) {
        Path path = root.resolve(module.replace('.', '/'));
        for (Path file : List.of(path.resolve("__init__.py"), path.resolveSibling(path.getFileName() + ".py"))) {
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /**
     * The code that overrides a package's build: {@code override abihook/bottleneck.py} to its digest; none where nothing does.
     *
     * @param name canonical
     */
    SortedMap<String, String> inputs(String name) {
        return known.computeIfAbsent(name.replace('-', '_'), key -> {
            SortedMap<String, String> inputs = new TreeMap<>();
            for (Module module : modules.getOrDefault(key, List.of())) {
                files(module)
                        .forEach((path, file) -> inputs.merge(
                                "override " + path,
                                Digest.of(Folders.bytes(file)).hex(),
                                (a, b) -> a + " " + b));
            }
            return inputs;
        });
    }

    private static Map<String, Path> files(Module module) {
        Map<String, Path> files = new LinkedHashMap<>();
        Deque<String> queue = new ArrayDeque<>(List.of(module.name()));
        Set<String> seen = new LinkedHashSet<>();
        String top = module.name().split("\\.", 2)[0];
        while (!queue.isEmpty()) {
            String name = queue.remove();
            if (!seen.add(name) || !(name.equals(top) || name.startsWith(top + "."))) {
                continue;
            }
            if (name.contains(".")) {
                // The packages that a module is in are run before it.
                queue.add(name.substring(0, name.lastIndexOf('.')));
            }
            Optional<Path> source = source(module.root(), name);
            if (source.isEmpty()) {
                continue;
            }
            files.put(module.root().relativize(source.get()).toString(), source.get());
            String text = new String(Folders.bytes(source.get()), StandardCharsets.UTF_8);
            if (DYNAMIC.matcher(text).find()) {
                return all(module.root(), top);
            }
            boolean isPackage = source.get().endsWith("__init__.py");
            imported(text, name, isPackage).forEach(queue::add);
        }
        return files;
    }

    /** Names that may be modules, of what a file imports. */
    private static List<String> imported(String text, String module, boolean isPackage) {
        List<String> names = new ArrayList<>();
        Matcher matcher = IMPORT.matcher(text);
        while (matcher.find()) {
            if (matcher.group("names") != null) {
                for (String name : matcher.group("names").split(",")) {
                    names.add(name.strip().split("\\s", 2)[0]);
                }
                continue;
            }
            String from = absolute(matcher.group("from"), module, isPackage);
            names.add(from);
            for (String part :
                    matcher.group("parts").replaceAll("[()\\\\]", " ").split(",")) {
                String name = part.strip().split("[\\s#]", 2)[0];
                if (!name.isEmpty()) {
                    names.add(from + "." + name);
                }
            }
        }
        return names;
    }

    private static String absolute(String from, String module, boolean isPackage) {
        int dots = 0;
        while (dots < from.length() && from.charAt(dots) == '.') {
            dots++;
        }
        if (dots == 0) {
            return from;
        }
        String base = isPackage ? module + ".x" : module;
        for (int i = 0; i < dots && base.contains("."); i++) {
            base = base.substring(0, base.lastIndexOf('.'));
        }
        String rest = from.substring(dots);
        return rest.isEmpty() ? base : base + "." + rest;
    }

    private static Map<String, Path> all(Path root, String top) {
        Map<String, Path> files = new LinkedHashMap<>();
        Path folder = root.resolve(top);
        if (Files.isDirectory(folder)) {
            for (Path file : Folders.filesBeneath(folder)) {
                if (!file.toString().contains("__pycache__")) {
                    files.put(root.relativize(file).toString(), file);
                }
            }
        } else {
            source(root, top).ifPresent(file -> files.put(root.relativize(file).toString(), file));
        }
        return files;
    }
}
