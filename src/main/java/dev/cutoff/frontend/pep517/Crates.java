package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.frontend.python.Requirement;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.stage.GivenTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The crates that a Rust project's Cargo.lock names, for a build that has no network: the sources that {@code cargo vendor} gives, and
 * the configuration that has cargo take them from there.
 *
 * @param tree stands at {@link #NEED}, as cargo's home
 * @param programs the toolchain's, as the project chooses it
 */
public record Crates(Tree tree, Path programs) {

    /** The unit that stands for them. */
    static final String NEED = "_crates";

    private static final String KIND = "+crates/";

    /** Counted up whenever the same lock would be laid out in another way. */
    private static final String LAYOUT = "1";

    /** Backends, or their parts, that run cargo. */
    private static final Set<String> BUILDERS = Set.of("maturin", "setuptools-rust");

    private static final String LOCK = "Cargo.lock";

    /**
     * The crates of a project; empty where its build requirements name nobody who runs cargo, or where there is no cargo or no lock.
     *
     * @param variables the user's
     * @param offline whether no network may be used for it
     * @param notes told what the user should know
     */
    public static Optional<Crates> of(
            PyProject project,
            GivenTrees trees,
            Map<String, String> variables,
            Memory memory,
            boolean offline,
            Consumer<String> notes)
            throws IOException, InterruptedException {
        boolean runsCargo = project.requires().stream()
                .flatMap(text -> Requirement.parse(text).stream())
                .anyMatch(requirement -> BUILDERS.contains(requirement.name()));
        if (!runsCargo) {
            return Optional.empty();
        }
        // Which toolchain it is rustup says by files of its own.
        memory.restsOnMore();
        Optional<Path> cargo = Commands.find("cargo", variables);
        Path manifest = project.folder().resolve(project.manifest());
        Optional<Path> lock = lock(manifest, project.folder());
        if (cargo.isEmpty() || !Files.isRegularFile(manifest)) {
            return Optional.empty();
        }
        if (lock.isEmpty()) {
            notes.accept(manifest + " has no " + LOCK
                    + ", so its crates are not fetched for the build, which has no network;"
                    + " make one with cargo generate-lockfile");
            return Optional.empty();
        }
        Commands commands = new Commands(variables);
        Commands.Result root = commands.run(List.of("rustc", "--print", "sysroot"), project.folder());
        if (root.code() != 0) {
            throw Failure.environment(
                    "rustc does not say where it is: " + root.err().strip());
        }
        String kind = KIND + project.name();
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("layout", LAYOUT);
        inputs.put("lock", Environments.digest(lock.get()).hex());
        Optional<Tree> known = trees.find(kind, inputs);
        Tree tree = known.isPresent()
                ? known.get()
                : trees.put(
                        kind,
                        inputs,
                        new TreeMap<>(),
                        folder -> vendor(commands, project.folder(), cargo.get(), manifest, offline, folder));
        return Optional.of(new Crates(tree, Path.of(root.out().strip()).resolve("bin")));
    }

    /** That of the manifest's folder, or of the workspace that it is in. */
    private static Optional<Path> lock(Path manifest, Path project) {
        for (Path folder = manifest.getParent();
                folder != null && folder.startsWith(project);
                folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(LOCK))) {
                return Optional.of(folder.resolve(LOCK));
            }
        }
        return Optional.empty();
    }

    private static void vendor(Commands commands, Path project, Path cargo, Path manifest, boolean offline, Path folder)
            throws IOException, InterruptedException {
        Path vendor = folder.resolve("vendor");
        List<String> command = new ArrayList<>(List.of(cargo.toString(), "vendor", "--locked", "--versioned-dirs"));
        command.addAll(List.of("--manifest-path", manifest.toString(), vendor.toString()));
        if (offline) {
            command.add("--offline");
        }
        Commands.Result result = commands.run(command, project);
        if (result.code() != 0) {
            throw Failure.environment("the crates of " + manifest + " could not be had; cargo says:\n  "
                    + result.err().strip().replace("\n", "\n  "));
        }
        String config = result.out().replace(vendor.toString(), Place.artifact(NEED) + "/vendor");
        Files.writeString(folder.resolve("config.toml"), config + "[net]\noffline = true\n");
    }

    /** What a build that uses them is told. */
    SortedMap<String, String> variables() {
        SortedMap<String, String> variables = new TreeMap<>();
        variables.put("CARGO_HOME", "$DEPS/" + NEED);
        return variables;
    }
}
