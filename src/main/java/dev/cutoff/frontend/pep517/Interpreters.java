package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds interpreters, and asks each what it is; of one whose program did not change, the answer is remembered. */
public final class Interpreters {

    private static final String QUESTION = """
            import json, os, platform, sys, sysconfig
            scheme = "venv" if "venv" in sysconfig.get_scheme_names() else "posix_prefix"
            at = {"base": "", "platbase": "", "installed_base": "", "installed_platbase": ""}
            try:
                import importlib.metadata
                pip = importlib.metadata.version("pip")
            except Exception:
                pip = ""
            base = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
            print(json.dumps({
                "base": base,
                "prefix": sys.prefix,
                "version": platform.python_version(),
                "site": sysconfig.get_path("purelib", scheme, at).lstrip("/"),
                "platsite": sysconfig.get_path("platlib", scheme, at).lstrip("/"),
                "identity": " ".join([sys.implementation.name, sys.version, sys.implementation.cache_tag or "",
                    sysconfig.get_platform(), str(sysconfig.get_config_var("SOABI")), "-".join(platform.libc_ver())]),
                "pip": pip}))
            """;

    private final Memory memory;
    private final Map<String, String> variables;

    /** @param variables the user's */
    public Interpreters(Memory memory, Map<String, String> variables) {
        this.memory = memory;
        this.variables = variables;
    }

    /**
     * The interpreter that a user means.
     *
     * @param asked a path or a command's name; "" for that of the active virtual environment, else {@code python3}
     * @throws Failure of kind ENVIRONMENT where there is none, or it can't be started
     */
    public Interpreter find(String asked) throws InterruptedException {
        String venv = variables.getOrDefault("VIRTUAL_ENV", "");
        String wanted = !asked.isEmpty() ? asked : venv.isEmpty() ? "python3" : venv + "/bin/python";
        try {
            return describe(program(locate(wanted)));
        } catch (IOException e) {
            throw Failure.io("looking for the interpreter " + wanted, e);
        }
    }

    private Path locate(String wanted) throws IOException {
        String word = wanted.matches("[0-9]+(\\.[0-9]+)?") ? "python" + wanted : wanted;
        if (word.contains("/") || Files.isExecutable(Path.of(word).resolve("bin/python"))) {
            Path file = Path.of(word).toAbsolutePath();
            Path program = Files.isDirectory(file) ? file.resolve("bin/python") : file;
            memory.restsOn(program);
            if (Files.isExecutable(program)) {
                return program;
            }
            throw Failure.environment("--python " + wanted + ": there is no such program");
        }
        return Commands.find(word, variables, memory)
                .orElseThrow(() -> Failure.environment(
                        "there is no " + word + " in PATH: install Python, or say which with --python"));
    }

    /** What a script, such as pyenv's, starts depends on more than its text: it is asked each time. */
    private Path program(Path found) throws IOException, InterruptedException {
        if (!isScript(found)) {
            return found;
        }
        memory.restsOnMore();
        Commands.Result result = new Commands(variables)
                .run(List.of(found.toString(), "-I", "-S", "-c", "import sys; print(sys.executable)"));
        String said = result.out().strip();
        if (result.code() != 0 || !said.startsWith("/")) {
            throw Failure.environment(
                    found + " starts no interpreter: " + result.err().strip());
        }
        return Path.of(said);
    }

    private static boolean isScript(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == '#' && in.read() == '!';
        }
    }

    private Interpreter describe(Path program) throws IOException, InterruptedException {
        Path real = program.toRealPath();
        StringBuilder key = new StringBuilder("interpreter 3\n" + QUESTION + "\n" + program + "\n" + real + "\n");
        key.append(memory.digest(real).hex()).append('\n');
        Path above = program.toAbsolutePath().getParent();
        for (Path folder : above == null || above.getParent() == null ? List.<Path>of() : List.of(above.getParent())) {
            Path settings = folder.resolve("pyvenv.cfg");
            memory.restsOn(settings);
            key.append(Files.exists(settings) ? memory.digest(settings).hex() : "none")
                    .append('\n');
        }
        Digest question = Digest.ofText(key.toString());
        Optional<byte[]> known = memory.recall(question);
        byte[] answer = known.isPresent() ? known.get() : ask(program);
        Json json = Json.parse(program.toString(), answer);
        if (!json.text("site").equals(json.text("platsite"))) {
            throw Failure.environment(program + " has its modules in two folders, " + json.text("site") + " and "
                    + json.text("platsite") + ", which environments of Cutoff have not");
        }
        if (known.isEmpty()) {
            memory.remember(question, answer);
        }
        String version = json.text("version");
        String[] parts = version.split("\\.", 3);
        return new Interpreter(
                program,
                Path.of(json.text("base")),
                Path.of(json.text("prefix")),
                version,
                json.text("site"),
                "include/site/python" + parts[0] + "." + parts[1],
                json.text("identity"),
                json.text("pip"));
    }

    private byte[] ask(Path program) throws IOException, InterruptedException {
        Commands.Result result = new Commands(variables).run(List.of(program.toString(), "-I", "-c", QUESTION));
        if (result.code() != 0) {
            throw Failure.environment(
                    program + " does not say what it is: " + result.err().strip());
        }
        return result.out().getBytes(StandardCharsets.UTF_8);
    }
}
