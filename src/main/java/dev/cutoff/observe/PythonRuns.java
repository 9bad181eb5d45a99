package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.tool.MesonSizes;
import dev.cutoff.tool.NameScope;
import dev.cutoff.tool.PythonCode;
import dev.cutoff.tool.PythonNames;
import dev.cutoff.tool.Tool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Steps that ran Python: what they read, told apart into the standard library, other code and data. Where that can't be
 * done, every name of the folders that they listed counts.
 */
final class PythonRuns {

    private static final Pattern LIBRARY_FOLDER = Pattern.compile(".*/python3\\.(\\d{1,3})$");
    private static final Pattern SHARED_LIBRARY = Pattern.compile("\\.so(\\.[0-9]+)*$");

    /** No module that Python would find there, but what it and its modules are linked with. */
    private static final Pattern SYSTEM_LIBRARY = Pattern.compile(
            "/(usr/(local/)?)?lib(32|64|x32)?/([a-z0-9_]+-linux-[a-z0-9]+/)?((lib|ld-)[^/]*|gconv/[^/]*)");

    private static final Pattern PACKAGES = Pattern.compile("/(site|dist)-packages(/|$)");
    private static final Pattern INTERPRETER = Pattern.compile("/python3?(\\.\\d+)?$");
    private static final Pattern SHIM =
            Pattern.compile("/(site|dist)-packages/_distutils_hack/(__pycache__/)?__init__(\\.cpython-\\d+)?\\.pyc?$");

    private static final Pattern START_UP =
            Pattern.compile("\\.pth$|/(__pycache__/)?(site|user)customize(\\.cpython-\\d+)?\\.pyc?$");

    /** Where the end of a zip file's directory may begin, counted from its end. */
    private static final int ZIP_TAIL = (1 << 16) + 22;

    private final Trace trace;
    private final StepTools tools;
    private final Present present;
    private final MadeFiles made;
    private final Map<Integer, Set<String>> reads = new HashMap<>();
    private final Map<Integer, Set<String>> listed = new HashMap<>();
    private final Map<Integer, Optional<Run>> runs = new HashMap<>();
    /** Each scope once: a build's runs are much alike. */
    private final Map<NameScope, NameScope> scopes = new HashMap<>();

    /** @param standard the folder of the standard library */
    private record Run(String standard, NameScope scope) {}

    PythonRuns(Trace trace, StepTools tools, Present present, MadeFiles made, Map<Entity, StepSet> found) {
        this.trace = trace;
        this.tools = tools;
        this.present = present;
        this.made = made;
        found.forEach((entity, steps) -> {
            Map<Integer, Set<String>> to =
                    entity.kind() == FactKind.BYTES ? reads : entity.kind() == FactKind.LISTING ? listed : Map.of();
            if (entity.kind() == FactKind.BYTES || entity.kind() == FactKind.LISTING) {
                steps.stream()
                        .filter(step -> tools.tool(step) == Tool.PYTHON || tools.tool(step) == Tool.MESON)
                        .forEach(step -> to.computeIfAbsent(step, s -> new LinkedHashSet<>())
                                .add(entity.name()));
            }
        });
    }

    /** Which names of a folder a step can have looked at; empty where any may count. */
    Optional<NameScope> scope(int number, String folder) {
        ObservedStep step = trace.steps().get(number);
        return isSearched(step, folder)
                ? runs.computeIfAbsent(number, n -> run(step))
                        // The standard library finds encodings by names that come from anywhere.
                        .filter(run -> !isStandard(folder, run.standard()))
                        .map(Run::scope)
                : Optional.empty();
    }

    /** Whether modules are looked for in a folder. Libraries written in C list others of the machine's: gconv's, NSS's. */
    private static boolean isSearched(ObservedStep step, String folder) {
        return Place.within(folder, Place.ROOT)
                || PACKAGES.matcher(folder).find()
                || Arrays.stream(step.variable("PYTHONPATH").split(":"))
                        .anyMatch(entry -> entry.startsWith("/") && Place.within(folder, Trace.plain(entry)))
                || PythonNames.start(step.command, step.environment)
                        .filter(start -> start instanceof PythonNames.Start.Script script
                                && Trace.plain(script.path()).equals(folder + "/" + Place.name(script.path())))
                        .isPresent();
    }

    private static boolean isStandard(String path, String standard) {
        return Place.within(path, standard)
                && !PACKAGES.matcher(path.substring(standard.length())).find();
    }

    /** Whether a run that only looked at files may give away how large they are: all may, but Meson where it configures. */
    boolean maySeeSizes(int number) {
        ObservedStep step = trace.steps().get(number);
        List<String> command = command(step);
        if (!MesonSizes.configures(command)) {
            return true;
        }
        Optional<PythonNames.Start> start = PythonNames.start(command, step.environment);
        Optional<String> standard = standardLibrary(step);
        return step.readsPrivately
                || start.isEmpty()
                || standard.isEmpty()
                || new Reader(step, standard.get(), start.get()).maySeeSizes();
    }

