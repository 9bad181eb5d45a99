package dev.cutoff.frontend.pep517;

import dev.cutoff.build.Project;
import dev.cutoff.decide.Graph;
import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.GivenTrees;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Hooks of build backends as units: the recipe is a line that runs the hook, the environment a need whose artifact is given.
 * So what a hook reads of its environment is judged by facts, as for any need.
 */
public final class HookUnits {

    /** The unit that stands for the program that runs hooks. */
    private static final String RUNNER = Place.dependencyOf(Place.DRIVER);

    private static final String FILE = "hook.py";

    /** The program that compiles what a project depends on. */
    private static final String COMPILER = "crates.py";

    /** The unit that stands for what it made. */
    private static final String COMPILED = "_compiled";

    /** Where cargo works, in each build: what it makes names this place. */
    private static final String CARGO_FOLDER = Place.HOME + "/target";

    /** The folder of what was compiled; where there is none, {@link #WHY}. */
    private static final String TARGET = "target";

    /** The file that says why nothing was. */
    public static final String WHY = "why";

    /** The same program where it may be taken for a driver. */
    private static final String DRIVER = Place.name(Place.DRIVER);

    private final PyProject project;
    private final Map<String, List<String>> settings;
    private final SortedMap<String, String> variables;
    private final Unit.Network network;
    private final Path home;
    private final Memory memory;
    private final Optional<Crates> crates;

    /**
     * Hooks of a project.
     *
     * @param settings for the backend ({@code config_settings})
     * @param variables that reach the hooks
     * @param home the folder that Cutoff's own stands in
     * @param memory told of what the graphs rest on
     * @param crates that hooks see
     */
    public HookUnits(
            PyProject project,
            Map<String, List<String>> settings,
            SortedMap<String, String> variables,
            Unit.Network network,
            Path home,
            Memory memory,
            Optional<Crates> crates) {
        this.project = project;
        this.settings = Backends.settings(project, settings);
        this.variables = Backends.variables(project, settings, variables);
        this.network = network;
        this.home = home;
        this.memory = memory;
        this.crates = crates;
    }

    /** The name of the unit whose artifact is the wheel. */
    public String wheel() {
        return project.name();
    }

    /** The name of the unit that asks what else the build requires. */
    public String requires() {
        return requires(project.name());
    }

    /** The same of a project by its name. */
    public static String requires(String project) {
        return project + "+requires";
    }

    /** The name of the unit whose artifact is what cargo makes of the crates that a project depends on. */
    public static String crates(String project) {
        return project + "+crates";
    }

    /** Whether there is such a unit. */
    public boolean compilesCrates() {
        return crates.isPresent() && Backends.hasCargoFolder(project, variables);
    }

    /** Whether the wheel's hook starts programs that only strace sees. */
    public boolean startsStatic() {
        return Backends.isStatic(project);
    }

    /**
     * Writes the program that runs hooks into a folder, with what it tells backends.
     *
     * @param version see {@link GitVersion}
     */
    public static void runnerInto(Path folder, Optional<String> version) throws IOException {
        runnerInto(folder);
        if (version.isPresent()) {
            Files.writeString(folder.resolve(GitVersion.FILE), version.get());
        }
    }

