package dev.cutoff.frontend.cargo;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A run of cargo with a wrapper of the compiler that asks us. */
public final class CargoRun {

    /** Those that compile programs; others have nothing that could be kept. */
    private static final Set<String> COMPILING =
            Set.of("build", "b", "test", "t", "run", "r", "bench", "rustc", "install");

    static final String UNITS = "units";

    private static final List<String> METADATA = List.of("metadata", "--no-deps", "--format-version", "1");

    private final List<String> arguments;
    private final Terms terms;
    private final Map<String, String> environment;
    private final Tally tally = new Tally();

    /**
     * @param arguments cargo's, unchanged
     * @param environment of the caller
     */
    public CargoRun(List<String> arguments, Terms terms, Map<String, String> environment) {
        this.arguments = List.copyOf(arguments);
        this.terms = terms;
        this.environment = new LinkedHashMap<>(environment);
    }

    /** What became of the units that cargo asked for. */
    public List<Outcome> outcomes() {
        return tally.outcomes();
    }

    /** What was ignored, or went another way than it should. */
    public List<String> notes() {
        return tally.notes();
    }

    /**
     * Runs cargo to its end.
     *
     * @return its exit code
     */
    public int run() throws InterruptedException {
        try {
            Optional<Path> target = compiles() ? target() : Optional.empty();
            return target.isPresent()
                    ? watched(target.get())
                    : start(environment).waitFor();
        } catch (IOException e) {
            boolean missing = String.valueOf(e.getMessage()).contains("error: 2 ");
            String named = environment.getOrDefault("CARGO", "");
            throw Failure.environment(
                    !missing
                            ? "cargo can't be run: " + e.getMessage()
                            : named.isEmpty()
                                    ? "cargo is not installed, or not in PATH: install Rust (rustup, or Debian's package cargo)"
                                    : "there is no " + named + ", which the variable CARGO names");
        }
    }

    private String command() {
        return arguments.stream()
                .filter(a -> !a.startsWith("+") && !a.startsWith("-"))
                .findFirst()
                .orElse("");
    }

    private boolean compiles() {
        return COMPILING.contains(command()) && System.getProperty("os.name").equals("Linux");
    }

    private static String cargo(Map<String, String> environment) {
        return environment.getOrDefault("CARGO", "cargo");
    }

    private List<String> toolchain() {
        return arguments.isEmpty() || !arguments.get(0).startsWith("+") ? List.of() : List.of(arguments.get(0));
    }

    /** The folder of what is made, as cargo tells it; empty where cargo has something to say against the workspace. */
    private Optional<Path> target() throws IOException {
        List<String> command = new ArrayList<>(toolchain());
        command.addAll(METADATA);
        @Nullable String folder = null;
        List<String> own = arguments.contains("--") ? arguments.subList(0, arguments.indexOf("--")) : arguments;
        for (int i = 0; i < own.size(); i++) {
            String word = own.get(i);
            String next = i + 1 < own.size() ? own.get(i + 1) : "";
            if (word.equals("--target-dir")) {
                folder = next;
            } else if (word.startsWith("--target-dir=")) {
                folder = word.substring("--target-dir=".length());
            } else if (word.equals("--manifest-path") || word.equals("--config") || word.equals("-C")) {
                command.addAll(List.of(word, next));
            } else if (word.startsWith("--manifest-path=")
                    || word.startsWith("--config=")
                    || word.equals("--offline")) {
                command.add(word);
            }
        }
        if (folder != null) {
            return Optional.of(Path.of(folder).toAbsolutePath());
        }
        return target(command, Path.of("").toAbsolutePath(), environment);
    }

    /** The folder of what is made of a workspace, as cargo tells it; empty where it tells none. */
    static Optional<Path> target(Path workspace, Map<String, String> environment) throws IOException {
        return target(METADATA, workspace, environment);
    }

    private static Optional<Path> target(List<String> words, Path folder, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(cargo(environment)));
        command.addAll(words);
        Said said = Said.by(command, folder, environment);
        return said.code() == 0 ? Metadata.targetDirectory(said.output()) : Optional.empty();
    }

    private Process start(Map<String, String> with) throws IOException {
        List<String> command = new ArrayList<>(List.of(cargo(environment)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().clear();
        builder.environment().putAll(with);
        return builder.start();
    }

    private int watched(Path target) throws IOException, InterruptedException {
        Path state;
        try {
            state = State.in(target);
            Files.createDirectories(state.resolve(UNITS));
        } catch (IOException e) {
            tally.note("the folder of Cutoff's state can't be made, delete what stands in its way: " + e.getMessage()
                    + "\ncargo runs alone");
            return start(environment).waitFor();
        }
        List<String> compiler = new ArrayList<>(List.of(environment.getOrDefault("RUSTC", "rustc")));
        compiler.addAll(environment.containsKey("RUSTC") ? List.of() : toolchain());
        Client client;
        try {
            client = Client.in(state, compiler, environment);
        } catch (Failure e) {
            tally.note(e.getMessage() + "\ncargo runs alone");
            return start(environment).waitFor();
        }
        Path place = Files.createTempDirectory("cutoff-cargo");
        try (Calls calls = new Calls(place.resolve("socket"), tally)) {
            Units units = new Units(state.resolve(UNITS), tally::note);
            if (terms.exact()) {
                Relaxed.remove(state.resolve(UNITS));
            }
            Toolchain.Known toolchains = new Toolchain.Known();
            Inputs inputs = new Inputs(new FileDigests(), toolchains, units, environment);
            calls.serve(new UnitBuilder(terms, units, inputs, toolchains, client, tally, calls.threads()));
            Map<String, String> with = new LinkedHashMap<>(environment);
            Wrappers.existing(environment, arguments, Path.of("").toAbsolutePath())
                    .ifPresent(chain -> with.put(Environments.CHAIN, chain));
            with.put(Environments.WRAPPER, client.program().toString());
            with.put(Environments.SOCKET, calls.socket().toString());
            int code = start(with).waitFor();
            return code != 0 && tally.hasFailedRelink() ? anew(state, with) : code;
        } finally {
            UnitFolder.delete(place);
        }
    }

    /** What was kept does not link: nothing of it is trusted any more. */
    private int anew(Path state, Map<String, String> with) throws IOException, InterruptedException {
        tally.note("a link with kept dependencies failed: all that was kept is built anew");
        Relaxed.removeAll(state.resolve(UNITS));
        return start(with).waitFor();
    }
}