    /** The command line as Python had it: a script that is started by its name comes behind the interpreter that it names. */
    private List<String> command(ObservedStep step) {
        if (tools.tool(step.number) == Tool.PYTHON) {
            return step.command;
        }
        List<String> command = new ArrayList<>(step.command);
        if (!command.isEmpty()) {
            step.executed().ifPresent(script -> command.set(0, script));
            command.addFirst("python3");
        }
        return command;
    }

    private Optional<Run> run(ObservedStep step) {
        Optional<PythonNames.Start> start = PythonNames.start(step.command, step.environment);
        Optional<String> standard = standardLibrary(step);
        if (step.readsPrivately || step.emptiesFolders || start.isEmpty() || standard.isEmpty()) {
            return Optional.empty();
        }
        Reader reader = new Reader(step, standard.get(), start.get());
        return reader.read()
                ? PythonNames.scope(start.get(), reader.program, reader.metadata)
                        .map(scope -> new Run(standard.get(), scopes.computeIfAbsent(scope, same -> same)))
                : Optional.empty();
    }

    /** The folder of the standard library: of the machine's, and of a known version. */
    private Optional<String> standardLibrary(ObservedStep step) {
        Set<String> read = reads.getOrDefault(step.number, Set.of());
        Set<String> folders = new HashSet<>();
        for (String folder : listed.getOrDefault(step.number, Set.of())) {
            Matcher version = LIBRARY_FOLDER.matcher(folder);
            if (version.matches()
                    && PythonNames.isKnown(Integer.parseInt(version.group(1)))
                    && !Place.within(folder, Place.ROOT)
                    && read.stream().anyMatch(path -> Place.within(path, folder + "/encodings"))) {
                folders.add(folder);
            }
        }
        return folders.size() == 1 ? folders.stream().findFirst() : Optional.empty();
    }

    /** Reads what one step read. */
    private final class Reader {
        private final ObservedStep step;
        private final String standard;
        private final String script;
        private final PythonNames.Program program = new PythonNames.Program();
        private boolean metadata;

        Reader(ObservedStep step, String standard, PythonNames.Start start) {
            this.step = step;
            this.standard = standard;
            this.script = start instanceof PythonNames.Start.Script file
                    ? Trace.plain(file.path().startsWith("/") ? file.path() : step.folder + "/" + file.path())
                    : "";
        }

        /** Whether all that it read could be read again and told apart. */
        boolean read() {
            Set<String> asked = new LinkedHashSet<>();
            for (Access access : step.accesses) {
                if (access.kind() == Access.Kind.READ) {
                    asked.add(access.path());
                }
            }
            return (script.isEmpty() || (asked.contains(script) && !isStandard(script, standard)))
                    && step.readsByOtherNames.stream().noneMatch(path -> isCode(path) && !isOfLibrary(path))
                    && asked.stream().allMatch(this::isKnown)
                    && reads.getOrDefault(step.number, Set.of()).stream().allMatch(this::readFile)
                    && step.madeReads.stream().allMatch(this::readMade);
        }

        /** Whether it ran other code than Meson's, or code that asks for sizes, or that can't be read again. */
        boolean maySeeSizes() {
            MesonSizes sizes = new MesonSizes();
            Set<String> read = new LinkedHashSet<>(reads.getOrDefault(step.number, Set.of()));
            read.addAll(step.madeReads);
            return step.readsByOtherNames.stream()
                            .anyMatch(path -> (isCode(path) && !isOfLibrary(path)) || MesonSizes.isProject(path))
                    || !step.accesses.stream()
                            .filter(access -> access.kind() == Access.Kind.READ)
                            .allMatch(access -> isKnown(access.path()))
                    || !read.stream().allMatch(path -> takeIn(path, sizes))
                    || sizes.mayBeAsked();
        }

        /** Whether a file is data, or of Meson or the interpreter, and could be read again. */
        private boolean takeIn(String path, MesonSizes sizes) {
            boolean project = MesonSizes.isProject(path);
            if (isOfLibrary(path) || isStartUp(path) || !(isCode(path) || project)) {
                return true;
            }
            boolean known = project || MesonSizes.isOwn(path) || path.equals(script) || path.endsWith(".pth");
            Optional<byte[]> bytes = known ? bytes(path) : Optional.empty();
            bytes.ifPresent(project ? sizes::addProject : code -> sizes.addCode(path, code));
            return bytes.isPresent();
        }

        private Optional<byte[]> bytes(String path) {
            return made.isWritten(path)
                    ? made.asReadBy(step, path)
                    : present.now(new Entity(FactKind.BYTES, path).question())
                            .flatMap(Present::digest)
                            .flatMap(content -> present.contents().read(content, path));
        }

