package dev.cutoff.frontend.cargo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which environment variables a compile depends on, and which are ours. */
final class Environments {

    static final String SOCKET = "CUTOFF_CARGO_SOCKET";
    static final String CHAIN = "CUTOFF_CARGO_CHAIN";
    static final String WRAPPER = "RUSTC_WRAPPER";

    /** Of the run, not of the crate. */
    private static final Set<String> OF_THE_RUN = Set.of(
            WRAPPER,
            "CARGO_MAKEFLAGS",
            "MAKEFLAGS",
            "MFLAGS",
            "PATH",
            "CARGO_BUILD_JOBS",
            "RUST_BACKTRACE",
            "_",
            "PWD");

    private Environments() {}

    static boolean isOurs(String name) {
        return name.startsWith("CUTOFF_");
    }

    /** What a compiler gets that we start: without what leads back to us, and without the job server's descriptors. */
    static Map<String, String> forCompiler(Map<String, String> environment) {
        Map<String, String> plain = new LinkedHashMap<>(environment);
        plain.keySet().removeIf(Environments::isOurs);
        plain.keySet().removeAll(Set.of(WRAPPER, "CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"));
        return plain;
    }

    /**
     * What counts as an input: what cargo set or changed, since build scripts speak through it, and what is named after
     * cargo or the compiler.
     *
     * @param caller the environment that cargo itself was given
     */
    static Map<String, String> counting(Map<String, String> environment, Map<String, String> caller) {
        Map<String, String> counting = new TreeMap<>();
        environment.forEach((name, value) -> {
            boolean named = name.startsWith("CARGO") || name.startsWith("RUST") || name.equals("OUT_DIR");
            boolean noise = OF_THE_RUN.contains(name) || isOurs(name) || name.startsWith("CARGO_TERM_");
            if (!noise && (named || !value.equals(caller.get(name)))) {
                counting.put(name, value);
            }
        });
        return counting;
    }
}
