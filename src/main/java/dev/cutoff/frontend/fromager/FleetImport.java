package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes in wheels that were built before anybody recorded it. What is only declared of them is marked so; what they were built
 * with is known from fromager's log, or vouched for by the user, or not at all.
 */
public final class FleetImport {

    /** What fromager writes into its log (--log-file) when a build environment is ready. */
    private static final Pattern LINE =
            Pattern.compile("build env (?:\\w*Path\\()?'(?<path>[^']+)'\\)? has packages \\{(?<packages>[^}]*)\\}");

    private static final Pattern PACKAGE =
            Pattern.compile("'(?<name>[^']+)': (?:<Version\\('(?<version>[^']+)'\\)>|'(?<plain>[^']+)')");

    /**
     * What is to be taken in.
     *
     * @param graph says which packages there are and what they were downloaded from
     * @param logs of the runs that built them
     * @param vouched whether the user says that each wheel was built in the environment that the graph gives
     */
    public record Question(
            Path graph, List<Path> wheels, List<Path> logs, boolean vouched, String variant, Target target) {}

    /**
     * What came of it.
     *
     * @param refused wheels that were not taken in, and why
     */
    public record Result(List<WheelRecorder.Recorded> recorded, List<String> refused) {}

    private final Question question;
    private final WheelRecorder.Setting setting;
    private final WheelRecorder recorder;
    private final FromagerGraph graph;
    private final WheelShelf shelf;
    private final PackageInputs inputs;
    private final Map<String, SortedMap<String, String>> logged = new HashMap<>();
    private final Map<String, Path> loggedIn = new HashMap<>();

    public FleetImport(Question question, WheelRecorder.Setting setting, WheelRecorder recorder) {
        this.question = question;
        this.setting = setting;
        this.recorder = recorder;
        this.graph = GraphFile.read(question.graph());
        this.shelf = new WheelShelf(question.wheels());
        this.inputs = new PackageInputs(setting.places(), question.variant(), setting.platform(), setting.process());
        question.logs().forEach(this::readLog);
    }

    private void readLog(Path log) {
        String text = new String(Folders.bytes(log), StandardCharsets.UTF_8);
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            Path parent = Path.of(line.group("path")).getParent();
            Path folder = parent == null ? null : parent.getFileName();
            if (folder == null) {
                continue;
            }
            SortedMap<String, String> packages = new TreeMap<>();
            Matcher one = PACKAGE.matcher(line.group("packages"));
            while (one.find()) {
                String version = one.group("version") == null ? one.group("plain") : one.group("version");
                packages.put(PackageName.canonical(one.group("name")), version);
            }
            // The folder is NAME-VERSION, in the spelling of a requirement; the last build counts.
            String name = folder.toString();
            int hyphen = name.lastIndexOf('-');
            if (hyphen > 0) {
                String key = PackageName.canonical(name.substring(0, hyphen)) + "==" + name.substring(hyphen + 1);
                logged.put(key, packages);
                loggedIn.put(key, log);
            }
        }
    }

    /** Takes in each wheel of the graph's packages that is there and not recorded yet. */
    public Result run() {
        List<WheelRecorder.Recorded> recorded = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (FromagerGraph.Node node : graph.nodes().values()) {
            if (inputs.settings().preBuilt(node.name()).isPresent()) {
                continue;
            }
            Optional<WheelShelf.Found> wheel = shelf.best(node.name(), node.version(), question.target());
            if (wheel.isEmpty()) {
                continue;
            }
            try {
                recorded.add(take(node, wheel.get()));
            } catch (Failure e) {
                if (e.kind() != Failure.Kind.INPUT) {
                    throw e;
                }
                refused.add(node.key() + ": " + e.getMessage());
            }
        }
        return new Result(recorded, refused);
    }

    private WheelRecorder.Recorded take(FromagerGraph.Node node, WheelShelf.Found wheel) {
        List<String> declared = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        List<BuildEnv.Installed> distributions = new ArrayList<>();
        SortedMap<String, String> fromLog = logged.get(node.key());
        if (fromLog != null) {
            fromLog.forEach((name, version) -> distributions.add(installed(name, version)));
            declared.add("its build environment is what "
                    + Objects.requireNonNull(loggedIn.get(node.key())).getFileName() + " says, of the wheels"
                    + " that were there when it was imported");
        } else if (question.vouched()) {
            SortedMap<String, String> versions = new TreeMap<>();
            graph.buildEnvironment(node)
                    .forEach(sight -> versions.put(
                            sight.node().name(), sight.node().version().toString()));
            versions.forEach((name, version) -> distributions.add(installed(name, version)));
            declared.add("the user vouched for its build environment being that of "
                    + question.graph().getFileName() + " when it was imported");
        } else {
            gaps.add("it was imported, and what it was built with is not known");
        }
        declared.add("its inputs, its source and the compiler are those of the day on which it was imported");
        Inputs present = inputs.of(node.name(), node.version(), wheel.name().buildNumber(), Told.NOTHING);
        BuildEnv env = new BuildEnv(
                node.name(),
                node.version(),
                question.variant(),
                distributions,
                new WheelRecord.Source(node.fileName(), node.digest()),
                compiler(),
                Told.NOTHING,
                "",
                0,
                0);
        return recorder.record(wheel.file(), env, present, Evidence.DECLARED, gaps, declared);
    }

    private BuildEnv.Installed installed(String name, String version) {
        Optional<Path> wheel = Version.parse(version)
                .flatMap(parsed -> shelf.best(name, parsed, question.target()))
                .map(WheelShelf.Found::file);
        return new BuildEnv.Installed(name, version, wheel.map(Path::toString).orElse(""), "");
    }

    private WheelRecord.Compiler compiler() {
        for (String folder : setting.process().getOrDefault("PATH", "").split(":")) {
            Path cc = Path.of(folder.isEmpty() ? "." : folder, RecordFacts.NO_COMPILER);
            if (folder.startsWith("/") && Files.isExecutable(cc)) {
                return new WheelRecord.Compiler(cc.toString(), "", "");
            }
        }
        return WheelRecord.Compiler.NONE;
    }
}
