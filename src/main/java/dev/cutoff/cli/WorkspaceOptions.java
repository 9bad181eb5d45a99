package dev.cutoff.cli;

import dev.cutoff.build.Project;
import dev.cutoff.build.Request;
import dev.cutoff.build.Watch;
import dev.cutoff.frontend.workspace.WorkspaceReader;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code build} and {@code plan} have in common. */
final class WorkspaceOptions {

    @Parameters(
            paramLabel = "UNIT",
            arity = "0..*",
            description = "Units to consider, with all they need (default: all).")
    List<String> units = new ArrayList<>();

    @Option(
            names = "-C",
            paramLabel = "DIR",
            description = "The workspace: a folder with a cutoff.toml (default: here).")
    Path workspace = Path.of("");

    @Mixin
    TermsOptions terms = new TermsOptions();

    @Option(
            names = "--force",
            paramLabel = "UNIT",
            arity = "0..1",
            fallbackValue = Request.ALL,
            description =
                    "Rebuild this unit regardless; without a name, all that the run reaches. May be repeated; a name behind it is its own: --force a b forces a alone, and builds both.")
    List<String> forced = new ArrayList<>();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Processes at once, over all builds (default: processors).")
    int jobs = Runtime.getRuntime().availableProcessors();

    /** The workspace's folder, without links where it is there. */
    Path folder() {
        try {
            return workspace.toRealPath();
        } catch (IOException e) {
            // Its reader will say so.
            return workspace.toAbsolutePath();
        }
    }

    Project read() {
        return WorkspaceReader.read(folder());
    }

    /** What is asked for by one who builds nothing. */
    Request request(boolean keepGoing, Optional<Watch> watch) {
        return request(keepGoing, watch, true);
    }

    /**
     * What is asked for.
     *
     * @param watch how builds are to be observed; empty where nothing was said
     * @param trees whether builds go on from earlier ones
     */
    Request request(boolean keepGoing, Optional<Watch> watch, boolean trees) {
        if (jobs < 1) {
            throw Failure.input("--jobs must be at least 1");
        }
        Set<String> force = new TreeSet<>(forced);
        Set<String> wanted = new LinkedHashSet<>(units);
        if (!units.isEmpty()) {
            // --force UNIT names a unit to be built as well as an operand does.
            force.stream().filter(unit -> !unit.equals(Request.ALL)).forEach(wanted::add);
        }
        return new Request(
                List.copyOf(wanted),
                force,
                terms.policy(),
                terms.trust(),
                terms.debugInfoCounts(),
                terms.probing(),
                watch,
                jobs,
                keepGoing,
                trees);
    }
}
