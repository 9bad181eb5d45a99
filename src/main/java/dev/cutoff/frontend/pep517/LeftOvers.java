package dev.cutoff.frontend.pep517;

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

    static LeftOvers in(Path project) throws IOException {
        Set<Path> paths = new HashSet<>();
        try (Stream<Path> children = Files.list(project)) {
            for (Path child : children.filter(Files::isDirectory).toList()) {
                if (isLeft(child)) {
                    paths.add(child);
                } else if (child.endsWith("src")) {
                    // Where setuptools leaves what it knows of packages that stand there.
                    noteEggs(child, paths);
                }
            }
        }
        return new LeftOvers(paths);
    }

    private static void noteEggs(Path folder, Set<Path> paths) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            children.filter(LeftOvers::isEgg).forEach(paths::add);
        }
    }

    private static boolean isEgg(Path folder) {
        return String.valueOf(folder.getFileName()).endsWith(".egg-info")
                && Files.exists(folder.resolve("SOURCES.txt"));
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
