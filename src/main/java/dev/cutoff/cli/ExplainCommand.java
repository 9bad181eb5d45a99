package dev.cutoff.cli;

import dev.cutoff.build.Engine;
import dev.cutoff.build.Outcome;
import dev.cutoff.build.Project;
import dev.cutoff.build.Request;
import dev.cutoff.build.Session;
import dev.cutoff.build.TreeChoice;
import dev.cutoff.build.Workspace;
import dev.cutoff.frontend.workspace.WorkspaceReader;
import dev.cutoff.model.Action;
import dev.cutoff.model.Failure;
import dev.cutoff.report.ExplainReport;
import dev.cutoff.report.JsonReport;
import dev.cutoff.report.SilentProgress;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cutoff explain}: why the last build kept or rebuilt a unit, and what the next one would do. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description =
                "Say why the last build kept or rebuilt a unit, down to the fact and the step, and what the next would do."
                        + " In a workspace of cargo's without cutoff.toml: what cutoff cargo did with a crate;"
                        + " in a Python project: what cutoff wheel did with its wheel.",
        footer = {"", "Example, in Cutoff's own folder: ./cutoff explain imgtool -C examples/imaging"})
final class ExplainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "UNIT", description = "The unit, the crate or the Python project.")
    String unit = "";

    @Option(names = "-C", paramLabel = "DIR", description = "The workspace (default: here).")
    Path folder = Path.of("");

    @Option(
            names = "--items",
            description = "Of a crate: ask the compiler which of its items each dependent uses (docs/cargo.md).")
    boolean items;

    @Mixin
    TermsOptions terms = new TermsOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws InterruptedException {
        json.check();
        boolean ofCutoff = Files.exists(folder.resolve(WorkspaceReader.FILE));
        boolean ofCargo = Files.exists(folder.resolve("Cargo.toml"));
        Optional<WheelExplanation> wheel = ofCutoff
                ? Optional.empty()
                : WheelExplanation.of(folder.toAbsolutePath().normalize(), store.folder())
                        .filter(project -> !ofCargo || (project.isAbout(unit) && project.isBuilt()));
        if (!ofCutoff && ofCargo && wheel.isEmpty()) {
            return crate();
        }
        if (items) {
            throw Failure.input("--items asks about a crate, and " + folder
                    + (ofCutoff ? " has a " + WorkspaceReader.FILE : " is no workspace of cargo's"));
        }
        return wheel.isPresent() ? wheel(wheel.get()) : unit();
    }

    private int wheel(WheelExplanation wheel) {
        if (!wheel.isAbout(unit)) {
            throw Failure.input("the project here is " + wheel.project() + ", not " + unit);
        }
        wheel.print(json.people());
        json.write(wheel.json());
        return 0;
    }

    private int crate() throws InterruptedException {
        CargoExplanation explanation = new CargoExplanation(unit, folder.toAbsolutePath(), items);
        explanation.print(json.people());
        json.write(explanation.json());
        return 0;
    }

    private int unit() throws InterruptedException {
        Project project = WorkspaceReader.read(folder.toAbsolutePath());
        project.graph().unit(unit);
        Workspace workspace = new Workspace(project.root());
        String last = last(workspace.decision(unit));
        String present;
        List<TreeChoice> trees = List.of();
        int code;
        try (Store opened = store.open()) {
            Request request = new Request(
                    List.of(unit),
                    Set.of(),
                    terms.policy(),
                    terms.trust(),
                    terms.debugInfoCounts(),
                    terms.probing(),
                    Optional.empty(),
                    1,
                    false,
                    true);
            Engine engine = new Engine(new Session(project, opened), request, new SilentProgress());
            Outcome outcome = engine.plan().getLast();
            present = JsonReport.decision(outcome);
            Action action = outcome.decision().action();
            if (action == Action.REBUILD || action == Action.MAYBE) {
                trees = engine.trees(unit);
            }
            code = engine.planExitCode();
        }
        Optional<String> early =
                last.isEmpty() ? Optional.empty() : workspace.mark().about(unit, workspace.holder());
        early.ifPresent(json.people()::println);
        if (last.isEmpty()) {
            json.people().println(unit + " has not been built in this workspace");
        } else {
            ExplainReport.print(json.people(), last, false);
        }
        json.people().println("at present:");
        ExplainReport.print(json.people(), present, true);
        ExplainReport.trees(json.people(), trees);
        json.write(ExplainReport.json(unit, early, last, present, trees));
        return code;
    }

    private static String last(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw Failure.io("reading " + file, e);
        }
    }
}
