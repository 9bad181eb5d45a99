package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of fromager for one variant: the global file, and a file a package, which is read when it is first asked for.
 */
final class Settings {

    /** They tell how many jobs a build runs, when and beside what: not what it does. */
    private static final Set<String> OF_SCHEDULING = Set.of(
            "build_options.cpu_cores_per_job",
            "build_options.memory_per_job_gb",
            "build_options.build_ext_parallel",
            "build_options.exclusive_build");

    /** They tell which version is chosen, and the graph has it. */
    private static final Set<String> OF_RESOLUTION = Set.of(
            "resolver_dist.include_sdists",
            "resolver_dist.include_wheels",
            "resolver_dist.ignore_platform",
            "resolver_dist.use_pypi_org_metadata",
            "resolver_dist.min_release_age");

    /** Keys of old releases, which fromager ignores. */
    private static final Set<String> IGNORED = Set.of("pre_built", "packages");

    private final String variant;
    private final Map<String, Path> files = new HashMap<>();
    private final Map<String, Optional<YamlFile>> read = new ConcurrentHashMap<>();
    private final Map<String, Optional<String>> preBuilt = new ConcurrentHashMap<>();
    private final @Nullable YamlFile global;
    private final SortedMap<String, String> globalInputs = new TreeMap<>();

