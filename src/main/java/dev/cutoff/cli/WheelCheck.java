package dev.cutoff.cli;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Progress;
import dev.cutoff.build.Session;
import dev.cutoff.build.UpToDate;
import dev.cutoff.build.Workspace;
import dev.cutoff.frontend.pep517.PyProject;
import dev.cutoff.frontend.pep517.Resolver;
import dev.cutoff.model.Failure;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The up-to-date check of a Python project's wheel (docs/decisions/0016): where the run before kept it, and all that it rested on
 * is as it was, its wheel stands, and no store is opened.
 */
final class WheelCheck {

    /** Variables by which interpreters and configuration files are found. */
    private static final Set<String> NAMES =
            Set.of("PATH", "VIRTUAL_ENV", "HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS");

    private final ProjectOptions project;
    private final Path file;
    private final Optional<Path> home;
    private final Optional<UpToDate> check;

    private WheelCheck(ProjectOptions project, Optional<Path> home, Optional<UpToDate> check) {
        this.project = project;
        this.file = project.folder().resolve(PyProject.FILE);
        this.home = home;
        this.check = check;
    }

    /** @param store its folder, there or not */
    static WheelCheck of(Path store, ProjectOptions project, PythonOptions python) {
        Optional<Path> home = home(store, project.folder());
        Optional<String> asked =
                python.network() == Resolver.Network.REFRESH ? Optional.empty() : Optional.of(text(project, python));
        return new WheelCheck(
                project, home, home.map(folder -> new UpToDate(folder, store, project.request(""), asked)));
    }

    /** Of a run that builds no wheel. */
    static WheelCheck none(ProjectOptions project) {
        return new WheelCheck(project, Optional.empty(), Optional.empty());
    }

    /** Where Cutoff's folder for the project is in a store that is there. */
    private static Optional<Path> home(Path store, Path project) {
        try {
            return Files.isDirectory(store) && Files.isDirectory(project)
                    ? Optional.of(WheelRun.homeIn(store.toRealPath(), project.toRealPath()))
                    : Optional.empty();
        } catch (IOException e) {
            // Whoever works there will say so.
            return Optional.empty();
        }
    }

    /** All that a run is asked for, as text: other words are another text. */
    static String text(ProjectOptions project, PythonOptions python) {
        List<Object> asked = new ArrayList<>(List.of(
                project.folder(),
                project.unitNetwork(),
                python.python,
                // What relative paths among the others are relative to.
                Path.of("").toAbsolutePath(),
                python.network(),
                python.age(),
                "settings"));
        project.settings().forEach((name, values) -> {
            asked.add(name);
            asked.add(values.size());
            asked.addAll(values);
        });
        asked.add("variables");
        project.variables().forEach((name, value) -> asked.addAll(List.of(name, value)));
        asked.add("options");
        asked.addAll(python.settings().options());
        asked.add("constraints");
        asked.addAll(python.settings().constraints());
        asked.add("environment");
        new TreeMap<>(System.getenv()).forEach((name, value) -> {
            if (NAMES.contains(name) || name.startsWith("PIP_") || name.startsWith("UV_")) {
                asked.addAll(List.of(name, value));
            }
        });
        return asked.stream().map(WheelCheck::counted).collect(Collectors.joining("\n"));
    }

    /** A word with its length, so that no two lists of words are one text. */
    private static String counted(Object word) {
        return word.toString().length() + " " + word;
    }

    /** What is done with a wheel that stands, while its project is held. */
    interface Then {
        void with(Path wheel) throws IOException, InterruptedException;
    }

    /** The outcomes of the run before where they stand, told to a view; empty where the run has to be made. */
    Optional<List<Outcome>> outcomes(Progress view, Then then) throws InterruptedException {
        return check.isEmpty()
                ? Optional.empty()
                : check.get().outcomes(view::waitsFor, outcomes -> taken(outcomes, view, then));
    }

    private void taken(List<Outcome> outcomes, Progress view, Then then) throws InterruptedException {
        for (Outcome outcome : outcomes) {
            view.begins(1);
            view.done(outcome);
            view.ends();
        }
        try {
            Path out = new Workspace(home.orElseThrow()).out();
            then.with(WheelRun.wheel(out.resolve(outcomes.getLast().unit())));
        } catch (IOException e) {
            throw Failure.io("reading the wheel of " + project.folder(), e);
        }
    }

    /** Begins a run that takes decisions; to be called before anything is read for it. */
    void begin() {
        check.ifPresent(UpToDate::begin);
        try {
            log().look(file, StatLog.Scope.TARGET);
        } catch (IOException e) {
            log().gap();
        }
    }

    StatLog log() {
        return check.map(UpToDate::log).orElseGet(StatLog::new);
    }

    /** What is remembered of a store, with what answers rest on logged. */
    StoreMemory memory(Store store) {
        return new StoreMemory(store, log(), end -> check.ifPresent(c -> c.until(end)));
    }

    /** To be called by who holds the project, before the first decision. */
    void forget() {
        check.ifPresent(UpToDate::forget);
    }

    /** Leaves a run's outcomes for the next; to be called by who holds the project. */
    void remember(List<Session> sessions, List<Outcome> outcomes) {
        check.ifPresent(c -> c.remember(sessions, outcomes));
    }
}
