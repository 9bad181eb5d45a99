package dev.cutoff.cli;

import dev.cutoff.build.Progress;
import dev.cutoff.build.Workspace;
import dev.cutoff.frontend.pep517.Environments;
import dev.cutoff.frontend.pep517.Interpreter;
import dev.cutoff.frontend.pep517.Lock;
import dev.cutoff.frontend.pep517.PyProject;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import dev.cutoff.report.PlainProgress;
import dev.cutoff.stage.EnvironmentView;
import dev.cutoff.store.Scratch;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cutoff env}: build environments. */
@Command(
        name = "env",
        mixinStandardHelpOptions = true,
        description = "Look at build environments of Python projects, and work in them.",
        synopsisSubcommandLabel = "list|show|shell|verify|gc",
        subcommands = {
            EnvCommand.ListViews.class,
            EnvCommand.Show.class,
            EnvCommand.Shell.class,
            EnvCommand.Verify.class,
            EnvCommand.Collect.class
        },
        footer = {"", "Example, in a project's folder: cutoff env show"})
final class EnvCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw Failure.input("cutoff env: say which, list, show, shell, verify or gc");
    }

    /** {@code cutoff env list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Say which environments stand on disk.",
            footer = {"", "Example: cutoff env list"})
    static final class ListViews implements Callable<Integer> {
        @Mixin
        StoreOption store = new StoreOption();

        @Override
        public Integer call() throws IOException {
            try (Store opened = store.openExisting()) {
                Views views = new Views(opened);
                for (Views.View view : views.all()) {
                    String content = views.at(view.folder())
                            .content()
                            .map(digest -> digest.brief())
                            .orElse("not whole");
                    System.out.println(view.folder().resolve("env") + "  " + content + "  " + view.project() + "  "
                            + view.interpreter() + (view.editable() ? "  (editable install)" : ""));
                }
            }
            return 0;
        }
    }

    /** What {@code show} and {@code shell} have in common: the environment of a project. */
    static final class Of {
        @Parameters(arity = "0..1", paramLabel = "DIR", description = "The project's folder (default: here).")
        Path folder = Path.of("");

        @Mixin
        PythonOptions python = new PythonOptions();

        @Mixin
        StoreOption store = new StoreOption();

        PyProject project() {
            return PyProject.read(folder.toAbsolutePath().normalize());
        }

        WheelRun run(Store opened, Progress progress) {
            ProjectOptions options = new ProjectOptions();
            options.folder = folder;
            return new WheelRun(opened, options, python, WheelCheck.none(options), progress, System.err);
        }
    }

    /** {@code cutoff env show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description =
                    "Say what the build environment of a project consists of, by the requirements of its pyproject.toml.",
            footer = {"", "Example, in a project's folder: cutoff env show"})
    static final class Show implements Callable<Integer> {
        @Mixin
        Of of = new Of();

        @Override
        public Integer call() throws InterruptedException {
            PyProject project = of.project();
            try (Store opened = of.store.open()) {
                WheelRun run = of.run(opened, new PlainProgress(System.err, false));
                Interpreter interpreter = run.interpreter();
                Environments.Environment environment =
                        run.environments(interpreter).of(project.requires());
                System.out.println("environment " + environment.tree().root().hex());
                System.out.println("python " + interpreter.version() + " " + interpreter.base());
                environment
                        .lock()
                        .pins()
                        .forEach(pin -> System.out.println(pin.name() + "==" + pin.version() + " --hash=sha256:"
                                + pin.hash() + (pin.isSource() ? "  # built from its sources" : "")));
            }
            return 0;
        }
    }

    /** {@code cutoff env shell}. */
    @Command(
            name = "shell",
            mixinStandardHelpOptions = true,
            description = {
                "Lay the build environment of a project out on disk, and start a shell or a command with it: pip install --no-build-isolation finds the requirements there.",
            },
            footer = {
                "",
                "Example, in a project's folder: cutoff env shell --command 'pip install --no-build-isolation .'"
            })
    static final class Shell implements Callable<Integer> {
        @Mixin
        Of of = new Of();

        @Option(names = "--print", description = "Print the variables as a shell sets them, and start nothing.")
        boolean print;

        @Option(names = "--command", paramLabel = "LINE", description = "A shell line to run (default: $SHELL).")
        String command = "";

        @Override
        public Integer call() throws InterruptedException {
            PyProject project = of.project();
            Path root;
            Interpreter interpreter;
            try (Store opened = of.store.open()) {
                Progress progress = new PlainProgress(System.err, false);
                WheelRun run = of.run(opened, progress);
                interpreter = run.interpreter();
                Workspace workspace = new Workspace(WheelRun.home(opened, project.folder()));
                try (Workspace.Hold _ = workspace.hold(progress::waitsFor)) {
                    EnvironmentView view = new Views(opened).of(project.folder(), interpreter);
                    lay(view, run.environments(interpreter), project, progress);
                    root = view.root();
                }
            } catch (IOException e) {
                throw Failure.io("laying out the build environment", e);
            }
            String path = root.resolve("bin") + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
            String modules = root.resolve(interpreter.site()).toString();
            if (print) {
                System.out.println("export PATH='" + path.replace("'", "'\\''") + "'");
                System.out.println("export PYTHONPATH='" + modules.replace("'", "'\\''") + "'");
                return 0;
            }
            String shell = System.getenv().getOrDefault("SHELL", "/bin/sh");
            ProcessBuilder builder =
                    command.isEmpty() ? new ProcessBuilder(shell) : new ProcessBuilder("/bin/sh", "-c", command);
            builder.environment().put("PATH", path);
            builder.environment().put("PYTHONPATH", modules);
            try {
                return builder.inheritIO().start().waitFor();
            } catch (IOException e) {
                throw Failure.io("starting " + shell, e);
            }
        }
    }

    /** Lays an environment out. Where it stands there already nothing of it is read from the store. */
    private static void lay(EnvironmentView view, Environments environments, PyProject project, Progress progress)
            throws IOException, InterruptedException {
        Lock lock = environments.lock(project.requires());
        Optional<Digest> root = environments.root(lock);
        if (root.isEmpty() || !view.isShowing(root.get())) {
            Tree tree = environments.of(lock).tree();
            InstallCommand.mended(view, view.show(tree), progress);
        }
    }

    /** {@code cutoff env verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Read every file of the environments on disk, and say which are not what they were.",
            footer = {"", "Example: cutoff env verify"})
    static final class Verify implements Callable<Integer> {
        @Mixin
        StoreOption store = new StoreOption();

        @Override
        public Integer call() throws IOException {
            boolean right = true;
            try (Store opened = store.openExisting()) {
                Views views = new Views(opened);
                for (Views.View view : views.all()) {
                    EnvironmentView environment = views.at(view.folder());
                    List<String> changed = environment.changed(true);
                    var content = environment.content();
                    if (changed.isEmpty() && content.isPresent()) {
                        System.out.println(environment.root() + ": sound");
                        continue;
                    }
                    right = false;
                    changed.forEach(path -> System.out.println(environment.root() + ": " + path + " was changed"));
                    Optional<Tree> tree = content.isPresent() ? opened.trees().load(content.get()) : Optional.empty();
                    if (tree.isPresent()) {
                        environment.mend(tree.get(), changed);
                        System.out.println(environment.root() + ": mended");
                    } else {
                        System.out.println(
                                environment.root() + ": not whole; the next install or env shell makes it anew");
                    }
                }
            }
            return right ? 0 : 1;
        }
    }

    /** {@code cutoff env gc}. */
    @Command(
            name = "gc",
            mixinStandardHelpOptions = true,
            description =
                    "Remove the environments on disk that no editable install uses, and those of projects that are gone.",
            footer = {"", "Example: cutoff env gc"})
    static final class Collect implements Callable<Integer> {
        @Mixin
        StoreOption store = new StoreOption();

        @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
        boolean trial;

        @Override
        public Integer call() throws IOException {
            try (Store opened = store.openExisting()) {
                List<Path> gone = new ArrayList<>();
                for (Views.View view : new Views(opened).all()) {
                    if (!view.editable() || !Files.isDirectory(Path.of(view.project()))) {
                        gone.add(view.folder());
                    }
                }
                for (Path folder : gone) {
                    System.out.println((trial ? "would remove " : "removed ") + folder);
                    if (!trial) {
                        Scratch.delete(folder);
                    }
                }
            }
            return 0;
        }
    }
}
