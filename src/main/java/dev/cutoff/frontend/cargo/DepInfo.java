package dev.cutoff.frontend.cargo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the compiler says it read: the files, absolute, and the environment variables.
 *
 * @param variables their values; null is no value, written as absent
 */
record DepInfo(Set<Path> files, Map<String, String> variables) {

    private static final String VARIABLE = "# env-dep:";

    /** Reads a file of make rules as rustc writes it; paths in it are relative to a folder. */
    static DepInfo read(Path file, Path folder) throws IOException {
        Set<Path> files = new TreeSet<>();
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(VARIABLE)) {
                String of = line.substring(VARIABLE.length());
                int equals = of.indexOf('=');
                variables.put(equals < 0 ? of : of.substring(0, equals), equals < 0 ? "" : of.substring(equals + 1));
            } else if (line.endsWith(":") && !line.startsWith("#")) {
                // A file alone, as a rule without prerequisites: each has one.
                String path =
                        line.substring(0, line.length() - 1).replace("\\ ", " ").replace("\\#", "#");
                files.add(folder.resolve(path));
            }
        }
        return new DepInfo(files, variables);
    }
}