    /** Writes the program that runs hooks into a folder. */
    public static void runnerInto(Path folder) throws IOException {
        for (String name : List.of(FILE, COMPILER)) {
            try (InputStream in = HookUnits.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw Failure.bug(name + " is missing from the program");
                }
                Files.copy(in, folder.resolve(name));
            }
        }
        Files.copy(folder.resolve(FILE), folder.resolve(DRIVER));
    }

    /**
     * The graph of one hook.
     *
     * @param runner the tree of {@link #runnerInto}
     */
    public Project askingRequires(Tree environment, Tree runner) {
        SortedMap<String, Tree> given = given(environment, runner);
        return graph(unit(requires(), "get_requires_for_build_wheel", given, ""), given);
    }

    /** The sources that hooks see. */
    public Tree sources(GivenTrees trees) throws IOException {
        return trees.sources(unit(wheel(), "build_wheel", Map.of(), ""), LeftOvers.in(project.folder(), memory));
    }

    /**
     * Why what the project depends on can't be compiled by itself, in words; empty where that may be tried.
     *
     * @param sources see {@link #sources}
     */
    public Optional<String> objection(Tree sources) throws IOException {
        return Skeleton.objection(project, sources);
    }

    /**
     * The graph of what cargo makes of the crates that the project depends on: without the project's code, so that no edit of that
     * changes anything of it.
     *
     * @param sources see {@link #sources}
     */
    public Project compilingCrates(Tree environment, Tree runner, Tree sources, GivenTrees trees)
            throws IOException, InterruptedException {
        SortedMap<String, Tree> given = given(environment, runner);
        given.put(Skeleton.NEED, Skeleton.of(project, sources, trees));
        String line = python(COMPILER) + quotedCall("build_wheel") + " $DEPS/" + Skeleton.NEED + " " + CARGO_FOLDER;
        return graph(unit(crates(project.name()), "", line, given.keySet(), false), given);
    }

    /** Whether what was compiled is there, and not only why it is not. */
    public static boolean isCompiled(Tree artifact) {
        return artifact.at(TARGET) != null;
    }

    /**
     * The graph of the wheel.
     *
     * @param compiled what was made of {@link #compilingCrates}
     */
    public Project buildingWheel(Tree environment, Tree runner, Optional<Tree> compiled) {
        SortedMap<String, Tree> given = given(environment, runner);
        compiled.ifPresent(tree -> given.put(COMPILED, tree));
        String more = compiled.isPresent() ? " " + Place.artifact(COMPILED) + "/" + TARGET + " " + CARGO_FOLDER : "";
        return graph(unit(wheel(), "build_wheel", given, more), given);
    }

    private SortedMap<String, Tree> given(Tree environment, Tree runner) {
        SortedMap<String, Tree> given = new TreeMap<>();
        given.put(Environments.NEED, environment);
        given.put(RUNNER, runner);
        crates.ifPresent(c -> given.put(Crates.NEED, c.tree()));
        return given;
    }

    private Project graph(Unit unit, SortedMap<String, Tree> given) {
        List<Unit> units = new ArrayList<>();
        given.keySet().forEach(name -> units.add(bare(name)));
        units.add(unit);
        try {
            return new Project(project.folder(), Graph.of(units), given, home, LeftOvers.in(project.folder(), memory));
        } catch (IOException e) {
            throw Failure.io("reading " + project.folder(), e);
        }
    }

    private static Unit bare(String name) {
        return new Unit(
                name, "", PyProject.FILE, List.of(), List.of(), List.of(), new TreeMap<>(), Unit.Options.DEFAULT);
    }

    /** @param more arguments of the program that runs the hook, with a space before each */
    private Unit unit(String name, String hook, Map<String, Tree> needs, String more) {
        boolean drives = Backends.isDriver(project, hook);
        String line = python(drives ? DRIVER : FILE) + quotedCall(hook) + more;
        // What is no driver makes all anew whenever it runs; but compilers that it starts may find what they had made.
        return unit(name, project.folder().toString(), line, needs.keySet(), hook.equals("build_wheel"));
    }

    private Unit unit(String name, String source, String line, Set<String> needs, boolean keepsTree) {
        SortedMap<String, String> environment = new TreeMap<>(variables);
        environment.put(
                "PATH",
                "$DEPS/" + Environments.NEED + "/bin:"
                        + crates.map(c -> c.programs() + ":").orElse("") + "$PATH");
        crates.ifPresent(c -> environment.putAll(c.variables()));
        // The environment is read-only: what Python would write there fails each time.
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        return new Unit(
                name,
                source,
                PyProject.FILE,
                List.copyOf(needs),
                List.of(line),
                List.of(),
                environment,
                new Unit.Options(
                        Policy.IDENTICAL,
                        Trust.INCREMENTAL,
                        keepsTree,
                        network,
                        Unit.Git.NONE,
                        Unit.SystemEvidence.CONTENT));
    }

    private static String python(String program) {
        return "$DEPS/" + Environments.NEED + "/bin/python $DEPS/" + RUNNER + "/" + program + " ";
    }

    private String quotedCall(String hook) {
        return quoted(call(hook, project, settings, "@OUT@")).replace("@OUT@", "'\"$OUT\"'");
    }

    static String call(String hook, PyProject project, Map<String, List<String>> settings, String out) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("hook", hook);
            json.writeStringProperty("backend", project.backend());
            json.writeArrayPropertyStart("path");
            project.backendPath().forEach(json::writeString);
            json.writeEndArray();
            json.writeStringProperty("out", out);
            json.writeObjectPropertyStart("settings");
            settings.forEach((name, values) -> {
                if (values.size() == 1) {
                    json.writeStringProperty(name, values.getFirst());
                } else {
                    json.writeArrayPropertyStart(name);
                    values.forEach(json::writeString);
                    json.writeEndArray();
                }
            });
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
