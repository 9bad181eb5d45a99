package dev.cutoff.cli;

import dev.cutoff.build.Workspace;
import dev.cutoff.frontend.pep517.HookUnits;
import dev.cutoff.frontend.pep517.PyProject;
import dev.cutoff.model.Failure;
import dev.cutoff.report.ExplainReport;
import dev.cutoff.report.JsonReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code cutoff explain NAME} in a Python project: why {@code cutoff wheel} or {@code install} kept or rebuilt its wheel. */
final class WheelExplanation {

    private final String project;
    private final Workspace workspace;

    /** Decisions by their units: the hook that asks for requirements, crates that the project depends on, then the wheel. */
    private final Map<String, String> decisions = new LinkedHashMap<>();

    private WheelExplanation(String project, Workspace workspace) throws IOException {
        this.project = project;
        this.workspace = workspace;
        for (String unit : List.of(HookUnits.requires(project), HookUnits.crates(project), project)) {
            Path file = workspace.decision(unit);
            if (Files.isRegularFile(file)) {
                decisions.put(unit, Files.readString(file));
            }
        }
    }

    /**
     * What is known of a folder's project; empty where the folder has none.
     *
     * @param store the store's folder, there or not
     */
    static Optional<WheelExplanation> of(Path folder, Path store) {
        if (!Files.exists(folder.resolve(PyProject.FILE)) && !Files.exists(folder.resolve("setup.py"))) {
            return Optional.empty();
        }
        PyProject read = PyProject.read(folder);
        try {
            Path root = Files.isDirectory(store) ? store.toRealPath() : store;
            return Optional.of(new WheelExplanation(read.name(), new Workspace(WheelRun.homeIn(root, read.folder()))));
        } catch (IOException e) {
            throw Failure.io("reading what is kept of " + folder, e);
        }
    }

    /** Whether a unit is one of the project's, by its name as users write it. */
    boolean isAbout(String unit) {
        return unit.equals(project)
                || unit.equals(HookUnits.requires(project))
                || unit.equals(HookUnits.crates(project));
    }

    boolean isBuilt() {
        return !decisions.isEmpty();
    }

    String project() {
        return project;
    }

    void print(PrintStream out) {
        if (decisions.isEmpty()) {
            throw Failure.input("cutoff wheel has not come to " + project + " with this store");
        }
        decisions.forEach((unit, decision) -> {
            early(unit).ifPresent(out::println);
            ExplainReport.print(out, decision, false);
        });
        out.println("  its log: " + workspace.log(project));
    }

    private Optional<String> early(String unit) {
        return workspace.mark().about(unit, workspace.holder());
    }

    String json() {
        return JsonReport.document(json -> {
            json.writeStringProperty("schema", "cutoff.explain-wheel/1");
            json.writeStringProperty("project", project);
            json.writeStringProperty("log", workspace.log(project).toString());
            json.writeArrayPropertyStart("units");
            decisions.forEach((unit, decision) -> {
                json.writeStartObject();
                json.writeName("last");
                json.writeRawValue(decision.strip());
                json.writeStringProperty("note", early(unit).orElse(""));
                json.writeEndObject();
            });
            json.writeEndArray();
        });
    }
}
