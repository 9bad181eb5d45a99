package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Installs wheels into an interpreter, by its pip; by uv where it has none. */
public final class Installer {

    private final Interpreter interpreter;
    private final IndexSettings settings;
    private final Map<String, String> variables;

    /** @param variables the user's */
    public Installer(Interpreter interpreter, IndexSettings settings, Map<String, String> variables) {
        this.interpreter = interpreter;
        this.settings = settings;
        this.variables = variables;
    }

    /** Whether what is installed of a project is from a wheel of this content, by what its installer noted (PEP 610). */
    public boolean has(String project, Path wheel) throws IOException {
        Optional<Path> info = info(project);
        if (info.isEmpty()) {
            return false;
        }
        Path origin = info.get().resolve("direct_url.json");
        if (!Files.isRegularFile(origin) || !Files.isRegularFile(info.get().resolve("RECORD"))) {
            return false;
        }
        Json json = Json.read(origin);
        return json.has("archive_info")
                && Environments.digest(wheel)
                        .hex()
                        .equals(json.get("archive_info").texts("hashes").get("sha256"));
    }

    private Optional<Path> info(String project) throws IOException {
        Path site = interpreter.prefix().resolve(interpreter.site());
        if (!Files.isDirectory(site)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(site)) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        int dash = name.indexOf('-');
                        return name.endsWith(".dist-info")
                                && dash > 0
                                && PackageName.canonical(name.substring(0, dash))
                                        .equals(project);
                    })
                    .findFirst();
        }
    }

    /**
     * Installs a wheel in the place of whatever there is of its project.
     *
     * @param extras with brackets, or ""
     * @param dependencies whether what it requires is installed, too, where it is not there
     */
    public void install(Path wheel, String extras, boolean dependencies) throws IOException, InterruptedException {
        run(List.of("--no-deps", "--force-reinstall", wheel.toString()));
        if (dependencies) {
            List<String> options = new ArrayList<>(settings.options());
            options.add(wheel + extras);
            run(options);
        }
    }

    /** Installs what a wheel requires and is not there. */
    public void installRequirements(Path wheel, String extras) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(settings.options());
        options.add(wheel + extras);
        run(options);
    }

    private void run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        Optional<Path> uv = interpreter.pip().isEmpty() ? Commands.find("uv", variables) : Optional.empty();
        if (uv.isPresent()) {
            command.addAll(List.of(uv.get().toString(), "pip", "install", "--python"));
            command.add(interpreter.command().toString());
        } else if (interpreter.pip().isEmpty()) {
            Path other = Commands.find("python3", variables)
                    .orElseThrow(() -> Failure.environment(interpreter.command()
                            + " has no pip, and PATH neither uv nor" + " python3: install one of them"));
            command.addAll(List.of(other.toString(), "-m", "pip", "--python"));
            command.addAll(List.of(interpreter.command().toString(), "install", "--no-input", "-q"));
        } else {
            command.addAll(List.of(interpreter.command().toString(), "-m", "pip", "install", "--no-input", "-q"));
        }
        command.addAll(arguments);
        Commands.Result result = new Commands(variables).run(command);
        if (result.code() != 0) {
            throw Failure.environment("the wheel could not be installed into " + interpreter.prefix() + ":\n  "
                    + result.err().strip().replace("\n", "\n  "));
        }
    }
}
