package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.python.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What builds and installs by hand leave in a project's folder and is no source of it: a clean checkout has none of it, and a
 * backend that found it would pack or believe it.
 *
 * @param paths absolute
 */
record LeftOvers(Set<Path> paths) implements Predicate<Path> {

    private static final String CACHE = "__pycache__";

    /** Folders that are known by the names in them. */
    private static final Set<String> NAMES = Set.of("dist", "build", "src");

    /** @param memory told of what they are known by */
    static LeftOvers in(Path project, Memory memory) throws IOException {
        Set<Path> paths = new HashSet<>();
        memory.restsOn(project);
        try (Stream<Path> children = Files.list(project)) {
            for (Path child : children.filter(Files::isDirectory).toList()) {
                rests(child, memory);
                if (isLeft(child)) {
                    paths.add(child);
                } else if (child.endsWith("src")) {
                    // Where setuptools leaves what it knows of packages that stand there.
                    noteEggs(child, paths, memory);
                }
            }
        }
        return new LeftOvers(paths);
    }

    private static void rests(Path child, Memory memory) throws IOException {
        memory.restsOn(child.resolve("pyvenv.cfg"));
        if (isNamedEgg(child)) {
            memory.restsOn(child.resolve("SOURCES.txt"));
        }
        if (NAMES.contains(String.valueOf(child.getFileName()))) {
            memory.restsOn(child);
        }
    }

    private static void noteEggs(Path folder, Set<Path> paths, Memory memory) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            for (Path egg : children.filter(LeftOvers::isNamedEgg).toList()) {
                memory.restsOn(egg.resolve("SOURCES.txt"));
                if (isEgg(egg)) {
                    paths.add(egg);
                }
            }
        }
    }

    private static boolean isNamedEgg(Path folder) {
        return String.valueOf(folder.getFileName()).endsWith(".egg-info");
    }

    private static boolean isEgg(Path folder) {
        return isNamedEgg(folder) && Files.exists(folder.resolve("SOURCES.txt"));
    }

    private static boolean isLeft(Path folder) throws IOException {
        String name = String.valueOf(folder.getFileName());
        if (name.equals(Backends.BUILD_FOLDER) || Files.exists(folder.resolve("pyvenv.cfg"))) {
            return true;
        }
        if (isEgg(folder)) {
            return true;
        }
        return switch (name) {
            case "dist" -> hasOnly(folder, List.of(".whl", ".tar.gz", ".gitignore", ".part"));
            case "build" ->
                Files.exists(folder.resolve("CMakeCache.txt"))
                        || Files.isDirectory(folder.resolve("meson-private"))
                        || hasOnlyOfSetuptools(folder);
            default -> false;
        };
    }

    private static boolean hasOnlyOfSetuptools(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> {
                String name = String.valueOf(file.getFileName());
                return Files.isDirectory(file)
                        && (name.equals("lib") || name.matches("(lib|temp|bdist|scripts)[.-].*"));
            });
        }
    }

    private static boolean hasOnly(Path folder, List<String> endings) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> endings.stream().anyMatch(file.toString()::endsWith));
        }
    }

    @Override
    public boolean test(Path path) {
        return paths.contains(path) || path.endsWith(CACHE);
    }
}
