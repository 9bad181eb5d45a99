package dev.cutoff.cli;

import dev.cutoff.build.Project;
import dev.cutoff.build.Request;
import dev.cutoff.build.Watch;
import dev.cutoff.frontend.workspace.WorkspaceReader;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
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

    @Option(names = "--policy", paramLabel = "POLICY", description = "strict, identical or compatible, for all units.")
    @Nullable
    String policy;

    @Option(
            names = "--trust",
            paramLabel = "TRUST",
            description = "clean: accept only results that were built in an empty folder; incremental: any.")
    @Nullable
    String trust;

    @Option(
            names = "--debug-info",
            paramLabel = "HOW",
            description = "aside (default): what would change debug info alone is no reason; exact: it is.")
    String debugInfo = "aside";

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
                List.copyOf(wanted), force, policy(), trust(), debugInfoCounts(), watch, jobs, keepGoing, trees);
    }

    private boolean debugInfoCounts() {
        return switch (debugInfo) {
            case "aside" -> false;
            case "exact" -> true;
            default -> throw Failure.input("--debug-info must be aside or exact, and is '" + debugInfo + "'");
        };
    }

    private Optional<Policy> policy() {
        if (policy == null) {
            return Optional.empty();
        }
        Optional<Policy> known = Policy.of(policy);
        if (known.isEmpty()) {
            throw Failure.input("--policy must be strict, identical or compatible, and is '" + policy + "'");
        }
        return known;
    }

    private Optional<Trust> trust() {
        if (trust == null) {
            return Optional.empty();
        }
        Optional<Trust> known = Trust.of(trust);
        if (known.isEmpty()) {
            throw Failure.input("--trust must be clean or incremental, and is '" + trust + "'");
        }
        return known;
    }

    /** The policy as the run's document names it: the one for all, or that of units that don't say. */
    String policyWord() {
        return policy == null ? Policy.IDENTICAL.word() : policy;
    }
}
