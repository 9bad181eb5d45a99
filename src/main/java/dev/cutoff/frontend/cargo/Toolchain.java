package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The compiler behind a name: its installation by the stats of its parts.
 *
 * @param identity tells one installation from another
 * @param host the system that it runs on, as in x86_64-unknown-linux-gnu
 * @param why "" where it is known, else what is wrong
 */
record Toolchain(String identity, String host, String why) {

    /** The toolchains that a run met. */
    static final class Known {
        private final Map<String, Toolchain> all = new ConcurrentHashMap<>();

        Toolchain of(RustcCall call) {
            String key = call.compiler() + " " + call.environment().get("RUSTUP_TOOLCHAIN") + " " + call.folder();
            return all.computeIfAbsent(key, k -> ask(call));
        }
    }

    private static Toolchain ask(RustcCall call) {
        try {
            Said said = Said.by(
                    List.of(call.compiler(), "--print", "sysroot", "--print", "host-tuple"),
                    call.folder(),
                    Environments.forCompiler(call.environment()));
            List<String> lines = said.output().lines().toList();
            if (said.code() != 0 || lines.size() != 2) {
                return new Toolchain("", "", "the compiler is too old, it does not know --print host-tuple");
            }
            Path root = Path.of(lines.get(0));
            List<String> parts = new ArrayList<>(lines);
            parts.add(call.compiler());
            Path own = Path.of(call.compiler());
            if (own.isAbsolute()) {
                parts.add(FileDigests.stat(own.toRealPath()));
            }
            parts.add(FileDigests.stat(root.resolve("bin/rustc")));
            parts.add(FileDigests.listing(root.resolve("lib")));
            try (Stream<Path> targets = Files.list(root.resolve("lib/rustlib"))) {
                for (Path target : targets.sorted().toList()) {
                    parts.add(target.getFileName() + " " + FileDigests.listing(target.resolve("lib")));
                }
            }
            return new Toolchain(Digest.ofText(String.join("\n", parts)).hex(), lines.get(1), "");
        } catch (IOException e) {
            return new Toolchain("", "", "the compiler could not be asked: " + e.getMessage());
        }
    }
}
