package dev.cutoff.cli;

import dev.cutoff.build.Engine;
import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.Project;
import dev.cutoff.build.Session;
import dev.cutoff.build.Watch;
import dev.cutoff.build.Workspace;
import dev.cutoff.frontend.document.Json;
import dev.cutoff.frontend.pep517.Crates;
import dev.cutoff.frontend.pep517.Environments;
import dev.cutoff.frontend.pep517.GitVersion;
import dev.cutoff.frontend.pep517.HookUnits;
import dev.cutoff.frontend.pep517.Interpreter;
import dev.cutoff.frontend.pep517.Interpreters;
import dev.cutoff.frontend.pep517.PyProject;
import dev.cutoff.frontend.pep517.Resolver;
import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Action;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import dev.cutoff.report.Interruption;
import dev.cutoff.report.Recorder;
import dev.cutoff.stage.GivenTrees;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From a Python project to its wheel: requirements, environment, hooks, each only where something is not known. */
final class WheelRun {

    private final Store store;
    private final ProjectOptions options;
    private final PythonOptions python;
    private final Progress view;
    private final PrintStream people;
    private final WheelCheck check;
    private final Memory memory;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private int code;

    /** What is to be said of dependencies that are compiled with the project, when it is built. */
    private Optional<String> apart = Optional.empty();

    /** @param check begun before the store was opened */
    WheelRun(
            Store store,
            ProjectOptions options,
            PythonOptions python,
            WheelCheck check,
            Progress view,
            PrintStream people) {
        this.check = check;
        this.memory = check.memory(store);
        this.store = store;
        this.options = options;
        this.python = python;
        this.view = view;
        this.people = people;
    }

    /** What came of each unit, the hook that asks for requirements among them. */
    List<Outcome> outcomes() {
        return outcomes;
    }

    /** The exit code of the engine. */
    int code() {
        return code;
    }

    /**
     * What became of a project.
     *
     * @param wheel in the project's folder in the store, where it stays until the next one
     */
    record Built(PyProject project, Interpreter interpreter, Environments.Environment environment, Path wheel) {}

    /** What is done with a wheel while the project's folder is held. */
    interface Then {
        void with(Built built) throws IOException, InterruptedException;
    }

    /** Builds, or keeps; what comes after is not done where a hook failed. */
    void run(PyProject project, Then then) throws InterruptedException {
        Interpreter interpreter = interpreter();
        GivenTrees trees = new GivenTrees(store);
        Environments environments = environments(trees, interpreter);
        Path home = home(store, project.folder());
        Workspace workspace = new Workspace(home);
        try (Workspace.Hold _ = workspace.hold(view::waitsFor)) {
            check.forget();
            Projects.note(home, project.folder());
            boolean offline = python.network() == Resolver.Network.OFFLINE;
            Optional<Crates> crates = Crates.of(project, trees, System.getenv(), memory, offline, view::note);
            HookUnits units = new HookUnits(
                    project, options.settings(), options.variables(), options.unitNetwork(), home, memory, crates);
            Environments.Environment first = environments.of(project.requires());
            Optional<String> version = GitVersion.of(project, System.getenv(), memory);
            Tree runner = trees.put("the program that runs hooks", folder -> HookUnits.runnerInto(folder, version));
            if (run(units.askingRequires(first.tree(), runner), units.requires(), workspace, false)
                    .isEmpty()) {
                return;
            }
            List<String> more = more(workspace.out().resolve(units.requires()).resolve("requires.json"));
            Environments.Environment whole = first;
            if (!more.isEmpty()) {
                List<String> all = new ArrayList<>(project.requires());
                all.addAll(more);
                whole = environments.of(all);
            }
            Optional<Tree> compiled = compiled(units, project, trees, whole.tree(), runner, workspace);
            Project wheel = units.buildingWheel(whole.tree(), runner, compiled);
            if (run(wheel, units.wheel(), workspace, units.startsStatic()).isPresent()) {
                if (outcomes.getLast().decision().action() != Action.KEEP) {
                    apart.ifPresent(view::note);
                }
                check.remember(sessions, outcomes);
                then.with(new Built(
                        project, interpreter, whole, wheel(workspace.out().resolve(units.wheel()))));
            }
        } catch (IOException e) {
            throw Failure.io("building the wheel of " + project.folder(), e);
        }
    }

