package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.python.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where distributions come from, as the user says: options of the command line, pip's variables and configuration files.
 *
 * @param options for pip: {@code --index-url}, {@code --find-links} …
 * @param constraints files that limit versions (pip's --build-constraint)
 */
public record IndexSettings(List<String> options, List<Path> constraints) {

    public IndexSettings {
        options = List.copyOf(options);
        constraints = List.copyOf(constraints);
    }

    /** The options, pip's and uv's alike, that limit versions. */
    List<String> constraintOptions() {
        return constraints.stream()
                .flatMap(file -> Stream.of("-c", file.toString()))
                .toList();
    }

    /**
     * All of it as text: where it is the same, requirements are taken to resolve to the same for a while. The files are those
     * of pip's documentation, "Configuration".
     *
     * @param variables the user's
     * @param memory told of the files
     */
    String text(Map<String, String> variables, Path prefix, Memory memory) throws IOException {
        StringBuilder text = new StringBuilder(String.join("\n", options)).append('\n');
        new TreeMap<>(variables).forEach((name, value) -> {
            if (name.startsWith("PIP_") || name.startsWith("UV_")) {
                text.append(name).append('=').append(value).append('\n');
            }
        });
        List<Path> files = new ArrayList<>(constraints);
        files.addAll(files(variables, prefix));
        for (String name : List.of("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT")) {
            for (String file : variables.getOrDefault(name, "").split(" ")) {
                if (!file.isEmpty()) {
                    files.add(Path.of(file));
                }
            }
        }
        for (Path file : files) {
            memory.restsOn(file);
            if (Files.isRegularFile(file)) {
                text.append(file).append('\n').append(Files.readString(file)).append('\n');
            }
        }
        return text.toString();
    }

    /** Where pip looks for configuration files. */
    static List<Path> files(Map<String, String> variables, Path prefix) {
        List<Path> files = new ArrayList<>();
        files.add(Path.of("/etc/pip.conf"));
        for (String folder :
                variables.getOrDefault("XDG_CONFIG_DIRS", "/etc/xdg").split(":")) {
            files.add(Path.of(folder).resolve("pip/pip.conf"));
        }
        String home = variables.getOrDefault("HOME", "/");
        files.add(Path.of(home, ".pip/pip.conf"));
        files.add(Path.of(variables.getOrDefault("XDG_CONFIG_HOME", home + "/.config"))
                .resolve("pip/pip.conf"));
        files.add(prefix.resolve("pip.conf"));
        String own = variables.getOrDefault("PIP_CONFIG_FILE", "");
        if (!own.isEmpty()) {
            files.add(Path.of(own));
        }
        return files;
    }
}
