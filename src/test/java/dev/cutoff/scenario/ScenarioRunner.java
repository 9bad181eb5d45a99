package dev.cutoff.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.BuildResult;
import dev.cutoff.testing.CleanBuild;
import dev.cutoff.testing.Cutoff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Runs a scenario's steps through the real command, and finds out the truth of each by building clean. */
final class ScenarioRunner {

    /** What happened to a unit in a step, and whether it had to. */
    record Row(String scenario, String title, String step, String unit, String action, boolean needed) {
        boolean isNeedless() {
            return isDone(action) && !needed;
        }
    }

    private static boolean isDone(String action) {
        return action.equals("rebuild") || action.equals("relink");
    }

    private final Scenario scenario;
    private final Path workspace;
    private final Path store;
    private final CleanBuild clean;
    private final Path extra;
    private final String observer;
    private final boolean thorough;
    private final Map<String, SortedMap<String, String>> truthBefore = new TreeMap<>();
    private final List<Row> rows = new ArrayList<>();

    /**
     * A run of a scenario.
     *
     * @param observer what --observe is given; empty: nothing is, as users do
     * @param thorough also builds the first step, which is clean anyway, elsewhere, and builds again after each step
     *     instead of after the last
     */
    ScenarioRunner(Scenario scenario, Path folder, Path extra, String observer, boolean thorough) throws IOException {
        this.scenario = scenario;
        this.observer = observer;
        this.thorough = thorough;
        this.workspace = Files.createDirectories(folder.resolve("ws"));
        this.store = folder.resolve("store");
        this.clean = new CleanBuild(folder.resolve("elsewhere/clean"));
        this.extra = extra;
    }

    /** A folder that builds can see: a sandbox has its own /tmp. */
    static Path visibleFolder() throws IOException {
        for (String base : List.of(Cutoff.root() + "/target", System.getProperty("user.home"), "/opt", "/srv")) {
            Path path = Path.of(base);
            if (Files.isWritable(path)
                    && !path.startsWith("/tmp")
                    && !path.startsWith("/var/tmp")
                    && !path.startsWith("/run")) {
                return Files.createTempDirectory(path, "cutoff-extra");
            }
        }
        throw new IOException("no folder outside of /tmp can be written to");
    }

    List<Row> run() throws IOException {
        List<Scenario.Step> steps = scenario.steps();
        for (Scenario.Step step : steps) {
            step(step, step == steps.getFirst(), step == steps.getLast());
        }
        return rows;
    }

    private void step(Scenario.Step step, boolean first, boolean last) throws IOException {
        String name = scenario.id() + " " + scenario.title() + " / " + step.title;
        edit(step);
        List<String> observed = observer.isEmpty() ? List.of() : List.of("--observe", observer);
        Build built = build(
                workspace,
                store,
                Stream.concat(observed.stream(), step.arguments.stream()).toList());
        assertThat(built.run.exitCode())
                .as("%s: exit code%n%s", name, built.run.all())
                .isEqualTo(step.exitCode);
        for (String text : step.says) {
            assertThat(built.run.all()).as(name).contains(text);
        }
        if (step.exitCode > 1) {
            return;
        }
        BuildResult result = built.result;
        boolean cleanItself = first && step.exitCode == 0 && !thorough;
        Map<String, SortedMap<String, String>> truth =
                cleanItself ? artifacts(workspace, result) : cleanBuild(step, name, result);
        for (var unit : result.units().keySet()) {
            judge(step, name, result, unit, truth, first);
        }
        for (var expected : step.expectations.entrySet()) {
            assertThat(result.action(expected.getKey()))
                    .as("%s: %s%n%s", name, expected.getKey(), built.run.all())
                    .isEqualTo(expected.getValue().action());
        }
        for (String[] because : step.because) {
            assertThat(result.reasons(because[0]))
                    .as("%s: reasons of %s", name, because[0])
                    .contains(because[1]);
        }
        if (step.exitCode == 0) {
            for (String run : cleanItself ? List.<String>of() : step.runs) {
                String ours = program(workspace, run);
                assertThat(ours).as("%s: output of %s", name, run).isEqualTo(program(clean.workspace(), run));
            }
            if (last || thorough) {
                Build again = build(workspace, store, observed);
                again.result
                        .units()
                        .keySet()
                        .forEach(unit -> assertThat(again.result.action(unit))
                                .as("%s: nothing changed, %s%n%s", name, unit, again.run.all())
                                .isEqualTo("keep"));
            }
        }
    }

