package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.rust.UsedItems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Asks the compiler which items of a crate a recorded unit uses: for explanation, never for a decision. */
final class ItemUses {

    private ItemUses() {}

    /**
     * Compiles a unit aside, without code generation.
     *
     * @param crate the dependency, as the compiler names it
     * @throws IOException with a message for people where the compiler does not tell
     */
    static Set<String> of(UnitFolder folder, RustcCall call, String crate) throws IOException {
        Path place = folder.path("items");
        UnitFolder.delete(place);
        Files.createDirectories(place);
        try {
            List<String> command = new ArrayList<>(List.of(call.compiler()));
            command.addAll(call.aside(place));
            command.addAll(List.of("-Zself-profile=" + place, "-Zself-profile-events=default,query-keys"));
            Map<String, String> environment = Environments.forCompiler(call.environment());
            environment.put("RUSTC_BOOTSTRAP", "1");
            Said said = Said.by(command, call.folder(), environment);
            if (said.code() != 0) {
                throw new IOException("it does not compile as it is now");
            }
            Set<String> items = new TreeSet<>();
            boolean told = false;
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".mm_profdata"))::iterator) {
                    items.addAll(UsedItems.in(Files.readAllBytes(file), crate));
                    told = true;
                }
            }
            if (!told) {
                throw new IOException("the compiler makes no profile");
            }
            return items;
        } finally {
            UnitFolder.delete(place);
        }
    }
}
