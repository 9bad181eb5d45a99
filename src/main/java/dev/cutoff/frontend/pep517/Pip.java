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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** pip, as its user has configured it: resolves requirements, and gets archives that are pinned. */
final class Pip {

    private static final Pattern UNREACHABLE = Pattern.compile("Temporary failure in name resolution|NewConnectionError"
            + "|ConnectTimeout|Connection refused|Network is unreachable|ReadTimeout|ProxyError|Could not fetch URL"
            + "|There was a problem confirming the ssl certificate");

    private static final Pattern MISMATCH = Pattern.compile("DO NOT MATCH THE HASHES|HashMismatch");

    /** What pip's words begin with that say why; the rest tells of its work. */
    private static final Pattern NOISE =
            Pattern.compile("^(WARNING: Retrying|Looking in |\\[notice\\]|Collecting |  Downloading |\\s*$).*");

    private static final int WORDS = 30;

    private final Interpreter interpreter;
    private final IndexSettings settings;
    private final Map<String, String> variables;

    Pip(Interpreter interpreter, IndexSettings settings, Map<String, String> variables) {
        this.interpreter = interpreter;
        this.settings = settings;
        this.variables = variables;
    }

    /** What resolves: another pip may resolve otherwise. */
    String describe() {
        return "pip " + interpreter.pip();
    }

    /** The interpreter's own pip; where it has none, that of python3 works on it. */
    private List<String> command() {
        if (!interpreter.pip().isEmpty()) {
            return List.of(interpreter.command().toString(), "-m", "pip");
        }
        Path other = Commands.find("python3", variables)
                .orElseThrow(() -> Failure.environment(interpreter.command()
                        + " has no pip, and PATH no python3 whose pip" + " could work for it: install one of them"));
        return List.of(
                other.toString(), "-m", "pip", "--python", interpreter.command().toString());
    }

    /**
     * Resolves requirements to what pip would install in an empty environment.
     *
     * @param folder an empty one to work in
     * @throws Failure with pip's words: INPUT where they can't be resolved, ENVIRONMENT where no index can be reached
     */
    Lock resolve(List<String> requirements, Path folder) throws IOException, InterruptedException {
        Path report = folder.resolve("report.json");
        Path file = Files.write(folder.resolve("requirements.txt"), requirements);
        List<String> command = new ArrayList<>(command());
        command.addAll(
                List.of("install", "--dry-run", "--ignore-installed", "--no-input", "--report", report.toString()));
        command.addAll(options());
        command.addAll(List.of("-r", file.toString()));
        run(command, "the build requirements " + String.join(", ", requirements) + " can't be resolved");
        return lock(Json.read(report));
    }

    private List<String> options() {
        List<String> options = new ArrayList<>(settings.options());
        options.addAll(settings.constraintOptions());
        options.addAll(List.of("--disable-pip-version-check"));
        return options;
    }

    private static Lock lock(Json report) {
        List<Lock.Pin> pins = new ArrayList<>();
        for (Json item : report.list("install")) {
            Json metadata = item.get("metadata");
            Json info = item.get("download_info");
            String url = info.text("url");
            String name = PackageName.canonical(metadata.text("name"));
            if (!info.has("archive_info")) {
                throw Failure.input("the build requirement " + name + " is " + url
                        + ", which has no hash: name a wheel or an archive");
            }
            String hash = info.get("archive_info").texts("hashes").get("sha256");
            if (hash == null) {
                throw Failure.environment("pip says no SHA-256 of " + url + ": an index that has none can't be used");
            }
            pins.add(new Lock.Pin(
                    name, metadata.text("version"), Lock.Pin.fileAt(url), hash, item.flag("is_direct") ? url : ""));
        }
        return new Lock(pins);
    }

    /**
     * Gets the wheels of pins into a folder, those of sources built.
     *
     * @return by the pins' order
     * @throws Failure where one can't be had, or its hash is another than its pin says
     */
    List<Path> fetch(List<Lock.Pin> pins, Path folder) throws IOException, InterruptedException {
        List<Path> wheels = new ArrayList<>();
        Path file = Files.write(
                folder.resolve("requirements.txt"),
                pins.stream().map(Lock.Pin::line).toList());
        Path target = Files.createDirectory(folder.resolve("wheels"));
        List<String> command = new ArrayList<>(command());
        command.addAll(
                List.of("wheel", "--no-deps", "--require-hashes", "--no-input", "--wheel-dir", target.toString()));
        command.addAll(settings.options());
        command.addAll(List.of("--disable-pip-version-check", "-r", file.toString()));
        run(command, "the build requirements could not be had");
        for (Lock.Pin pin : pins) {
            wheels.add(find(target, pin)
                    .orElseThrow(() -> Failure.bug("pip left no wheel of " + pin.name() + " " + pin.version())));
        }
        return wheels;
    }

    private static Optional<Path> find(Path folder, Lock.Pin pin) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(wheel -> {
                        String file = wheel.getFileName().toString();
                        int dash = file.indexOf('-');
                        return dash > 0
                                && PackageName.canonical(file.substring(0, dash))
                                        .equals(pin.name());
                    })
                    .findFirst();
        }
    }

    private void run(List<String> command, String otherwise) throws IOException, InterruptedException {
        Commands.Result result = new Commands(variables).run(command);
        if (result.code() == 0) {
            return;
        }
        String all = result.out() + result.err();
        if (all.contains("no such option: --report") || all.contains("no such option: --dry-run")) {
            throw Failure.environment(interpreter.command() + " has " + describe()
                    + "; 22.2 is the first that can tell what" + " it would install: upgrade it");
        }
        List<String> words = result.err()
                .lines()
                .filter(line -> !NOISE.matcher(line).matches())
                .toList();
        String said = String.join("\n  ", words.subList(Math.max(0, words.size() - WORDS), words.size()));
        if (MISMATCH.matcher(all).find()) {
            throw Failure.environment("refused: what the index gave is not what was resolved\n  " + said);
        }
        if (UNREACHABLE.matcher(all).find()) {
            throw Failure.environment(otherwise + ": no index can be reached\n  " + said);
        }
        if (all.contains("No space left on device")) {
            throw Failure.environment(otherwise + ": no space left on device; free some\n  " + said);
        }
        throw Failure.input(otherwise + "; " + describe() + " says:\n  " + said);
    }
}
