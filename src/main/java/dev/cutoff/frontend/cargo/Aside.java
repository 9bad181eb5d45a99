package dev.cutoff.frontend.cargo;

import dev.cutoff.frontend.cargo.Proof.Unequal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs of the compiler beside the product, without code generation, with texts laid over the sources in a mount namespace, so
 * that every path is the real one. Unstable options are allowed to these processes alone.
 */
final class Aside {

    private static final String HASH = "hash ";

    private final UnitFolder folder;
    private final RustcCall call;

    Aside(UnitFolder folder, RustcCall call) {
        this.folder = folder;
        this.call = call;
    }

    /**
     * What a run made.
     *
     * @param hash of the crate, as the compiler prints it
     * @param root what else the compiler prints of the metadata's root: the crates that it depends on, for one
     * @param read the sources
     */
    @SuppressWarnings("ArrayRecordComponent") // Not compared; written to nobody.
    record Side(byte[] metadata, String hash, String root, Set<Path> read) {}

    private interface Use<T> {
        T of(Path place, Said said) throws Unequal, IOException;
    }

    /**
     * Compiles.
     *
     * @param texts by the path of the source that each stands for
     * @param name of a folder that no other run uses meanwhile
     */
    Side compile(Map<Path, byte[]> texts, String name) throws Unequal, IOException {
        return run(texts, name, List.of(), (place, said) -> {
            Path metadata = place.resolve("lib" + call.crate() + call.extra() + ".rmeta");
            Said root =
                    Said.by(List.of(call.compiler(), "-Zls=root", metadata.toString()), call.folder(), environment());
            String hash = root.output()
                    .lines()
                    .filter(line -> line.startsWith(HASH))
                    .map(line -> line.split(" ")[1])
                    .findFirst()
                    .filter(h -> h.matches("[0-9a-f]{32}"))
                    .orElseThrow(() -> new Unequal("the compiler does not tell a crate's hash"));
            String more =
                    root.output().lines().filter(line -> !line.startsWith(HASH)).collect(Collectors.joining("\n"));
            DepInfo read = DepInfo.read(place.resolve(call.crate() + call.extra() + ".d"), call.folder());
            return new Side(Files.readAllBytes(metadata), hash, more, read.files());
        });
    }

    /** The crate's text after expansion. */
    byte[] expanded(Map<Path, byte[]> texts, String name) throws Unequal, IOException {
        return run(
                texts,
                name,
                List.of("-Zunpretty=expanded"),
                (_, said) -> said.output().getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, String> environment() {
        Map<String, String> environment = Environments.forCompiler(call.environment());
        environment.put("RUSTC_BOOTSTRAP", "1");
        return environment;
    }

    private <T> T run(Map<Path, byte[]> texts, String name, List<String> more, Use<T> use) throws Unequal, IOException {
        Path place = folder.path(name);
        UnitFolder.delete(place);
        Files.createDirectories(place);
        try {
            List<String> command = new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/"));
            int count = 0;
            for (var entry : texts.entrySet()) {
                Path text = place.resolve(count++ + ".text");
                Files.write(text, entry.getValue());
                command.addAll(List.of(
                        "--ro-bind",
                        text.toString(),
                        entry.getKey().toRealPath().toString()));
            }
            command.addAll(List.of("--die-with-parent", "--chdir", call.folder().toString(), "--"));
            command.add(call.compiler());
            command.addAll(call.aside(place));
            command.addAll(more);
            Said said;
            try {
                said = Said.by(command, call.folder(), environment());
            } catch (IOException e) {
                throw new Unequal("bubblewrap (bwrap), by which it is compared, can't be run");
            }
            if (said.code() != 0) {
                throw new Unequal(
                        said.error().startsWith("bwrap:")
                                ? "bubblewrap (bwrap), by which it is compared, failed: "
                                        + said.error().strip()
                                : "the compile for the comparison failed");
            }
            return use.of(place, said);
        } finally {
            UnitFolder.delete(place);
        }
    }
}
