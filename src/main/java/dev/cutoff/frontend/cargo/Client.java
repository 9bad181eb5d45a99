package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The program that cargo starts in place of the compiler (client.rs), compiled once by the user's own. */
final class Client {

    private static final String SOURCE = "client.rs";
    private static final List<String> CODEGEN = List.of("-C", "--codegen");

    private final Path folder;

    private Client(Path folder) {
        this.folder = folder;
    }

    /**
     * The client, compiled where it is not there or does not start.
     *
     * @param state where it goes, beside all other state
     * @param compiler the command of the compiler
     * @throws Failure of kind ENVIRONMENT where it can't be compiled
     */
    static Client in(Path state, List<String> compiler, Map<String, String> environment) {
        try (InputStream source = Client.class.getResourceAsStream(SOURCE)) {
            if (source == null) {
                throw Failure.bug(SOURCE + " is missing in the program");
            }
            byte[] text = source.readAllBytes();
            Path folder = state.resolve("client").resolve(Digest.of(text).brief());
            Client client = new Client(folder);
            if (!client.answers()) {
                client.compile(text, compiler, environment);
            }
            return client;
        } catch (IOException e) {
            throw Failure.io("making the wrapper of the compiler", e);
        }
    }

    Path program() {
        return folder.resolve("cutoff-rustc");
    }

    private boolean answers() {
        if (!Files.isExecutable(program())) {
            return false;
        }
        try {
            Said said = Said.by(List.of(program().toString(), "--cutoff-probe"), folder, Map.of());
            return said.code() == 0 && said.output().strip().equals("ready");
        } catch (IOException e) {
            return false;
        }
    }

    private void compile(byte[] text, List<String> compiler, Map<String, String> environment) throws IOException {
        Files.createDirectories(folder);
        Path made = Files.createTempDirectory(folder, "made");
        try {
            Path source = made.resolve(SOURCE);
            Files.write(source, text);
            List<String> command = new ArrayList<>(compiler);
            command.addAll(List.of("--edition=2021", "--crate-name", "cutoff_rustc", "-O", "-C", "strip=symbols"));
            command.addAll(List.of("-o", made.resolve("client").toString(), source.toString()));
            Said said = Said.by(command, made, Environments.forCompiler(environment));
            if (said.code() != 0) {
                throw Failure.environment("the wrapper of the compiler could not be compiled; the compiler said:\n"
                        + said.error().strip());
            }
            Files.move(
                    made.resolve("client"),
                    program(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            UnitFolder.delete(made);
        }
    }

    /**
     * How the client gets to be the linker.
     *
     * @param replaced words of the command line and what stands in their place, in turn, "" for what is added; empty where it can't be
     * @param real the linker that it starts, "" for the one of its own name in PATH
     */
    record Linker(List<String> replaced, String real) {}

    /** The client under the name of the linker: the compiler tells linkers apart by name. */
    Linker linker(RustcCall call, String host) throws IOException {
        String named = call.codegen().get("linker");
        String target = "";
        List<String> all = call.arguments();
        for (int i = 0; i < all.size(); i++) {
            target = all.get(i).equals("--target") && i + 1 < all.size() ? all.get(i + 1) : target;
            target = all.get(i).startsWith("--target=") ? all.get(i).substring(9) : target;
        }
        if (named == null) {
            // For other systems the compiler may have another linker in mind.
            boolean known = host.endsWith("-linux-gnu") && (target.isEmpty() || target.equals(host));
            return known ? new Linker(List.of("", "-Clinker=" + shim("cc")), "") : new Linker(List.of(), "");
        }
        Path of = Path.of(named);
        String option = "linker=" + named;
        String other = "linker=" + shim(String.valueOf(of.getFileName()));
        List<String> replaced = new ArrayList<>(List.of(option, other));
        for (String prefix : CODEGEN) {
            replaced.addAll(List.of(prefix + option, prefix + other));
        }
        return named.contains(" ") || named.isEmpty()
                ? new Linker(List.of(), "")
                : new Linker(replaced, named.contains("/") ? named : "");
    }

    private Path shim(String name) throws IOException {
        Path links = folder.resolve("linkers");
        Files.createDirectories(links);
        Path link = links.resolve(name);
        if (!Files.exists(link)) {
            Path made = links.resolve(name + "." + ProcessHandle.current().pid());
            Files.deleteIfExists(made);
            Files.createSymbolicLink(made, program());
            Files.move(made, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return link;
    }
}
