package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import dev.cutoff.report.StoreReport;
import dev.cutoff.store.Census;
import dev.cutoff.store.Store;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cutoff store}: looks after the store. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "Look after the store.",
        synopsisSubcommandLabel = "stats|verify|gc|clear-incremental",
        subcommands = {
            StoreCommand.Stats.class,
            StoreCommand.Verify.class,
            StoreGcCommand.class,
            StoreCommand.ClearIncremental.class
        },
        footer = {"", "Example, after a build: ./cutoff store verify"})
final class StoreCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw Failure.input("say which of store's commands: stats, verify, gc or clear-incremental");
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

    /** {@code cutoff store clear-incremental}. */
    @Command(
            name = "clear-incremental",
            mixinStandardHelpOptions = true,
            description = "Let a unit be built from build trees again, whose results were wrong once.",
            footer = {"", "Example: cutoff store clear-incremental app"})
    static final class ClearIncremental implements Callable<Integer> {
        @Mixin
        StoreOption store = new StoreOption();

        @Parameters(paramLabel = "UNIT", arity = "1", description = "Its name.")
        String unit = "";

        @Override
        public Integer call() {
            try (Store opened = store.openExisting()) {
                System.out.println(
                        opened.clearIncremental(unit)
                                ? unit + " is built from build trees again"
                                : unit + " was not marked in " + opened.folder());
            }
            return 0;
        }
    }
}
