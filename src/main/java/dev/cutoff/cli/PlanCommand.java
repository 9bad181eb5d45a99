package dev.cutoff.cli;

import dev.cutoff.build.Engine;
import dev.cutoff.build.Outcome;
import dev.cutoff.build.Session;
import dev.cutoff.model.Action;
import dev.cutoff.report.JsonReport;
import dev.cutoff.report.PlainProgress;
import dev.cutoff.report.RunReport;
import dev.cutoff.store.Store;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cutoff plan}: says what {@code build} would do. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "Say what would be kept and what rebuilt, and why; nothing is built, nothing in the workspace touched.",
        footer = {"", "Example: cutoff plan -C examples/imaging --exit-code"})
final class PlanCommand implements Callable<Integer> {

    /** Exit code for a plan with work in it. */
    private static final int WORK = 10;

    @Mixin
    WorkspaceOptions options = new WorkspaceOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(names = "--exit-code", description = "End with 10 where something would be rebuilt.")
    boolean exitCode;

    @Override
    public Integer call() throws InterruptedException {
        List<Outcome> outcomes;
        try (Store opened = store.open()) {
            Session session = new Session(options.read(), opened);
            outcomes = new Engine(session, options.request(false), new PlainProgress(json.people(), true)).plan();
        }
        RunReport.print(json.people(), outcomes, true);
        json.write(JsonReport.run("cutoff.plan/1", options.policyWord(), outcomes));
        boolean work = outcomes.stream().anyMatch(o -> o.decision().action() != Action.KEEP);
        return exitCode && work ? WORK : 0;
    }
}
