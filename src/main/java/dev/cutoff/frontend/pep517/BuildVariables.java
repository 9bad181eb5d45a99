package dev.cutoff.frontend.pep517;

import dev.cutoff.model.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables of the user's that reach hooks: those by which compilers and build backends are told what to do. All others
 * stay outside, so that a build does not depend on who started it.
 */
public final class BuildVariables {

    private static final Set<String> NAMES = Set.of(
            "CC",
            "CXX",
            "CPP",
            "FC",
            "F77",
            "F90",
            "AR",
            "LD",
            "NM",
            "RANLIB",
            "STRIP",
            "CFLAGS",
            "CXXFLAGS",
            "CPPFLAGS",
            "FFLAGS",
            "FCFLAGS",
            "LDFLAGS",
            "ARCHFLAGS",
            "RUSTFLAGS",
            "PKG_CONFIG_PATH",
            "PKG_CONFIG",
            "LDSHARED",
            "MACOSX_DEPLOYMENT_TARGET",
            "PBR_VERSION",
            "CUDA_HOME",
            "CUDACXX",
            "CUDAARCHS",
            "MAX_JOBS");

    private static final List<String> PREFIXES = List.of(
            "CMAKE_",
            "SKBUILD_",
            "MESON",
            "MATURIN_",
            "PYO3_",
            "CARGO_BUILD_",
            "CARGO_PROFILE_",
            "SETUPTOOLS_",
            "DISTUTILS_",
            "HATCH_",
            "PDM_BUILD_",
            "POETRY_DYNAMIC_VERSIONING_",
            "NPY_",
            "CYTHON_");

    /** How many processes work is no input. */
    private static final Set<String> NEVER = Set.of("CMAKE_BUILD_PARALLEL_LEVEL");

    private static final Set<String> RESERVED = Set.of("OUT", "DEPS", "JOBS", "HOME", "TMPDIR", "PATH");

    private BuildVariables() {}

    /**
     * Chooses.
     *
     * @param more {@code NAME=VALUE}, or {@code NAME} for the user's own value
     */
    public static SortedMap<String, String> of(Map<String, String> users, List<String> more) {
        SortedMap<String, String> chosen = new TreeMap<>();
        users.forEach((name, value) -> {
            boolean known = NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith);
            if (known && !NEVER.contains(name)) {
                chosen.put(name, value);
            }
        });
        for (String item : more) {
            int equals = item.indexOf('=');
            String name = equals < 0 ? item : item.substring(0, equals);
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || RESERVED.contains(name)) {
                throw Failure.input(
                        "--env " + item + ": say NAME or NAME=VALUE, with a variable that Cutoff does not set");
            }
            if (equals >= 0) {
                chosen.put(name, item.substring(equals + 1));
            } else if (users.containsKey(name)) {
                chosen.put(name, String.valueOf(users.get(name)));
            } else {
                throw Failure.input("--env " + item + ": there is no such variable");
            }
        }
        return chosen;
    }
}
