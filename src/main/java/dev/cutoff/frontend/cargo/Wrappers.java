package dev.cutoff.frontend.cargo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/** The wrapper of the compiler that the user has, as cargo would find it: ours starts it in the compiler's place. */
final class Wrappers {

    private static final String KEY = "build.rustc-wrapper";

    private Wrappers() {}

    /** Order as in cargo: RUSTC_WRAPPER, --config, CARGO_BUILD_RUSTC_WRAPPER, configuration files from the folder upwards. */
    static Optional<String> existing(Map<String, String> environment, List<String> arguments, Path folder)
            throws IOException {
        String variable = environment.get(Environments.WRAPPER);
        if (variable != null) {
            return nonEmpty(variable);
        }
        for (int i = 0; i < arguments.size() && !arguments.get(i).equals("--"); i++) {
            String word = arguments.get(i);
            String config = word.equals("--config") && i + 1 < arguments.size()
                    ? arguments.get(i + 1)
                    : word.startsWith("--config=") ? word.substring("--config=".length()) : null;
            if (config != null) {
                TomlParseResult toml =
                        Files.isRegularFile(Path.of(config)) ? Toml.parse(Path.of(config)) : Toml.parse(config);
                if (toml.isString(KEY)) {
                    return nonEmpty(String.valueOf(toml.getString(KEY)));
                }
            }
        }
        String build = environment.get("CARGO_BUILD_RUSTC_WRAPPER");
        if (build != null) {
            return nonEmpty(build);
        }
        for (@Nullable Path at = folder; at != null; at = at.getParent()) {
            Optional<String> found = inFolder(at.resolve(".cargo"));
            if (found.isPresent()) {
                return nonEmpty(found.get());
            }
        }
        String home = environment.get("CARGO_HOME");
        Path of = home != null ? Path.of(home) : Path.of(environment.getOrDefault("HOME", "/"), ".cargo");
        return inFolder(of).flatMap(Wrappers::nonEmpty);
    }

    private static Optional<String> nonEmpty(String wrapper) {
        return wrapper.isEmpty() ? Optional.empty() : Optional.of(wrapper);
    }

    private static Optional<String> inFolder(Path folder) throws IOException {
        for (String name : List.of("config", "config.toml")) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                TomlParseResult toml = Toml.parse(file);
                if (toml.isString(KEY)) {
                    String wrapper = String.valueOf(toml.getString(KEY));
                    Path parent = folder.getParent();
                    // With a slash it is relative to the folder that holds .cargo.
                    return Optional.of(
                            wrapper.contains("/") && parent != null
                                    ? parent.resolve(wrapper).toString()
                                    : wrapper);
                }
            }
        }
        return Optional.empty();
    }
}
