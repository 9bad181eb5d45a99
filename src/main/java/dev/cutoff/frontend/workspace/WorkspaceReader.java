package dev.cutoff.frontend.workspace;

import dev.cutoff.build.Project;
import dev.cutoff.decide.Graph;
import dev.cutoff.frontend.document.Keys;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Unit.Git;
import dev.cutoff.model.Unit.Network;
import dev.cutoff.model.Unit.Options;
import dev.cutoff.model.Unit.SystemEvidence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Reads {@code cutoff.toml} (docs/cutoff-toml.md). Every complaint names file, line and what to do. */
public final class WorkspaceReader {

    public static final String FILE = "cutoff.toml";

    private static final Set<String> OPTION_KEYS = Set.of("policy", "trust", "keep-tree", "network", "git", "system");
    private static final Set<String> UNIT_KEYS = Set.of(
            "source", "needs", "build", "check", "env", "policy", "trust", "keep-tree", "network", "git", "system");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Variables that Cutoff sets and whose change would break what they stand for. */
    private static final Set<String> RESERVED = Set.of("OUT", "DEPS", "JOBS", "HOME", "TMPDIR");

    private final Path root;
    private final Map<Path, Path> real = new HashMap<>();

    /** How messages name the file: from where the user is, if it is beneath. */
    private final String named;

    private WorkspaceReader(Path root) throws IOException {
        this.root = root;
        Path here = Path.of("").toRealPath();
        Path file = root.resolve(FILE);
        this.named = (file.startsWith(here) ? here.relativize(file) : file).toString();
    }

