package dev.cutoff.build;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Use;
import dev.cutoff.observe.Builds;
import dev.cutoff.observe.Contents;
import dev.cutoff.observe.HostFiles;
import dev.cutoff.observe.Interviewer;
import dev.cutoff.observe.Namespace;
import dev.cutoff.observe.Present;
import dev.cutoff.observe.Territory;
import dev.cutoff.observe.Trace;
import dev.cutoff.observe.UseCollector;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What builds of wheels used, from the trace of one command that ran them all, as fromager does it.
 *
 * <p>A build's programs are those that are started in its work folder, or with its virtual environment, and what they start.
 * Not among them is who makes the environment, which is known by its wheels. Facts of a build's own folder are left out: all
 * of its sources counts, and what it makes there is its own.
 */
public final class WheelTraces {

    private static final String ISOLATION = "run_network_isolation.sh";

    private static final Set<List<String>> ISOLATED_BY =
            Set.of(List.of("ip", "link", "set", "lo", "up"), List.of("hostname", "localhost"));

    /** fromager asks for the log which distributions there are (build_environment.get_distributions); no build hears it. */
    private static final String INVENTORY = "import sys,json; from importlib.metadata import distributions;"
            + " json.dump({d.name: d.version for d in distributions()}, sys.stdout)";

    /** By this file pyproject_hooks, within fromager, tells a build backend what to do: settings, and where to. */
    private static final String ORDERS = "/input.json";

    private static final String ENVIRONMENT = ".environment";

    private final Machine machine;
    private final Map<String, WheelBuild> builds = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Set<String> parents = new LinkedHashSet<>();

    /**
     * Builds of one command.
     *
     * @param builds each of another work folder
     */
    public WheelTraces(Store store, List<WheelBuild> builds) {
        this.machine = new Machine(store, new StatLog());
        for (WheelBuild build : builds) {
            String name = String.valueOf(build.folder().getFileName());
            if (this.builds.put(name, build) != null) {
                throw Failure.input(build.folder() + ": is a second work folder of that name");
            }
            names.put(build.folder().toString(), name);
            parents.add(String.valueOf(build.folder().getParent()));
        }
    }

    /**
     * Reads a trace.
     *
     * @param file what {@link ObservedCommand#run} has left
     * @param folder where the command was started
     * @param startedMillis when
     * @return by work folder, in the order of the builds
     */
    public Map<Path, WheelUses> read(Path file, Path folder, long startedMillis) {
        Trace whole = new Trace(this::seen, "", machine.directCalls(path -> Optional.ofNullable(physical(path))));
        Trace aside = whole.part();
        Map<String, Trace> parts = new HashMap<>();
        builds.keySet().forEach(name -> parts.put(name, whole.part()));
        whole.add(file, seen(folder.toString()), (Builds) (at, command, environment) -> {
            String name = owner(at, environment);
            return name == null ? null : isPreparation(command) ? aside : parts.get(name);
        });
        List<String> orders = whole.written().stream()
                .filter(path -> path.endsWith(ORDERS))
                .map(Place::folder)
                .toList();
        HostFiles host = machine.hostAfresh();
        Map<Path, WheelUses> uses = new LinkedHashMap<>();
        builds.forEach((name, build) -> {
            Trace part = parts.getOrDefault(name, aside);
            whole.missed().forEach(part::gap);
            build.gaps().forEach(part::gap);
            orders.forEach(part::give);
            uses.put(build.folder(), collect(name, build, part, host, startedMillis));
        });
        return uses;
    }

