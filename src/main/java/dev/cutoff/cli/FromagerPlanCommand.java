package dev.cutoff.cli;

import dev.cutoff.build.Request;
import dev.cutoff.frontend.fromager.FleetPlan;
import dev.cutoff.frontend.fromager.FromagerPlan;
import dev.cutoff.frontend.fromager.Target;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.report.FleetReport;
import dev.cutoff.report.JsonReport;
import dev.cutoff.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JsonGenerator;

/** {@code cutoff fromager plan}: says for each package of a graph whether its wheel may stay. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Say for each package of fromager's graph.json whether the wheel that is there may stay, and why; no wheel is touched.",
            "What a wheel was built with is known from records alone (cutoff fromager record), not from any graph."
        },
        footer = {
            "",
            "Example: cutoff fromager plan work-dir/graph.json --settings overrides/settings --wheels wheels-repo/downloads"
                    + " --variant cpu --policy compatible --json plan.json"
        })
final class FromagerPlanCommand implements Callable<Integer> {

    /** Exit code for a plan with work in it. */
    private static final int WORK = 10;

    @Parameters(index = "0", paramLabel = "GRAPH", description = "The graph.json of the run that is to be.")
    Path graph = Path.of("");

    @Parameters(
            index = "1..*",
            paramLabel = "UNIT",
            arity = "0..*",
            description = "Units to tell of, as name==version (default: all).")
    List<String> units = new ArrayList<>();

    @Mixin
    FromagerOptions options = new FromagerOptions();

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--previous",
            paramLabel = "GRAPH",
            description =
                    "The graph.json of the run before: it says what fromager would reuse wrongly, and decides nothing.")
    @Nullable
    Path previous;

    @Option(names = "--wheels", paramLabel = "DIR", description = "A folder of wheels; may be repeated.")
    List<Path> wheels = new ArrayList<>();

    @Option(
            names = "--constraints",
            paramLabel = "FILE",
            description = "A constraints file that fromager is given; may be repeated.")
    List<Path> constraints = new ArrayList<>();

    @Option(names = "--variant", paramLabel = "V", description = "The variant (default: ${DEFAULT-VALUE}).")
    String variant = "cpu";

    @Option(
            names = "--inputs",
            paramLabel = "FILE",
            description = "What only fromager's process knows, as cutoff.inputs/1 (docs/fromager.md).")
    @Nullable
    Path inputs;

    @Option(
            names = "--python",
            paramLabel = "X.Y",
            description = "The Python that wheels are for (default: what the tags of all of them say).")
    @Nullable
    String python;

    @Option(names = "--policy", paramLabel = "POLICY", description = "strict, identical (default) or compatible.")
    String policy = Policy.IDENTICAL.word();

    @Option(
            names = "--force",
            paramLabel = "UNIT",
            arity = "0..1",
            fallbackValue = Request.ALL,
            description = "Rebuild this unit regardless; without a name, all that are not pre-built. May be repeated.")
    List<String> forced = new ArrayList<>();

    @Option(
            names = "--allow-old-inline",
            description =
                    "Under compatible: keep wheels in which code of headers was compiled that is another one now (with a warning).")
    boolean allowOldInline;

    @Option(names = "--exit-code", description = "End with 10 where something would be rebuilt.")
    boolean exitCode;

    @Override
    public Integer call() {
        json.check();
        FleetPlan plan;
        try (Store opened = store.open()) {
            plan = FromagerPlan.of(question(), new StoreMemory(opened));
        }
        FleetReport report = new FleetReport(
                json.people(),
                plan.units().stream()
                        .mapToInt(unit -> unit.outcome().unit().length())
                        .max()
                        .orElse(1));
        plan.units().forEach(unit -> report.accept(unit.outcome()));
        report.section("Warnings:", plan.warnings());
        report.section("fromager by itself would reuse these, although they are to be rebuilt:", plan.stale());
        if (!plan.needless().isEmpty()) {
            report.section(
                    "A forced run would rebuild " + plan.needless().size() + " of them needlessly:",
                    List.of(String.join(", ", plan.needless())));
        }
        report.end(plan.secondsSaved(), plan.timed());
        json.stream(out -> {
            try (JsonReport.Run document = new JsonReport.Run(out, "cutoff.plan/1", policy)) {
                plan.units().forEach(unit -> document.accept(unit.outcome(), more -> write(more, unit)));
                document.beside(more -> write(more, plan));
            }
        });
        return exitCode && report.hasWork() ? WORK : 0;
    }

    private FromagerPlan.Question question() {
        Optional<Policy> known = Policy.of(policy);
        if (known.isEmpty()) {
            throw Failure.input("--policy must be strict, identical or compatible, and is '" + policy + "'");
        }
        return new FromagerPlan.Question(
                graph,
                Optional.ofNullable(previous),
                options.places(),
                variant,
                wheels,
                constraints,
                options.records(store),
                new Target(python(), options.platform()),
                Optional.ofNullable(inputs),
                new Request(units, new TreeSet<>(forced), known, Optional.empty(), false, Optional.empty(), 1, false),
                allowOldInline,
                System.getenv());
    }

    private Optional<Version> python() {
        if (python == null) {
            return Optional.empty();
        }
        Optional<Version> version = Version.parse(python);
        if (version.isEmpty() || version.get().release().size() < 2) {
            throw Failure.input("--python must be as in 3.12, and is '" + python + "'");
        }
        return version;
    }

    private static void write(JsonGenerator json, FleetPlan.Unit unit) {
        json.writeObjectPropertyStart("fromager");
        json.writeStringProperty("name", unit.name());
        json.writeStringProperty("version", unit.version());
        if (unit.wheel().isPresent()) {
            json.writeStringProperty(
                    "wheel", unit.wheel().get().toAbsolutePath().normalize().toString());
            json.writeStringProperty("sha256", unit.sha256());
        }
        json.writeBooleanProperty("pre_built", unit.preBuilt());
        json.writeNumberProperty("build_number", unit.buildNumber());
        json.writeNumberProperty("changelog_entries", unit.entries());
        json.writeBooleanProperty("would_be_reused", unit.reused());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, FleetPlan plan) {
        json.writeObjectPropertyStart("fromager");
        json.writeStringProperty("variant", plan.variant());
        json.writeStringProperty(
                "settings", plan.settings().toAbsolutePath().normalize().toString());
        strings(json, "warnings", plan.warnings());
        strings(json, "reused_although_stale", plan.stale());
        strings(json, "rebuilt_needlessly_if_forced", plan.needless());
        json.writeNumberProperty("seconds_saved", plan.secondsSaved());
        json.writeNumberProperty("builds_with_known_time", plan.timed());
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }
}