    /**
     * Reads the workspace in a folder.
     *
     * @throws Failure of kind INPUT for whatever is wrong with the file
     */
    public static Project read(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                throw Failure.input(folder + ": no such folder (-C says where the workspace is)");
            }
            return new WorkspaceReader(folder.toRealPath()).read();
        } catch (IOException e) {
            throw Failure.io("reading " + folder.resolve(FILE), e);
        }
    }

    /** The file's text; TOML is UTF-8 (TOML 1.0, "Spec"). */
    private String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(bytes.length + 1);
        if (StandardCharsets.UTF_8.newDecoder().decode(left, text, true).isError()) {
            long line = 1
                    + new String(bytes, 0, left.position(), StandardCharsets.ISO_8859_1)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            throw Failure.input(named + ":" + line + ": a character that is not UTF-8: save the file as UTF-8");
        }
        return text.flip().toString();
    }

    private Project read() throws IOException {
        Path file = root.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw Failure.input(
                    root + " has no " + FILE
                            + ": a workspace is a folder with one (say which with -C DIR; docs/cutoff-toml.md shows how to write it)");
        }
        TomlParseResult toml = Toml.parse(text(file));
        if (toml.hasErrors()) {
            TomlParseError first = toml.errors().get(0);
            throw Failure.input(named + ":" + first.position().line() + ": " + first.getMessage());
        }
        Keys top = new Keys(named, "", toml);
        top.allow(Set.of("cutoff", "unit"));
        Keys defaults = top.table("cutoff");
        defaults.allow(OPTION_KEYS);
        Options options = options(defaults, Options.DEFAULT);
        Keys tables = top.table("unit");
        if (tables.names().isEmpty()) {
            throw Failure.input(named + ": no units: add at least one [unit.NAME] table");
        }
        List<Unit> units = new ArrayList<>();
        for (String name : tables.names()) {
            units.add(unit(name, tables, options));
        }
        return new Project(root, Graph.of(units));
    }

    private Unit unit(String name, Keys tables, Options defaults) throws IOException {
        String origin = tables.at(name);
        if (!NAME.matcher(name).matches()) {
            throw Failure.input(origin + ": '" + name
                    + "' can't be a unit's name: use letters, digits and _ . + -, the first no dot or dash");
        }
        Keys keys = tables.table(name);
        keys.allow(UNIT_KEYS);
        List<String> build = keys.strings("build");
        if (build.isEmpty()) {
            throw Failure.input(origin + ": unit " + name + " has no build lines: add build = [\"...\"]");
        }
        List<String> needs = List.copyOf(new LinkedHashSet<>(keys.strings("needs")));
        Options options = options(keys, defaults);
        String source = source(name, keys);
        if (options.git() == Git.DESCRIBE && source.isEmpty()) {
            throw Failure.input(origin + ": unit " + name + " has git = \"describe\" and no source to describe");
        }
        return new Unit(name, source, origin, needs, build, keys.strings("check"), environment(keys), options);
    }

    private String source(String name, Keys keys) throws IOException {
        String text = keys.string("source", "");
        if (text.isEmpty()) {
            return "";
        }
        Path folder = root.resolve(text).normalize();
        String at = keys.at("source");
        if (!folder.startsWith(root)) {
            throw Failure.input(at + ": the source of unit " + name + ", '" + text
                    + "', lies outside of the workspace: move it in, or make a workspace that holds both");
        }
        if (!Files.isDirectory(folder)) {
            throw Failure.input(at + ": the source of unit " + name + ", '" + text + "', is no folder here");
        }
        Path real = real(folder);
        if (!real.startsWith(root)) {
            throw Failure.input(at + ": the source of unit " + name + ", '" + text + "', is a link that leads to "
                    + real + ", outside of the workspace");
        }
        return real.toString();
    }

    /** The folder without links; the folders on the way, which sources have in common, are looked at once. */
    private Path real(Path folder) throws IOException {
        Path above = folder.getParent();
        if (folder.equals(root) || above == null) {
            return folder;
        }
        Path known = real.get(above);
        if (known == null) {
            known = real(above);
            real.put(above, known);
        }
        Path path = known.resolve(folder.getFileName());
        return Files.isSymbolicLink(path) ? path.toRealPath() : path;
    }

    private SortedMap<String, String> environment(Keys unit) {
        Keys keys = unit.table("env");
        SortedMap<String, String> environment = new TreeMap<>();
        for (String variable : keys.names()) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw Failure.input(keys.at(variable) + ": '" + variable + "' can't be the name of a variable");
            }
            if (RESERVED.contains(variable)) {
                throw Failure.input(keys.at(variable) + ": " + variable + " is set by Cutoff and can't be declared");
            }
            String value = keys.string(variable, "");
            if (value.indexOf('\0') >= 0) {
                throw Failure.input(keys.at(variable) + ": a variable's value can't hold a zero byte");
            }
            environment.put(variable, value);
        }
        return environment;
    }

    private static Options options(Keys keys, Options defaults) {
        Policy policy = keys.has("policy")
                ? Policy.of(keys.string("policy", ""))
                        .orElseThrow(() -> keys.choice("policy", List.of("strict", "identical", "compatible")))
                : defaults.policy();
        Trust trust = keys.has("trust")
                ? Trust.of(keys.string("trust", ""))
                        .orElseThrow(() -> keys.choice("trust", List.of("clean", "incremental")))
                : defaults.trust();
        return new Options(
                policy,
                trust,
                keys.flag("keep-tree", defaults.keepTree()),
                network(keys, defaults.network()),
                keys.has("git")
                        ? keys.oneOf("git", Map.of("none", Git.NONE, "describe", Git.DESCRIBE))
                        : defaults.git(),
                keys.has("system") ? keys.oneOf("system", systems()) : defaults.system());
    }

    private static Map<String, SystemEvidence> systems() {
        Map<String, SystemEvidence> systems = new TreeMap<>();
        for (SystemEvidence evidence : SystemEvidence.values()) {
            systems.put(evidence.name().toLowerCase(Locale.ROOT), evidence);
        }
        return systems;
    }

    /** {@code true}, {@code false}, or {@code "pinned"}. */
    private static Network network(Keys keys, Network otherwise) {
        if (!keys.has("network")) {
            return otherwise;
        }
        if (keys.isFlag("network")) {
            return keys.flag("network", false) ? Network.OPEN : Network.NONE;
        }
        if (!keys.is("network", "pinned")) {
            throw keys.wrong("network", "true, false or \"pinned\"");
        }
        return Network.PINNED;
    }
}
