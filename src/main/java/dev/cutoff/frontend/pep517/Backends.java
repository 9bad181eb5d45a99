package dev.cutoff.frontend.pep517;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of some backends: those that build in a new temporary folder each time are told of one in the staged sources,
 * so that a build can go on from an earlier one's.
 */
final class Backends {

    /** In the staged sources; a project's own would be found by its backend's usual settings. */
    static final String BUILD_FOLDER = ".cutoff-build";

    /** Backends that make all of their own anew each time, and have CMake, Meson and ninja make the rest. */
    private static final Set<String> DRIVERS = Set.of("scikit_build_core.build", "mesonpy");

    /** Backends that run cargo and nothing else that compiles. */
    private static final Set<String> CARGO = Set.of("maturin");

    /** Variables by which users say themselves where cargo works. */
    private static final Set<String> FOLDERS =
            Set.of("CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_BUILD_BUILD_DIR");

    private Backends() {}

    /** Whether what a project depends on can be compiled before it, in a folder of cargo's that is brought to it. */
    static boolean hasCargoFolder(PyProject project, Map<String, String> variables) {
        return project.backendPath().isEmpty()
                && CARGO.contains(project.backend())
                && FOLDERS.stream().noneMatch(variables::containsKey);
    }

    /** Whether a hook starts programs that the observing library can't be loaded into. */
    static boolean isStatic(PyProject project) {
        return CARGO.contains(project.backend());
    }

    /** Whether a hook may be run in a folder that an earlier build left, see {@link dev.cutoff.model.Place#DRIVER}. */
    static boolean isDriver(PyProject project, String hook) {
        return hook.equals("build_wheel") && project.backendPath().isEmpty() && DRIVERS.contains(project.backend());
    }

    static Map<String, List<String>> settings(PyProject project, Map<String, List<String>> asked) {
        Map<String, List<String>> settings = new LinkedHashMap<>(asked);
        if (project.backend().equals("mesonpy") && !asked.containsKey("build-dir") && !asked.containsKey("builddir")) {
            settings.put("builddir", List.of(BUILD_FOLDER));
        }
        return settings;
    }

    static SortedMap<String, String> variables(
            PyProject project, Map<String, List<String>> asked, SortedMap<String, String> chosen) {
        SortedMap<String, String> variables = new TreeMap<>(chosen);
        boolean says = project.hasBuildFolder()
                || asked.containsKey("build-dir")
                || asked.containsKey("skbuild.build-dir")
                || chosen.containsKey("SKBUILD_BUILD_DIR");
        if (project.backend().startsWith("scikit_build_core.") && !says) {
            variables.put("SKBUILD_BUILD_DIR", BUILD_FOLDER);
        }
        return variables;
    }
}
