package dev.cutoff.cli;

import dev.cutoff.build.Request;
import dev.cutoff.frontend.pep517.BuildVariables;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A Python project, and how its wheel is to be built. */
final class ProjectOptions {

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The project's folder (default: here).")
    Path folder = Path.of("");

    @Mixin
    TermsOptions terms = new TermsOptions();

    @Option(
            names = {"-C", "--config-setting", "--config-settings"},
            paramLabel = "KEY=VALUE",
            description = "A setting for the build backend. May be repeated.")
    List<String> settings = new ArrayList<>();

    @Option(
            names = "--env",
            paramLabel = "NAME[=VALUE]",
            description =
                    "A variable for the build; those of compilers and backends (CC, CFLAGS, CMAKE_ARGS, SKBUILD_…) reach it anyway.")
    List<String> variables = new ArrayList<>();

    @Option(names = "--force", description = "Run the hooks, whatever is known.")
    boolean force;

    @Option(
            names = "--no-trees",
            description = "Build in an empty folder, and store none for later builds to go on from.")
    boolean noTrees;

    @Option(
            names = "--network",
            description =
                    "Let the build use the network; a wheel of a build that did is never kept, since nobody saw what it fetched.")
    boolean network;

    @Option(names = "--jobs", paramLabel = "N", description = "Processes at once (default: processors).")
    int jobs = Runtime.getRuntime().availableProcessors();

    Path folder() {
        return folder.toAbsolutePath().normalize();
    }

    Map<String, List<String>> settings() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw Failure.input("--config-setting " + setting + ": say KEY=VALUE");
            }
            all.computeIfAbsent(setting.substring(0, equals), key -> new ArrayList<>())
                    .add(setting.substring(equals + 1));
        }
        return all;
    }

    SortedMap<String, String> variables() {
        return BuildVariables.of(System.getenv(), variables);
    }

    Unit.Network unitNetwork() {
        return network ? Unit.Network.OPEN : Unit.Network.NONE;
    }

    Request request(String unit) {
        if (jobs < 1) {
            throw Failure.input("--jobs must be at least 1");
        }
        return new Request(
                List.of(unit),
                force ? Set.of(unit) : Set.of(),
                terms.policy(),
                terms.trust(),
                terms.debugInfoCounts(),
                terms.probing(),
                Optional.empty(),
                jobs,
                false,
                !noTrees);
    }
}
