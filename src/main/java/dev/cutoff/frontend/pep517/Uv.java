package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.frontend.python.PackageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * uv as a resolver in pip's place: it is told what pip is configured to, and asked only where that is something that it can be told.
 * What it does not answer so that pip would find the same archives, pip is asked.
 *
 * @param variables that it runs with
 * @param options what pip is configured to
 * @param identity digest of the program
 */
record Uv(Path program, Interpreter interpreter, Map<String, String> variables, List<String> options, String identity) {

    /** Options of pip's that uv has, too, by pip's name in variables; "" where it needs none. */
    private static final Map<String, String> OPTIONS = Map.of(
            "INDEX_URL", "--index-url",
            "EXTRA_INDEX_URL", "--extra-index-url",
            "FIND_LINKS", "--find-links");

    /** What has no say in what is found. */
    private static final Set<String> SILENT = Set.of(
            "DEFAULT_TIMEOUT",
            "TIMEOUT",
            "RETRIES",
            "DISABLE_PIP_VERSION_CHECK",
            "CACHE_DIR",
            "CERT",
            "LOG",
            "QUIET",
            "VERBOSE",
            "NO_INPUT",
            "PROGRESS_BAR",
            "NO_COLOR",
            "ROOT_USER_ACTION",
            "BREAK_SYSTEM_PACKAGES",
            "REQUIRE_VIRTUALENV",
            "CONFIG_FILE");

    /** Variables of uv's own that reach it; those that say where it looks are its user's, and pip does not know them. */
    private static final Set<String> OWN =
            Set.of("UV_CACHE_DIR", "UV_NO_CACHE", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_HTTP_TIMEOUT");

    /**
     * The uv in PATH; empty where there is none, or where pip is configured to what it can't be told.
     *
     * @param variables the user's
     */
    static Optional<Uv> find(
            Interpreter interpreter, IndexSettings settings, Map<String, String> variables, Memory memory)
            throws IOException {
        Optional<Path> program = Commands.find("uv", variables, memory);
        Optional<List<String>> options = options(settings, variables, interpreter.prefix());
        if (program.isEmpty() || options.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> own = new TreeMap<>(variables);
        own.keySet().removeIf(name -> name.startsWith("UV_") && !OWN.contains(name));
        String certificates = variables.getOrDefault("PIP_CERT", "");
        if (!certificates.isEmpty()) {
            own.putIfAbsent("SSL_CERT_FILE", certificates);
        }
        String identity = memory.digest(program.get().toRealPath()).hex();
        return Optional.of(new Uv(program.get(), interpreter, own, options.get(), identity));
    }

    private static Optional<List<String>> options(IndexSettings settings, Map<String, String> variables, Path prefix)
            throws IOException {
        List<String> options = new ArrayList<>();
        for (String option : settings.options()) {
            options.addAll(option.equals("--pre") ? List.of("--prerelease", "allow") : List.of(option));
        }
        options.addAll(settings.constraintOptions());
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (!variable.getKey().startsWith("PIP_") || variable.getValue().isEmpty()) {
                continue;
            }
            String name = variable.getKey().substring("PIP_".length());
            String option = OPTIONS.get(name);
            if (option != null) {
                for (String value : variable.getValue().strip().split("\\s+")) {
                    options.addAll(List.of(option, value));
                }
            } else if (name.equals("NO_INDEX")) {
                options.add("--no-index");
            } else if (!SILENT.contains(name)) {
                return Optional.empty();
            }
        }
        for (Path file : IndexSettings.files(variables, prefix)) {
            if (Files.isRegularFile(file) && !isSilent(file)) {
                return Optional.empty();
            }
        }
        return Optional.of(options);
    }

    /** Whether a configuration file of pip's has no say in what is found. */
    private static boolean isSilent(Path file) throws IOException {
        return Files.readString(file)
                .lines()
                .map(String::strip)
                .filter(line ->
                        !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";") && !line.startsWith("["))
                .allMatch(line -> SILENT.contains(
                        line.split("[=:]", 2)[0].strip().replace('-', '_').toUpperCase(Locale.ROOT)));
    }

    /** What resolves: another uv may resolve otherwise. */
    String describe() {
        return "uv " + identity;
    }

    /**
     * Resolves requirements; empty where uv can't, or does not say of each distribution which archive an installer would take.
     *
     * @param folder an empty one to work in
     */
    Optional<Lock> resolve(List<String> requirements, Path folder) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("requirements.in"), requirements);
        Path lock = folder.resolve("pylock.toml");
        List<String> command = new ArrayList<>(List.of(program.toString(), "pip", "compile", "-q", "--no-config"));
        command.addAll(List.of("--format", "pylock.toml", "-o", lock.toString()));
        // As pip does: the best of all indexes.
        command.addAll(List.of("--index-strategy", "unsafe-best-match"));
        command.addAll(List.of("--python", interpreter.command().toString()));
        command.addAll(options);
        command.add(file.toString());
        Commands.Result result = new Commands(variables).run(command);
        return result.code() == 0 && Files.isRegularFile(lock) ? read(Files.readString(lock)) : Optional.empty();
    }

    /** Reads a lock of PEP 751, in which uv lists the wheels that fit the interpreter. */
    static Optional<Lock> read(String text) {
        TomlParseResult toml = Toml.parse(text);
        TomlArray packages = toml.getArray("packages");
        if (toml.hasErrors() || packages == null) {
            return Optional.empty();
        }
        List<Lock.Pin> pins = new ArrayList<>();
        for (int i = 0; i < packages.size(); i++) {
            TomlTable item = packages.getTable(i);
            TomlTable archive = archive(item);
            String name = item.getString("name");
            String version = item.getString("version");
            String hash = archive == null ? null : archive.getString("hashes.sha256");
            String file = archive == null ? null : file(archive);
            if (name == null || version == null || hash == null || file == null) {
                return Optional.empty();
            }
            pins.add(new Lock.Pin(PackageName.canonical(name), version, file, hash, ""));
        }
        return Optional.of(new Lock(pins));
    }

    /** Of several wheels that fit it is pip's business which is the best. */
    private static @Nullable TomlTable archive(TomlTable item) {
        TomlArray wheels = item.getArray("wheels");
        if (wheels == null || wheels.isEmpty()) {
            return item.getTable("sdist");
        }
        return wheels.size() == 1 ? wheels.getTable(0) : null;
    }

    private static @Nullable String file(TomlTable archive) {
        String from = archive.getString("url") != null ? archive.getString("url") : archive.getString("path");
        String said = archive.getString("name");
        String file = said != null ? said : from;
        return file == null ? null : Lock.Pin.fileAt(file).replace("%2B", "+");
    }
}
