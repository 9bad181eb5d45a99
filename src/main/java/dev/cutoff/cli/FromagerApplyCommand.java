package dev.cutoff.cli;

import dev.cutoff.frontend.fromager.ChangelogEdits;
import dev.cutoff.frontend.fromager.PlanFile;
import dev.cutoff.frontend.fromager.Seeding;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cutoff fromager apply}: makes fromager do what a plan says. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Make fromager's next run do what a plan says (the JSON of cutoff fromager plan --json).",
            "Packages that wait for others are treated like those that are to be rebuilt."
        },
        footer = {
            "",
            "Example: cutoff fromager apply plan.json --seed . && fromager build-parallel work-dir/graph.json",
            "Example: cutoff fromager apply plan.json --patch -"
        })
final class FromagerApplyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLAN", description = "A cutoff.plan/1 document of cutoff fromager plan.")
    Path plan = Path.of("");

    @ArgGroup(multiplicity = "1")
    Mode mode = new Mode();

    /** What is done; one of them. */
    static final class Mode {
        @Option(
                names = "--seed",
                paramLabel = "DIR",
                description =
                        "Put the wheels that are kept into wheels-repo/downloads of this output folder of fromager, and move what lies there of packages that are to be rebuilt to wheels-repo/set-aside.")
        @Nullable
        Path seed;

        @Option(
                names = "--changelog",
                description =
                        "Add 'rebuild: …' to the changelog in the settings of each package that is to be rebuilt, so that fromager expects a higher build tag.")
        boolean changelog;

        @Option(
                names = "--patch",
                paramLabel = "FILE",
                description = "Write that as a patch to FILE and leave the settings as they are; - is standard output.")
        @Nullable
        Path patch;
    }

    @Option(names = "--debug", description = "Show stack traces of errors.")
    boolean debug;

    @Override
    public Integer call() {
        PlanFile read = PlanFile.read(plan);
        if (mode.seed != null) {
            Seeding.Result result = Seeding.run(read, mode.seed);
            result.setAside().forEach(file -> System.out.println("set aside  " + file));
            System.out.println(result.seeded() + " wheels put there, " + result.present() + " lay there already, "
                    + result.setAside().size() + " set aside");
            return 0;
        }
        ChangelogEdits edits = ChangelogEdits.of(read);
        if (mode.patch == null) {
            edits.write().forEach(file -> System.out.println("edited  " + file));
            System.out.println(
                    edits.count() + (edits.count() == 1 ? " changelog entry" : " changelog entries") + " added");
            return 0;
        }
        String patch = edits.patch();
        if (mode.patch.toString().equals("-")) {
            System.out.print(patch);
            return 0;
        }
        try {
            Files.writeString(mode.patch, patch);
        } catch (IOException e) {
            throw Failure.io("writing " + mode.patch, e);
        }
        return 0;
    }
}
