package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code cutoff fromager}: what may be kept of the wheels that fromager builds. */
@Command(
        name = "fromager",
        mixinStandardHelpOptions = true,
        description = "Keep the wheels of fromager that a build would give again.",
        synopsisSubcommandLabel = "exec",
        subcommands = {FromagerExecCommand.class},
        footer = {"", "Example: cutoff fromager exec -- fromager build-parallel work-dir/graph.json"})
final class FromagerCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw Failure.input("cutoff fromager: say which, exec");
    }
}