    private WheelUses collect(String name, WheelBuild build, Trace part, HostFiles host, long startedMillis) {
        InstalledWheels installed;
        try {
            List<InstalledWheels.Wheel> wheels = new ArrayList<>();
            new TreeMap<>(build.wheels())
                    .forEach((distribution, file) -> wheels.add(new InstalledWheels.Wheel(distribution, file)));
            installed = new InstalledWheels(build.site(), wheels, build.base());
        } catch (IOException e) {
            part.gap("a wheel that was in its environment can't be read: " + e.getMessage());
            return new WheelUses(Watch.STRACE.word(), List.copyOf(part.gaps()), List.of(), List.of());
        }
        String need = name + ENVIRONMENT;
        Tree tree = installed.tree();
        Tree sources = new Tree(Digest.EMPTY, new TreeMap<>());
        Namespace namespace = new Namespace(name, sources, Set.of(need), _ -> Optional.of(tree));
        Present present = new Present(
                sources,
                _ -> Optional.of(tree),
                namespace,
                host,
                machine.facets(),
                contents(need, installed),
                Interviewer.NONE);
        UseCollector.Uses found = new UseCollector(
                        part,
                        present,
                        Unit.Options.DEFAULT,
                        new Territory(Place.TRACE, name, Map.of(), Place.TRACE, Set.of(name), Set.of(need)),
                        false,
                        path -> within(path, need)
                                .<Path>flatMap(installed::outside)
                                .orElseGet(() -> physical(path)),
                        machine.tools(),
                        Interviewer.NONE,
                        startedMillis)
                .collect();
        gaps(name, need, part);
        Set<Integer> isolating = isolating(found.steps());
        List<WheelUses.Used> used = new ArrayList<>();
        for (Use use : found.uses()) {
            if (!isOfPlace(use.fact(), build) && !isolating.containsAll(use.steps())) {
                used(use, name, need, installed).ifPresent(used::add);
            }
        }
        return new WheelUses(Watch.STRACE.word(), List.copyOf(part.gaps()), found.steps(), used);
    }

    /** What makes it uncertain, beyond what each of its processes did, where the build's results come from. */
    private void gaps(String name, String need, Trace part) {
        if (part.usedNetwork() && !part.beginsWith(ISOLATION)) {
            part.gap("it used the network, and nobody saw what it fetched");
        }
        for (String path : part.touched()) {
            if (Place.within(path, Place.ROOT)
                    && !Place.within(path, Place.source(name))
                    && !Place.within(path, Place.artifact(need))) {
                part.gap("it used another package's work folder: " + physical(path));
            }
        }
        for (String path : part.written()) {
            if (Place.within(path, Place.artifact(need)) && !path.contains("/__pycache__")) {
                part.gap("it changed its own build environment: " + Place.display(path));
            }
        }
    }

    /** The steps that take the network from a build before it begins, by fromager's own script: no result is theirs. */
    private static Set<Integer> isolating(List<Step> steps) {
        Set<Integer> found = new HashSet<>();
        for (Step step : steps) {
            boolean begins = step.parent() < 0 && step.program().equals(ISOLATION);
            boolean goesOn = found.contains(step.parent())
                    && (step.command().stream()
                                    .anyMatch(word -> Place.name(word).equals(ISOLATION))
                            || ISOLATED_BY.contains(step.command()));
            if (begins || goesOn) {
                found.add(step.number());
            }
        }
        return found;
    }

    /** Whether it says only where builds run and leave wheels: that there are folders on the way to theirs. */
    private static boolean isOfPlace(Fact fact, WheelBuild build) {
        boolean folder = fact.state().equals(Fact.FOLDER) || fact.state().startsWith(Fact.FOLDER + " ");
        boolean above = Place.within(build.folder().toString(), fact.entity())
                || Place.within(build.output().toString(), fact.entity());
        return Place.within(fact.entity(), build.output().toString()) || (folder && above);
    }

    private Optional<WheelUses.Used> used(Use use, String name, String need, InstalledWheels installed) {
        Fact fact = use.fact();
        String entity = fact.entity();
        if (Place.within(entity, Place.source(name))) {
            return Optional.empty();
        }
        Optional<String> path = within(entity, need);
        if (path.isEmpty()) {
            return Optional.of(new WheelUses.Used(WheelUses.Of.SYSTEM, List.of(), fact, use.steps()));
        }
        Optional<InstalledWheels.Origin> origin = installed.origin(path.get());
        WheelUses.Of of = origin.isPresent() ? WheelUses.Of.DISTRIBUTION : WheelUses.Of.ENVIRONMENT;
        String named = origin.map(InstalledWheels.Origin::path).orElse(path.get());
        return Optional.of(new WheelUses.Used(
                of,
                origin.map(InstalledWheels.Origin::distribution)
                        .map(List::of)
                        .orElseGet(() -> installed.near(path.get())),
                new Fact(fact.kind(), named, fact.scope(), fact.content(), fact.state()),
                use.steps()));
    }