    private void judge(
            Scenario.Step step,
            String name,
            BuildResult result,
            String unit,
            Map<String, SortedMap<String, String>> truth,
            boolean first)
            throws IOException {
        String action = result.action(unit);
        SortedMap<String, String> clean = truth.get(unit);
        boolean needed = !clean.equals(truthBefore.get(unit)) || truthBefore.get(unit) == null;
        truthBefore.put(unit, clean);
        Scenario.Expectation expected = step.expectations.get(unit);
        if (expected != null && expected.otherBits()) {
            assertThat(step.runs)
                    .as("%s: %s is kept in other bits, so something must show that it behaves alike", name, unit)
                    .anyMatch(run -> run.startsWith(unit + "/"));
            assertThat(Artifacts.read(workspace.resolve(".cutoff/out").resolve(unit)))
                    .as("%s: %s has the bits that a clean build makes", name, unit)
                    .isNotEqualTo(clean);
        } else if (action.equals("keep") || isDone(action)) {
            assertThat(Artifacts.read(workspace.resolve(".cutoff/out").resolve(unit)))
                    .as(
                            "%s: %s was %s, and is not what a clean build makes: a needed rebuild was skipped",
                            name, unit, action)
                    .isEqualTo(clean);
        }
        if (first) {
            return;
        }
        Row row = new Row(scenario.id(), scenario.title(), step.title, unit, action, needed);
        rows.add(row);
        boolean announced = expected != null && expected.needless();
        boolean forced =
                step.arguments.contains("--force") || result.reasons(unit).contains("a check failed");
        if (!forced) {
            assertThat(row.isNeedless())
                    .as("%s: %s was %s; is that needless?%n%s", name, unit, action, result.reasons(unit))
                    .isEqualTo(announced);
        }
    }

    private record Build(Cutoff.Run run, BuildResult result) {}

    private Build build(Path folder, Path inStore, List<String> arguments) throws IOException {
        Path json = inStore.resolveSibling("result.json");
        Files.deleteIfExists(json);
        List<String> all = new ArrayList<>(List.of("build", "--store", inStore.toString(), "--json", json.toString()));
        all.addAll(arguments);
        Cutoff.Run run = Cutoff.run(folder, Map.of(), all.toArray(String[]::new));
        return new Build(run, Files.exists(json) ? BuildResult.parse(Files.readString(json)) : null);
    }

    /** The artifacts of a clean build of the same sources elsewhere. */
    private Map<String, SortedMap<String, String>> cleanBuild(Scenario.Step step, String name, BuildResult ours)
            throws IOException {
        assertThat(clean.build(workspace)).as("%s: the clean build", name).isEqualTo(step.exitCode);
        return artifacts(clean.workspace(), ours);
    }

    private static Map<String, SortedMap<String, String>> artifacts(Path built, BuildResult units) throws IOException {
        Map<String, SortedMap<String, String>> artifacts = new TreeMap<>();
        for (String unit : units.units().keySet()) {
            artifacts.put(unit, Artifacts.read(built.resolve(".cutoff/out").resolve(unit)));
        }
        return artifacts;
    }

    private static String program(Path folder, String run) {
        Cutoff.Run done = Cutoff.runAny(folder, Map.of(), List.of("/bin/sh", "-c", ".cutoff/out/" + run));
        return "exit " + done.exitCode() + "\n" + done.all().replace(folder.toString(), "(workspace)");
    }

    private void edit(Scenario.Step step) throws IOException {
        edits(step.edits.stream().filter(line -> !line.startsWith("sh ")).toList());
        write(step);
        edits(step.edits.stream().filter(line -> line.startsWith("sh ")).toList());
        if (step.files.keySet().stream().anyMatch(f -> f.startsWith("@EXTRA@"))
                || step.edits.stream().anyMatch(line -> line.contains("@EXTRA@"))) {
            settle();
        }
    }

    private void edits(List<String> lines) {
        for (String line : lines) {
            String[] words = with(line).split("\\s+", 2);
            switch (words[0]) {
                case "sh" -> Cutoff.shell(workspace, words[1]);
                case "delete" -> Cutoff.shell(workspace, "rm -r '" + words[1] + "'");
                case "touch" -> Cutoff.shell(workspace, "touch '" + words[1] + "'");
                case "rename" -> Cutoff.shell(workspace, "mv " + words[1]);
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    private void write(Scenario.Step step) throws IOException {
        for (var file : step.files.entrySet()) {
            Path path = workspace.resolve(with(file.getKey()));
            Files.createDirectories(path.getParent());
            Files.writeString(path, with(file.getValue().text()));
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(file.getValue().executable() ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    /** A file of the system that changed within the file system's tick of a build's start counts as changed during it. */
    private static void settle() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String with(String text) {
        return text.replace("@EXTRA@", extra.toString());
    }

    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(Cutoff.root().resolve("src/test/scenarios"))) {
            return files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
        }
    }
}