        private boolean isCode(String path) {
            return path.endsWith(".py")
                    || path.endsWith(".pyc")
                    || path.endsWith(".pth")
                    || path.endsWith("/entry_points.txt")
                    || (!script.isEmpty() && Place.name(path).equals(Place.name(script)));
        }

        /** Whether a path, as the step wrote it, is of a library that is known; other than libraries are read later. */
        private boolean isKnown(String path) {
            if (!isOfLibrary(path)) {
                program.addFile(path);
            }
            return !SHARED_LIBRARY.matcher(path).find()
                    || isOfLibrary(path)
                    || path.startsWith(standard.substring(0, standard.lastIndexOf('/')) + "/libpython3")
                    || SYSTEM_LIBRARY.matcher(path).matches();
        }

        /** Whether a file is of the standard library, and not merely in its folder. */
        private boolean isOfLibrary(String path) {
            if (!isStandard(path, standard)) {
                return false;
            }
            String[] parts = path.substring(standard.length() + 1)
                    .replaceFirst("^(__pycache__|lib-dynload)/", "")
                    .split("/");
            int dot = parts[0].indexOf('.');
            return PythonNames.isStandard(dot < 0 ? parts[0] : parts[0].substring(0, dot))
                    || parts[0].startsWith("_sysconfigdata");
        }

        private boolean readFile(String path) {
            if (SHARED_LIBRARY.matcher(path).find()) {
                return isKnown(path);
            }
            if (isOfLibrary(path)) {
                return readStandard(path);
            }
            boolean ofMachine = !Place.within(path, Place.ROOT);
            if (ofMachine
                    && (Narrowing.isOfTheMachine(path)
                            || INTERPRETER.matcher(path).find()
                            || Place.within(path, "/proc")
                            || Place.within(path, "/sys")
                            || Place.within(path, "/dev"))) {
                return true;
            }
            if (made.isWritten(path)) {
                return readMade(path);
            }
            Optional<String> state = present.now(new Entity(FactKind.BYTES, path).question());
            if (path.endsWith(".pyc") && state.isPresent()) {
                Optional<PythonCode> code = present.python(path, state.get());
                code.ifPresent(isShim(path) ? program::addShim : program::add);
                return code.isPresent();
            }
            return bytes(path).map(bytes -> read(path, bytes)).orElse(false);
        }

        private boolean readStandard(String path) {
            metadata |= path.contains("/importlib/metadata") || path.contains("/importlib/__pycache__/metadata.");
            if (!path.endsWith(".py") && !path.endsWith(".pyc")) {
                return true;
            }
            Optional<PythonCode> code = present.now(new Entity(FactKind.BYTES, path).question())
                    .flatMap(state -> present.python(path, state));
            code.ifPresent(program::addStandard);
            return code.isPresent();
        }

        private boolean readMade(String path) {
            if (!isCode(path) && made.isOnlyBy(step, path)) {
                // A file that it renamed, or added to. What it wrote itself is no code under such a name, but in a zip.
                return made.asLeftBy(step, movedTo(path))
                        .map(bytes -> !isZip(bytes))
                        .orElse(false);
            }
            return made.asReadBy(step, path).map(bytes -> read(path, bytes)).orElse(false);
        }

        private String movedTo(String path) {
            String at = path;
            for (Trace.Renaming renaming : trace.renamings()) {
                if (renaming instanceof Trace.Renaming.Moved move
                        && move.step() == step.number
                        && move.from().equals(at)) {
                    at = move.to();
                }
            }
            return at;
        }

        /** Takes in a file that is not of the standard library. */
        private boolean read(String path, byte[] bytes) {
            if (isZip(bytes)) {
                // Modules can stand in it.
                return false;
            }
            if (path.endsWith("/entry_points.txt")) {
                program.addNames(new String(bytes, StandardCharsets.UTF_8));
                return true;
            }
            if (!isCode(path)) {
                return true;
            }
            Optional<PythonCode> code = path.endsWith(".pth")
                    ? Optional.of(PythonCode.ofPth(bytes))
                    : path.endsWith(".pyc") ? PythonCode.ofCompiled(bytes) : PythonCode.ofSource(bytes);
            code.ifPresent(isShim(path) ? program::addShim : program::add);
            return code.isPresent();
        }
    }

    /** Whether it is code that the machine has each Python run before its program, which knows of no project. */
    private static boolean isStartUp(String path) {
        return !Place.within(path, Place.ROOT) && (START_UP.matcher(path).find() || isShim(path));
    }

    private static boolean isShim(String path) {
        return !Place.within(path, Place.ROOT) && SHIM.matcher(path).find();
    }

    private static boolean isZip(byte[] bytes) {
        for (int i = Math.max(0, bytes.length - ZIP_TAIL); i + 4 <= bytes.length; i++) {
            if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 5 && bytes[i + 3] == 6) {
                return true;
            }
        }
        return false;
    }
}
