package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Hooks of editable installs (PEP 660): run in place, in an environment that stands on disk, observed by nobody. */
public final class Hooks {

    private final PyProject project;
    private final Map<String, List<String>> settings;
    private final Map<String, String> variables;
    private final Path log;

    /**
     * Hooks of a project.
     *
     * @param variables the user's
     * @param log where what they say goes
     */
    public Hooks(PyProject project, Map<String, List<String>> settings, Map<String, String> variables, Path log) {
        this.project = project;
        this.settings = settings;
        this.variables = variables;
        this.log = log;
    }

    /** What an editable build requires beside what the project says. */
    public List<String> requires(Path environment, Path scratch) throws IOException, InterruptedException {
        run("get_requires_for_build_editable", environment, scratch);
        return Json.read(scratch.resolve("requires.json")).list("requires").stream()
                .map(Json::text)
                .toList();
    }

    /** The wheel that an editable install consists of. */
    public Path build(Path environment, Path scratch) throws IOException, InterruptedException {
        run("build_editable", environment, scratch);
        AtomicReference<Path> wheel = new AtomicReference<>();
        try (var files = Files.list(scratch)) {
            files.filter(file -> file.toString().endsWith(".whl")).findFirst().ifPresent(wheel::set);
        }
        if (wheel.get() == null) {
            throw Failure.bug("the hook left no wheel");
        }
        return wheel.get();
    }

    private void run(String hook, Path environment, Path out) throws IOException, InterruptedException {
        HookUnits.runnerInto(out);
        Map<String, String> all = new TreeMap<>(variables);
        all.put("PATH", environment.resolve("bin") + ":" + variables.getOrDefault("PATH", "/usr/bin:/bin"));
        all.remove("PYTHONPATH");
        all.remove("PYTHONHOME");
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(
                        environment.resolve("bin/python").toString(),
                        out.resolve("hook.py").toString(),
                        HookUnits.call(hook, project, settings, out.toString()))
                .directory(project.folder().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(all);
        Process process = builder.start();
        try {
            if (process.waitFor() != 0) {
                throw failed(hook);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private Failure failed(String hook) throws IOException {
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        String end = String.join("\n  ", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        return Failure.build(
                "the hook " + hook + " of " + project.backend() + " failed; its log is " + log + "\n  " + end);
    }
}
