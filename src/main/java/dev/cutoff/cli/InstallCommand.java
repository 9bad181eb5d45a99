package dev.cutoff.cli;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.Workspace;
import dev.cutoff.frontend.pep517.Environments;
import dev.cutoff.frontend.pep517.Hooks;
import dev.cutoff.frontend.pep517.Installer;
import dev.cutoff.frontend.pep517.Interpreter;
import dev.cutoff.frontend.pep517.Interpreters;
import dev.cutoff.frontend.pep517.PyProject;
import dev.cutoff.model.Failure;
import dev.cutoff.report.JsonReport;
import dev.cutoff.stage.EnvironmentView;
import dev.cutoff.stage.GivenTrees;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cutoff install}: a Python project into an interpreter. */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description = {
            "Build the wheel of a Python project as 'cutoff wheel' does, and install it.",
            "With -e the project is installed in place (PEP 660); its build environment then stays on disk, so that what rebuilds itself on import finds it."
        },
        footer = {"", "Example, in a project's folder: cutoff install . --python .venv"})
final class InstallCommand implements Callable<Integer> {

    @Mixin
    ProjectOptions project = new ProjectOptions();

    @Mixin
    PythonOptions python = new PythonOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = {"-e", "--editable"},
            description = "Install in place.")
    boolean editable;

    @Option(names = "--no-deps", description = "Install nothing that the project requires.")
    boolean noDependencies;

    @Option(names = "--extras", paramLabel = "NAMES", description = "Extras of the project, as in a,b.")
    String extras = "";

    private String brackets() {
        if (!extras.matches("[A-Za-z0-9._, -]*")) {
            throw Failure.input("--extras " + extras + ": say names with commas between them");
        }
        return extras.isBlank() ? "" : "[" + extras.strip() + "]";
    }

    @Override
    public Integer call() throws InterruptedException {
        json.check();
        String wanted = brackets();
        Progress view = json.view();
        WheelCheck check = WheelCheck.of(store.folder(), project, python);
        Optional<List<Outcome>> same = editable
                ? Optional.empty()
                : check.outcomes(
                        view, wheel -> install(PyProject.read(project.folder()), interpreter(), wheel, wanted));
        if (same.isPresent()) {
            tell(same.get());
            return 0;
        }
        check.begin();
        PyProject read = PyProject.read(project.folder());
        try (OpeningStore opening = new OpeningStore(store::open)) {
            WheelRun run = new WheelRun(opening.get(), project, python, check, view, json.people());
            if (editable) {
                inPlace(opening.get(), run, read, wanted, view);
                return 0;
            }
            run.run(read, built -> install(read, built.interpreter(), built.wheel(), wanted));
            tell(run.outcomes());
            return run.code();
        }
    }

    private Interpreter interpreter() throws InterruptedException {
        try (Store opened = store.open()) {
            return new Interpreters(new StoreMemory(opened), System.getenv()).find(python.python);
        }
    }

    private void install(PyProject read, Interpreter interpreter, Path wheel, String wanted)
            throws IOException, InterruptedException {
        Installer installer = new Installer(interpreter, python.settings(), System.getenv());
        if (!project.force && installer.has(read.name(), wheel)) {
            json.people().println(read.name() + " is installed as this wheel already");
        } else {
            installer.install(wheel, wanted, !noDependencies);
            json.people().println("installed " + wheel.getFileName() + " into " + interpreter.prefix());
        }
    }

    private void tell(List<Outcome> outcomes) {
        json.stream(out -> JsonReport.run(out, "cutoff.wheel/1", project.terms.policyWord(), outcomes));
    }

    private void inPlace(Store opened, WheelRun run, PyProject read, String wanted, Progress progress)
            throws InterruptedException {
        Interpreter interpreter = run.interpreter();
        Environments environments = run.environments(interpreter);
        GivenTrees trees = new GivenTrees(opened);
        Views views = new Views(opened);
        Path home = WheelRun.home(opened, read.folder());
        Workspace workspace = new Workspace(home);
        try (Workspace.Hold _ = workspace.hold(progress::waitsFor)) {
            Projects.note(home, read.folder());
            EnvironmentView environment = views.of(read.folder(), interpreter);
            mended(
                    environment,
                    environment.show(environments.of(read.requires()).tree()),
                    progress);
            views.keep(environment);
            Hooks hooks =
                    new Hooks(read, project.settings(), System.getenv(), workspace.log(read.name() + "+editable"));
            List<String> more = hooks.requires(environment.root(), trees.scratch("requires"));
            if (!more.isEmpty()) {
                List<String> all = new ArrayList<>(read.requires());
                all.addAll(more);
                environment.show(environments.of(all).tree());
            }
            Path wheel = hooks.build(environment.root(), trees.scratch("editable"));
            new Installer(interpreter, python.settings(), System.getenv()).install(wheel, wanted, !noDependencies);
            json.people()
                    .println("installed " + read.name() + " in place into " + interpreter.prefix()
                            + "; its build environment is " + environment.root());
        } catch (IOException e) {
            throw Failure.io("installing " + read.folder(), e);
        }
    }

    static void mended(EnvironmentView environment, List<String> changed, Progress progress) {
        if (!changed.isEmpty()) {
            progress.note(changed.size() + " files of " + environment.root() + " were not as they had been left (first "
                    + changed.getFirst() + "), and were mended");
        }
    }
}