    /** @throws Failure of kind INPUT for a broken global file, or a file whose name is no package's */
    Settings(Places places, String variant) {
        this.variant = variant;
        for (Path file : Folders.in(places.settings())) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".yaml")) {
                String stem = name.substring(0, name.length() - ".yaml".length());
                if (!PackageName.isValid(stem)) {
                    throw Failure.input(file + ": '" + stem + "' is no name of a package");
                }
                // Of two spellings of one name fromager too takes the last.
                files.put(PackageName.canonical(stem), file);
            }
        }
        global = places.settingsFile() == null ? null : YamlFile.read(places.settingsFile());
        if (global != null) {
            global.value().entries().forEach((key, value) -> {
                if (!key.equals("changelog") && !IGNORED.contains(key)) {
                    leaves(key, value, (path, leaf) -> globalInputs.put("global setting " + path, leaf.canonical()));
                }
            });
        }
    }

    String variant() {
        return variant;
    }

    /** The file of a package's settings; empty where it has none. */
    Optional<YamlFile> file(String name) {
        return read.computeIfAbsent(
                name, key -> Optional.ofNullable(files.get(key)).map(YamlFile::read));
    }

    private static Optional<YamlValue.Mapping> mapping(YamlFile file, YamlValue.Mapping in, String key) {
        YamlValue value = in.entries().get(key);
        return switch (value) {
            case null -> Optional.empty();
            case YamlValue.None _ -> Optional.empty();
            case YamlValue.Mapping mapping -> Optional.of(mapping);
            default -> throw file.wrong(value.line(), key + " is no mapping");
        };
    }

    private Optional<YamlValue.Mapping> variantOf(YamlFile file) {
        return mapping(file, file.value(), "variants").flatMap(variants -> mapping(file, variants, variant));
    }

    /** Where a package is declared to be pre-built for the variant; empty where it is not. */
    Optional<String> preBuilt(String name) {
        return preBuilt.computeIfAbsent(name, this::findPreBuilt);
    }

    private Optional<String> findPreBuilt(String name) {
        return file(name)
                .flatMap(file -> variantOf(file)
                        .map(settings -> settings.entries().get("pre_built"))
                        .filter(value -> isTrue(file, value))
                        .map(value -> file.file().getFileName() + ":" + value.line()));
    }

    /** As pydantic reads a bool, as far as YAML writes one. */
    private static boolean isTrue(YamlFile file, YamlValue value) {
        return switch (value) {
            case YamlValue.Flag flag -> flag.flag();
            case YamlValue.Number number when number.text().equals("1") -> true;
            case YamlValue.Number number when number.text().equals("0") -> false;
            case YamlValue.Text text
            when Set.of("true", "yes", "on", "1", "t", "y").contains(text.text().toLowerCase(java.util.Locale.ROOT)) ->
                true;
            case YamlValue.Text text
            when Set.of("false", "no", "off", "0", "f", "n")
                    .contains(text.text().toLowerCase(java.util.Locale.ROOT)) -> false;
            default -> throw file.wrong(value.line(), "pre_built is neither true nor false");
        };
    }

    /** How many entries the changelogs have for a version: what fromager makes the number of its build tag of. */
    record Changelogs(int global, int own) {
        int buildNumber() {
            return global + own;
        }
    }

    Changelogs changelogs(String name, Version version) {
        int of = global == null || !(global.value().entries().get("changelog") instanceof YamlValue.Mapping changelog)
                ? 0
                : entries(global, changelog.entries().get(variant));
        int own = file(name).map(file -> ownEntries(file, version)).orElse(0);
        return new Changelogs(of, own);
    }

    /** How many entries a package's own changelog has for a version. */
    static int ownEntries(YamlFile file, Version version) {
        return mapping(file, file.value(), "changelog")
                .flatMap(changelog -> versionKey(file, changelog, version)
                        .map(key -> changelog.entries().get(key)))
                .map(value -> entries(file, value))
                .orElse(0);
    }

    /** The key of a changelog that means a version: 1.0 and 1.0.0 are one, and local versions do not count. */
    static Optional<String> versionKey(YamlFile file, YamlValue.Mapping changelog, Version version) {
        String found = null;
        for (var entry : changelog.entries().entrySet()) {
            Version key = Version.parse(entry.getKey())
                    .orElseThrow(() -> file.wrong(
                            entry.getValue().line(), "changelog: '" + entry.getKey() + "' is no version (PEP 440)"));
            if (key.isSameAs(version.publicVersion())) {
                // Of two spellings the last one counts, as in Python's dict.
                found = entry.getKey();
            }
        }
        return Optional.ofNullable(found);
    }

    private static int entries(YamlFile file, @Nullable YamlValue value) {
        return switch (value) {
            case null -> 0;
            case YamlValue.Sequence sequence -> sequence.items().size();
            default -> throw file.wrong(value.line(), "a changelog's entries are no list");
        };
    }

    /**
     * What of the settings reaches a package's build, but for its environment and changelog: each leaf by its path, as {@code
     * setting config_settings.setup-args}; of the global ones too.
     */
    SortedMap<String, String> inputs(String name) {
        SortedMap<String, String> inputs = new TreeMap<>(globalInputs);
        file(name).ifPresent(file -> {
            file.value().entries().forEach((key, value) -> {
                if (!Set.of("changelog", "env", "variants").contains(key)) {
                    leaves(key, value, (path, leaf) -> put(inputs, path, leaf));
                }
            });
            variantOf(file)
                    .ifPresent(settings -> settings.entries().forEach((key, value) -> {
                        if (!Set.of("env", "pre_built").contains(key)) {
                            leaves("variants." + variant + "." + key, value, (path, leaf) -> put(inputs, path, leaf));
                        }
                    }));
        });
        return inputs;
    }

    private static void put(SortedMap<String, String> inputs, String path, YamlValue leaf) {
        if (!OF_SCHEDULING.contains(path) && !OF_RESOLUTION.contains(path)) {
            inputs.put("setting " + path, leaf instanceof YamlValue.Text text ? text.text() : leaf.canonical());
        }
    }

    private interface Leaf {
        void take(String path, YamlValue leaf);
    }

    private static void leaves(String path, YamlValue value, Leaf leaf) {
        switch (value) {
            // A key without a value is like none.
            case YamlValue.None _ -> {}
            case YamlValue.Mapping mapping ->
                mapping.entries().forEach((key, inner) -> leaves(path + "." + key, inner, leaf));
            default -> leaf.take(path, value);
        }
    }

    /**
     * The environment that the settings declare, as templates: the package's, then the variant's, in their order; a name can
     * come twice.
     */
    List<Map.Entry<String, String>> environment(String name) {
        List<Map.Entry<String, String>> environment = new java.util.ArrayList<>();
        file(name).ifPresent(file -> {
            mapping(file, file.value(), "env").ifPresent(env -> environment.addAll(variables(file, env)));
            variantOf(file)
                    .flatMap(settings -> mapping(file, settings, "env"))
                    .ifPresent(env -> environment.addAll(variables(file, env)));
        });
        return environment;
    }

    private static List<Map.Entry<String, String>> variables(YamlFile file, YamlValue.Mapping env) {
        Map<String, String> variables = new LinkedHashMap<>();
        env.entries()
                .forEach((key, value) -> variables.put(
                        key,
                        switch (value) {
                            case YamlValue.Text text -> text.text().strip();
                            case YamlValue.Number number -> number.text();
                            case YamlValue.Flag flag -> flag.flag() ? "1" : "0";
                            default -> throw file.wrong(value.line(), "env: the value of " + key + " is no text");
                        }));
        return List.copyOf(variables.entrySet());
    }
}
