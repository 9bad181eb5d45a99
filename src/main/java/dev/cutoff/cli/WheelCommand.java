package dev.cutoff.cli;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.frontend.pep517.PyProject;
import dev.cutoff.model.Failure;
import dev.cutoff.report.JsonReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cutoff wheel}: the wheel of a Python project, built where it must be. */
@Command(
        name = "wheel",
        mixinStandardHelpOptions = true,
        description = {
            "Build the wheel of a Python project (PEP 517) in an environment by content.",
            "Where nothing that the last build relied on has changed, its wheel is taken and no hook runs; else the build goes on from the last one's folder."
        },
        footer = {"", "Example, in a project's folder: cutoff wheel . --out dist"})
final class WheelCommand implements Callable<Integer> {

    @Mixin
    ProjectOptions project = new ProjectOptions();

    @Mixin
    PythonOptions python = new PythonOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Where the wheel goes (default: dist in the project's folder).")
    @Nullable
    Path out;

    @Override
    public Integer call() throws InterruptedException {
        json.check();
        if (Files.exists(target()) && !Files.isDirectory(target())) {
            throw Failure.input(target() + " is no folder: the wheel can't be put into it (--out DIR)");
        }
        Progress view = json.view();
        WheelCheck check = WheelCheck.of(store.folder(), project, python);
        Optional<List<Outcome>> same =
                check.outcomes(view, wheel -> json.people().println(copy(wheel, target())));
        if (same.isPresent()) {
            tell(same.get());
            return 0;
        }
        check.begin();
        PyProject read = PyProject.read(project.folder());
        WheelRun run;
        try (OpeningStore opening = new OpeningStore(store::open)) {
            run = new WheelRun(opening.get(), project, python, check, view, json.people());
            run.run(read, built -> json.people().println(copy(built.wheel(), target())));
        }
        tell(run.outcomes());
        return run.code();
    }

    private Path target() {
        return out == null ? project.folder().resolve("dist") : out;
    }

    private void tell(List<Outcome> outcomes) {
        json.stream(out -> JsonReport.run(out, "cutoff.wheel/1", project.terms.policyWord(), outcomes));
    }

    /** Puts a wheel into a folder, whole or not at all; one that is there already is left, with its times. */
    private static Path copy(Path wheel, Path folder) {
        Path target = folder.resolve(wheel.getFileName());
        try {
            if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && Files.mismatch(wheel, target) < 0) {
                return target;
            }
            Files.createDirectories(folder);
            Path made = Files.createTempFile(folder, ".cutoff-", ".part");
            try {
                Files.copy(wheel, made, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-r--r--"));
                Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(made);
            }
            return target;
        } catch (IOException e) {
            throw Failure.io("writing " + target, e);
        }
    }
}
