package dev.cutoff.cli;

import dev.cutoff.frontend.pep517.IndexSettings;
import dev.cutoff.frontend.pep517.Resolver;
import dev.cutoff.model.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which interpreter, and where build requirements come from: options as pip's users know them. */
final class PythonOptions {

    @Option(
            names = "--python",
            paramLabel = "PYTHON",
            description =
                    "The interpreter: a path, a virtual environment, a name in PATH or a version (default: the active virtual environment's, else python3).")
    String python = "";

    @Option(
            names = "--build-constraint",
            paramLabel = "FILE",
            description = "Limits versions of build requirements; pip's constraints format. May be repeated.")
    List<Path> constraints = new ArrayList<>();

    @Option(
            names = {"-i", "--index-url"},
            paramLabel = "URL",
            description = "The index, for pip.")
    @Nullable
    String index;

    @Option(names = "--extra-index-url", paramLabel = "URL", description = "A further index, for pip.")
    List<String> moreIndexes = new ArrayList<>();

    @Option(
            names = {"-f", "--find-links"},
            paramLabel = "PLACE",
            description = "A folder or page with archives, for pip.")
    List<String> links = new ArrayList<>();

    @Option(names = "--no-index", description = "Take archives from --find-links alone.")
    boolean noIndex;

    @Option(names = "--pre", description = "Take pre-releases of build requirements, too.")
    boolean pre;

    @Option(
            names = "--refresh",
            description = "Resolve build requirements anew, however young the known resolution is.")
    boolean refresh;

    @Option(names = "--offline", description = "Use no network: take what was resolved and fetched before.")
    boolean offline;

    @Option(
            names = "--resolve-after",
            paramLabel = "AGE",
            description =
                    "Resolve build requirements anew after that time: with h, d or w (default: ${DEFAULT-VALUE}).")
    String age = "1d";

    IndexSettings settings() {
        List<String> options = new ArrayList<>();
        if (index != null) {
            options.addAll(List.of("--index-url", index));
        }
        moreIndexes.forEach(url -> options.addAll(List.of("--extra-index-url", url)));
        for (String link : links) {
            // Relative to where the command was given.
            options.addAll(List.of(
                    "--find-links",
                    link.contains("://") ? link : Path.of(link).toAbsolutePath().toString()));
        }
        if (noIndex) {
            options.add("--no-index");
        }
        if (pre) {
            options.add("--pre");
        }
        for (Path file : constraints) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw Failure.input("--build-constraint " + file + ": there is no such file");
            }
        }
        return new IndexSettings(
                options, constraints.stream().map(Path::toAbsolutePath).toList());
    }

    Resolver.Network network() {
        if (refresh && offline) {
            throw Failure.input("--refresh and --offline: say one of them");
        }
        return refresh ? Resolver.Network.REFRESH : offline ? Resolver.Network.OFFLINE : Resolver.Network.AS_NEEDED;
    }

    Duration age() {
        return Duration.ofMillis(StoreGcCommand.milliseconds("--resolve-after", age));
    }
}
