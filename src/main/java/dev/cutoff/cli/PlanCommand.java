package dev.cutoff.cli;

import dev.cutoff.build.Engine;
import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.Project;
import dev.cutoff.build.Request;
import dev.cutoff.build.Session;
import dev.cutoff.frontend.graph.GraphPlan;
import dev.cutoff.frontend.graph.GraphWriter;
import dev.cutoff.model.Action;
import dev.cutoff.model.Failure;
import dev.cutoff.report.JsonReport;
import dev.cutoff.report.PlainProgress;
import dev.cutoff.report.PlanReport;
import dev.cutoff.report.RunReport;
import dev.cutoff.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cutoff plan}: says what {@code build} would do. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "Say what would be kept and what rebuilt, and why; nothing is built, nothing in the workspace touched.",
        footer = {"", "Example, in Cutoff's own folder: ./cutoff plan -C examples/imaging --exit-code"})
final class PlanCommand implements Callable<Integer> {

    /** Exit code for a plan with work in it. */
    private static final int WORK = 10;

    @Mixin
    WorkspaceOptions options = new WorkspaceOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(names = "--exit-code", description = "End with 10 where something would be rebuilt, or would fail.")
    boolean exitCode;

    @Option(
            names = "--graph",
            paramLabel = "FILE",
            description =
                    "Plan from a graph file alone (docs/graph.md), plain or gzip: no workspace and no store is looked at.")
    @Nullable
    Path graph;

    @Option(
            names = "--write-graph",
            paramLabel = "FILE",
            description = "Write the units, their records and the present as a graph file; gzip where it ends in .gz.")
    @Nullable
    Path written;

    @Override
    public Integer call() throws InterruptedException {
        json.check();
        return graph == null ? ofWorkspace() : ofGraph(graph);
    }

    private int ofGraph(Path file) {
        if (written != null || !options.workspace.toString().isEmpty() || store.folder != null) {
            throw Failure.input("plan --graph FILE looks at that file alone: without -C, --store and --write-graph");
        }
        Request request = options.request(false, Optional.empty());
        PlanReport report = new PlanReport(json.people(), request.units());
        if (json.isWanted()) {
            json.stream(out -> {
                try (JsonReport.Run document = new JsonReport.Run(out, "cutoff.plan/1", options.terms.policyWord())) {
                    GraphPlan.run(file, request, document.andThen(report));
                }
            });
        } else {
            GraphPlan.run(file, request, report);
        }
        report.end();
        return exitCode && report.hasWork() ? WORK : 0;
    }

    /** A plan, and the exit code that it alone asks for. */
    private record Planned(List<Outcome> outcomes, int code) {
        static Planned by(Engine engine) {
            List<Outcome> outcomes = engine.plan();
            return new Planned(outcomes, engine.planExitCode());
        }
    }

    private Planned plan(Session session, Request request, Progress progress) {
        if (written == null) {
            return Planned.by(new Engine(session, request, progress));
        }
        try (GraphWriter writer = GraphWriter.to(written)) {
            return Planned.by(new Engine(session, request, progress, writer));
        }
    }

    private int ofWorkspace() throws InterruptedException {
        Planned planned;
        Project project = options.read();
        Session.checkPlace(project, store.folder());
        try (Store opened = store.open()) {
            Session session = new Session(project, opened);
            planned = plan(session, options.request(false, Optional.empty()), new PlainProgress(json.people(), true));
        }
        List<Outcome> outcomes = planned.outcomes();
        RunReport.print(json.people(), outcomes, true);
        json.stream(out -> JsonReport.run(out, "cutoff.plan/1", options.terms.policyWord(), outcomes));
        boolean work = outcomes.stream().anyMatch(o -> o.decision().action() != Action.KEEP);
        return planned.code() != 0 ? planned.code() : exitCode && work ? WORK : 0;
    }
}