    /** The environment of some requirements, for this run's interpreter. */
    Environments environments(Interpreter interpreter) {
        return environments(new GivenTrees(store), interpreter);
    }

    Interpreter interpreter() throws InterruptedException {
        return new Interpreters(memory, System.getenv()).find(python.python);
    }

    private Environments environments(GivenTrees trees, Interpreter interpreter) {
        Resolver resolver = new Resolver(
                memory,
                interpreter,
                python.settings(),
                System.getenv(),
                python.network(),
                python.age(),
                InstantSource.system(),
                view::note);
        return new Environments(trees, interpreter, resolver, view::note);
    }

    /** Where Cutoff's folder for a project stands: below the store, since backends pack what they find in a project's. */
    static Path home(Store store, Path project) {
        try {
            return Files.createDirectories(homeIn(store.folder(), project));
        } catch (IOException e) {
            throw Failure.io("making a folder for " + project + " in the store", e);
        }
    }

    /** The same, there or not; both are real paths. */
    static Path homeIn(Path store, Path project) {
        return store.resolve("projects")
                .resolve(Digest.ofText(project.toString()).hex().substring(0, 16));
    }

    /**
     * What cargo makes of the crates that a project depends on, by themselves; empty where they are compiled with the project's own, as
     * they are where this fails.
     */
    private Optional<Tree> compiled(
            HookUnits units, PyProject project, GivenTrees trees, Tree environment, Tree runner, Workspace workspace)
            throws IOException, InterruptedException {
        if (!units.compilesCrates()) {
            return Optional.empty();
        }
        Tree sources = units.sources(trees);
        Optional<String> why = units.objection(sources);
        if (why.isEmpty()) {
            String unit = HookUnits.crates(project.name());
            Optional<Tree> made =
                    run(units.compilingCrates(environment, runner, sources, trees), unit, workspace, true);
            if (made.filter(HookUnits::isCompiled).isPresent()) {
                return made;
            }
            String said = made.isPresent()
                    ? Files.readString(workspace.out().resolve(unit).resolve(HookUnits.WHY))
                    : "that failed";
            why = Optional.of(said + "; its log is " + workspace.log(unit));
            code = 0;
        }
        apart = Optional.of(project.name()
                + "'s dependencies are not compiled by themselves, so each edit compiles them again: " + why.get());
        return Optional.empty();
    }

    /** The artifact of a unit; empty where its build failed. */
    private Optional<Tree> run(Project project, String unit, Workspace workspace, boolean startsStatic)
            throws InterruptedException {
        Session session = new Session(project, store, check.log());
        sessions.add(session);
        if (!session.isConfined()) {
            throw Failure.environment(
                    "bubblewrap is missing or may not make namespaces here; hooks see their environment at a"
                            + " fixed path, which takes it; install it (Debian: apt-get install bubblewrap)");
        }
        try (Interruption progress =
                new Interruption(new Recorder(view, workspace), workspace.mark(), List.of(unit), people)) {
            // What the library can't be loaded into it would not see, and the wheel could not be kept.
            Optional<Watch> watch = startsStatic ? session.watchOfStatic() : Optional.empty();
            Engine engine = new Engine(session, options.request(unit).watched(watch), progress);
            List<Outcome> done = engine.build();
            outcomes.addAll(done);
            code = engine.exitCode(done);
            return code == 0 ? engine.artifact(unit) : Optional.empty();
        }
    }

    private static List<String> more(Path file) {
        return Json.read(file).list("requires").stream().map(Json::text).toList();
    }

    /** The wheel in the folder of a unit. */
    static Path wheel(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(() -> Failure.bug("there is no wheel in " + folder));
        }
    }
}