    /** The path from the environment's root; empty for what is outside of it. */
    private static Optional<String> within(String path, String need) {
        String root = Place.artifact(need);
        return Place.within(path, root)
                ? Optional.of(path.substring(Math.min(path.length(), root.length() + 1)))
                : Optional.empty();
    }

    private Contents contents(String need, InstalledWheels installed) {
        Contents ofMachine = machine.contents(path -> Optional.ofNullable(physical(path)));
        return (content, path) -> {
            Optional<String> inside = within(path, need);
            if (inside.isEmpty()) {
                return ofMachine.read(content, path);
            }
            try {
                return installed
                        .read(inside.get())
                        .filter(bytes -> Digest.of(bytes).equals(content));
            } catch (IOException e) {
                return Optional.empty();
            }
        };
    }

    private @Nullable String owner(String folder, List<String> environment) {
        String owner = Place.ownerOf(folder);
        if (owner.isEmpty()) {
            owner = ofEnvironment(folder);
        }
        if (owner.isEmpty()) {
            for (String variable : environment) {
                if (variable.startsWith("VIRTUAL_ENV=")) {
                    owner = ofEnvironment(seen(variable.substring(variable.indexOf('=') + 1)));
                }
            }
        }
        return builds.containsKey(owner) ? owner : null;
    }

    private static String ofEnvironment(String path) {
        String need = Place.dependencyOf(path);
        return need.endsWith(ENVIRONMENT) ? need.substring(0, need.length() - ENVIRONMENT.length()) : "";
    }

    /** Whether fromager itself started a command to make or to look at an environment. */
    private static boolean isPreparation(List<String> command) {
        List<String> words =
                !command.isEmpty() && Place.name(command.getFirst()).equals(ISOLATION)
                        ? command.subList(1, command.size())
                        : command;
        boolean installs = words.size() > 2
                && Place.name(words.get(0)).equals("uv")
                && (words.get(1).equals("venv")
                        || (words.get(1).equals("pip") && words.get(2).equals("install")));
        return installs || words.contains(INVENTORY);
    }

    /** A path of the machine as facts name it. */
    private String seen(String path) {
        for (String parent : parents) {
            if (path.length() > parent.length() && Place.within(path, parent)) {
                int end = path.indexOf('/', parent.length() + 1);
                String folder = end < 0 ? path : path.substring(0, end);
                String name = names.get(folder);
                WheelBuild build = name == null ? null : builds.get(name);
                if (name != null && build != null) {
                    String environment = build.environment().toString();
                    return Place.within(path, environment)
                            ? Place.artifact(name + ENVIRONMENT) + path.substring(environment.length())
                            : Place.source(name) + path.substring(folder.length());
                }
            }
        }
        return path;
    }

    /** Where a path that facts name so stands, or stood, on the machine; null where there is nothing. */
    private @Nullable Path physical(String path) {
        String owner = Place.ownerOf(path);
        Path found;
        if (!owner.isEmpty()) {
            WheelBuild build = builds.get(owner);
            found = build == null
                    ? null
                    : Path.of(
                            build.folder() + path.substring(Place.source(owner).length()));
        } else if (!ofEnvironment(path).isEmpty()) {
            String name = ofEnvironment(path);
            WheelBuild build = builds.get(name);
            found = build == null
                    ? null
                    : Path.of(build.environment()
                            + path.substring(Place.artifact(name + ENVIRONMENT).length()));
        } else {
            found = Path.of(path);
        }
        return found != null && Files.exists(found) ? found : null;
    }
}
