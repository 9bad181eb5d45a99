package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import dev.cutoff.report.StoreReport;
import dev.cutoff.store.Census;
import dev.cutoff.store.Store;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cutoff store}: looks after the store. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "Look after the store.",
        synopsisSubcommandLabel = "stats|verify|gc",
        subcommands = {StoreCommand.Stats.class, StoreCommand.Verify.class, StoreGcCommand.class},
        footer = {"", "Example, after a build: ./cutoff store verify"})
final class StoreCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw Failure.input("cutoff store: say which, stats, verify or gc");
    }

    /** {@code cutoff store stats}. */
    @Command(
            name = "stats",
            mixinStandardHelpOptions = true,
            description = "Say what the store holds.",
            footer = {"", "Example, after a build: ./cutoff store stats --json -"})
    static final class Stats implements Callable<Integer> {
        @Mixin
        StoreOption store = new StoreOption();

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            json.check();
            try (Store opened = store.openExisting()) {
                Census.Counts counts = new Census(opened).count();
                json.people().print(StoreReport.text(opened.folder(), counts));
                json.write(StoreReport.json(opened.folder(), counts));
            }
            return 0;
        }
    }

    /** {@code cutoff store verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Read every blob and record; damaged blobs are set aside, so that nothing uses them.",
            footer = {"", "Example, after a build: ./cutoff store verify"})
    static final class Verify implements Callable<Integer> {
        @Mixin
        StoreOption store = new StoreOption();

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            json.check();
            try (Store opened = store.openExisting()) {
                Census.Findings findings = new Census(opened).verify();
                json.people().print(StoreReport.text(findings));
                json.write(StoreReport.json(findings));
                return findings.isSound() ? 0 : Failure.Kind.BUILD.exitCode();
            }
        }
    }
}
