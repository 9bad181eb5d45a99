package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code cutoff fromager}: the front end for fromager. */
@Command(
        name = "fromager",
        mixinStandardHelpOptions = true,
        description = "Tell which wheels of a fleet that fromager builds may stay (docs/fromager.md).",
        synopsisSubcommandLabel = "plan|record|apply|exec",
        subcommands = {
            FromagerPlanCommand.class,
            FromagerRecordCommand.class,
            FromagerApplyCommand.class,
            FromagerExecCommand.class
        },
        footer = {
            "",
            "Example: cutoff fromager plan work-dir/graph.json --settings overrides/settings --wheels wheels-repo/downloads"
        })
final class FromagerCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw Failure.input("cutoff fromager: say which, plan, record, apply or exec");
    }
}
