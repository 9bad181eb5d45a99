package dev.cutoff.cli;

import dev.cutoff.build.Engine;
import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.Project;
import dev.cutoff.build.Request;
import dev.cutoff.build.Session;
import dev.cutoff.build.UpToDate;
import dev.cutoff.build.Watch;
import dev.cutoff.build.Workspace;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import dev.cutoff.report.Interruption;
import dev.cutoff.report.JsonReport;
import dev.cutoff.report.Recorder;
import dev.cutoff.report.RunReport;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cutoff build}: keeps what may be kept and builds the rest. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = "Build units: each is kept if a rebuild would give the same, and rebuilt otherwise.",
        footer = {"", "Example, in Cutoff's own folder: ./cutoff build -C examples/imaging imgtool --jobs 4"})
final class BuildCommand implements Callable<Integer> {

    @Mixin
    WorkspaceOptions options = new WorkspaceOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(names = "--keep-going", description = "After a failure, go on with units that don't depend on it.")
    boolean keepGoing;

    @Option(
            names = "--no-trees",
            description = "Build in empty folders, and store none for later builds to go on from.")
    boolean noTrees;

    @Option(
            names = "--observe",
            paramLabel = "HOW",
            description =
                    "preload, by a library in a sandbox, with strace for what it can't see; strace, which costs more; or none:"
                            + " what is built so can't be kept later. (default: preload)")
    String observe = "";

    private Optional<Watch> watch() {
        if (observe.isEmpty()) {
            return Optional.empty();
        }
        for (Watch watch : Watch.values()) {
            if (watch.word().equals(observe)) {
                return Optional.of(watch);
            }
        }
        throw Failure.input("--observe: preload, strace or none, not " + observe);
    }

    @Override
    public Integer call() throws InterruptedException {
        json.check();
        Request request = options.request(keepGoing, watch(), !noTrees);
        Progress view = json.view();
        UpToDate check = new UpToDate(options.folder(), store.folder(), request);
        Optional<List<Outcome>> same = check.outcomes(view::waitsFor);
        if (same.isPresent()) {
            view.begins(same.get().size());
            same.get().forEach(view::done);
            view.ends();
            tell(same.get());
            return 0;
        }
        if (!Files.isDirectory(store.folder())) {
            Session.checkPlace(options.read(), store.folder());
        }
        check.begin();
        List<Outcome> outcomes;
        int code;
        try (OpeningStore opening = new OpeningStore(store::open)) {
            Project project = options.read();
            Workspace workspace = new Workspace(project.root());
            try (Workspace.Hold hold = workspace.hold(view::waitsFor)) {
                // What the workspace says may have changed while another run held it.
                Project current = hold.waited() ? options.read() : project;
                Session session = new Session(current, opening.get(), check.log());
                check.forget();
                try (Interruption progress = new Interruption(
                        new Recorder(view, workspace), workspace.mark(), names(current, request), json.people())) {
                    Engine engine = new Engine(session, request, progress);
                    outcomes = engine.build();
                    code = engine.exitCode(outcomes);
                }
                check.remember(session, outcomes);
            }
        }
        tell(outcomes);
        return code;
    }

    private static List<String> names(Project project, Request request) {
        return project.graph().reaching(request.units()).stream()
                .map(Unit::name)
                .toList();
    }

    private void tell(List<Outcome> outcomes) {
        RunReport.print(json.people(), outcomes, false);
        json.stream(out -> JsonReport.run(out, "cutoff.build/1", options.terms.policyWord(), outcomes));
    }
}
