package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.tool.CMakeNames;
import dev.cutoff.tool.CMakeSizes;
import dev.cutoff.tool.MakeNames;
import dev.cutoff.tool.NameScope;
import dev.cutoff.tool.ShellNames;
import dev.cutoff.tool.Tool;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which names the steps that list folders could match, and whether those that look at files could see how large they are.
 * Where that is not known, all counts.
 */
final class Listings {

    /** Tools whose texts say what they look for. */
    private static final Set<Tool> READERS = Set.of(Tool.MAKE, Tool.CMAKE, Tool.PKG_CONFIG, Tool.SHELL);

    /** What CMake writes for itself, about compilers and checks and what it found. */
    private static final Pattern OWN_SCRIPT =
            Pattern.compile("/CMakeFiles/(\\d[\\d.]*/CMake\\w+\\.cmake|(CMakeScratch|CMakeTmp)/)"
                    + "|/CMakeCache\\.txt$|\\.tmp[0-9a-f]{5}$");

    private static final String FILLED_IN = ".tmp";

    /** Where nobody but CMake writes, and its modules. */
    private static final Pattern OF_CMAKE =
            Pattern.compile("^/usr/(local/)?share/cmake[^/]*/|/CMakeFiles/|/CMakeCache\\.txt$");

    private static final Pattern LIBRARY = Pattern.compile("(?<![\\w-])-l(\\S+)");

    /** What pkg-config would take apart otherwise than by blanks, or put together. */
    private static final Pattern UNPLAIN_LIBRARIES = Pattern.compile(
            "^\\s*Libs[\\w.]*\\s*:(.*['\"\\\\].*|(.*\\s)?(?!-[LW])\\S*\\$.*)$|^[^#\\n]*\\\\$", Pattern.MULTILINE);

    private final Trace trace;
    private final StepTools tools;
    private final MadeFiles made;
    private final Contents contents;
    private final Map<Integer, List<Entity>> reads = new HashMap<>();
    private final Present present;
    private final Map<Integer, Optional<NameScope>> scopes = new HashMap<>();
    private final Map<Integer, Boolean> sizes = new HashMap<>();
    private final PythonRuns pythons;

    Listings(
            Trace trace,
            StepTools tools,
            Present present,
            MadeFiles made,
            Contents contents,
            Map<Entity, StepSet> found) {
        this.trace = trace;
        this.tools = tools;
        this.present = present;
        this.made = made;
        this.contents = contents;
        this.pythons = new PythonRuns(trace, tools, present, made, found);
        found.forEach((entity, steps) -> {
            if (entity.kind() == FactKind.BYTES) {
                steps.forEach(step -> {
                    if (READERS.contains(tools.tool(step))) {
                        reads.computeIfAbsent(step, s -> new ArrayList<>()).add(entity);
                    }
                });
            }
        });
    }

    /** The listing as those steps saw it. */
    Entity narrow(Entity listing, Set<Integer> steps) {
        // By identity: comparing long scopes costs more than joining a few that are alike.
        Set<NameScope> different = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int step : steps) {
            Optional<NameScope> scope = scope(step, listing.name());
            if (scope.isEmpty()) {
                return listing;
            }
            different.add(scope.get());
        }
        return different.stream()
                .reduce(NameScope::with)
                .map(whole -> new Entity(FactKind.NAMES, listing.name(), whole.text()))
                .orElse(listing);
    }

    private Optional<NameScope> scope(int step, String folder) {
        if (folder.contains("/.cmake/packages/")) {
            // CMake's registry of packages, in which every file says where one is.
            return Optional.empty();
        }
        return tools.tool(step) == Tool.PYTHON
                ? pythons.scope(step, folder)
                : scopes.computeIfAbsent(step, this::scope);
    }

    /** Those of some paths in a folder that a step which listed it could match. */
    Set<String> matched(int step, String folder, Set<String> paths) {
        if (paths.isEmpty()) {
            return paths;
        }
        Optional<NameScope> scope = scope(step, folder);
        if (scope.isEmpty()) {
            return paths;
        }
        SortedMap<String, String> names = new TreeMap<>();
        paths.forEach(path -> names.put(Place.name(path), path));
        return Set.copyOf(scope.get().of(names).values());
    }

    /** Whether a step that only looked at files may give away how large they are. */
    boolean maySeeSizes(int number) {
        Tool tool = tools.tool(number);
        return !tool.looksForPresence()
                && sizes.computeIfAbsent(number, step -> switch (tool) {
                    case CMAKE -> asksForSizes(step);
                    case PYTHON, MESON -> pythons.maySeeSizes(step);
                    default -> true;
                });
    }

    private boolean asksForSizes(int number) {
        ObservedStep step = trace.steps().get(number);
        return read(step)
                .map(read -> CMakeSizes.mayBeAsked(read.texts(), read.lacksWords(), step.command, step.environment))
                .orElse(true);
    }

    private Optional<NameScope> scope(int number) {
        ObservedStep step = trace.steps().get(number);
        return switch (tools.tool(number)) {
            case MAKE -> makefiles(step).flatMap(MakeNames::of);
            case CMAKE ->
                // Words of find_library and find_package in a variable of the environment.
                step.environment.stream().anyMatch(variable -> variable.matches("(?s).*[;=](NAMES|CONFIGS)(;.*|$)"))
                        ? Optional.empty()
                        : texts(step).flatMap(texts -> CMakeNames.of(texts, step.command, linked(step)));
            case PKG_CONFIG -> Optional.of(NameScope.ofPkgConfig());
            case SHELL -> texts(step).filter(Map::isEmpty).flatMap(_ -> ShellNames.of(step.command, step.environment));
            default -> Optional.empty();
        };
    }

    private Optional<List<String>> makefiles(ObservedStep step) {
        if (step.command.contains("-")
                || step.command.stream()
                        .anyMatch(word -> word.endsWith("=-") || word.equals("-f-") || word.contains("/dev/"))) {
            return Optional.empty();
        }
        return texts(step).map(read -> {
            List<String> texts = new ArrayList<>(List.of(String.join(" ", step.command)));
            texts.add(step.folder);
            texts.addAll(step.environment);
            texts.addAll(read.values());
            return texts;
        });
    }

    /** By path, the files that a step read, but for those that make it up; empty where some are not to be had. */
    private Optional<Map<String, String>> texts(ObservedStep step) {
        return read(step).filter(read -> !read.lacksWords()).map(Read::texts);
    }

    /**
     * What a step read, but for what makes it up.
     *
     * @param texts by path
     * @param isPartOfItGone whether it read some of CMake's own data which is no more
     * @param isPartOfItRewritten whether it read something that it wrote itself, of which what it left last is among the texts
     */
    private record Read(Map<String, String> texts, boolean isPartOfItGone, boolean isPartOfItRewritten) {
        /** Whether a script may have had words, or one may have been, that none of the texts has. */
        boolean lacksWords() {
            return isPartOfItRewritten
                    || (isPartOfItGone && texts.entrySet().stream().anyMatch(Listings::namesCMakesFolder));
        }
    }

    /** Empty where some is not to be had. */
    private Optional<Read> read(ObservedStep step) {
        if (step.readsPrivately) {
            return Optional.empty();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        Set<String> changed = new LinkedHashSet<>(step.madeReads);
        for (Entity file : reads.getOrDefault(step.number, List.of())) {
            if (Narrowing.isOfTheProgram(present, file.name(), present.now(file.question()))) {
                continue;
            }
            if (made.isWritten(file.name())) {
                changed.add(file.name());
                continue;
            }
            Optional<byte[]> text = present.now(file.question())
                    .flatMap(Present::digest)
                    .flatMap(content -> contents.read(content, file.name()));
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (!put(file.name(), text.get(), texts)) {
                return Optional.empty();
            }
        }
        boolean gone = false;
        boolean rewritten = false;
        for (String path : changed) {
            Optional<byte[]> text = made.asReadBy(step, path);
            boolean byCMake = tools.tool(step.number) == Tool.CMAKE;
            if (text.isEmpty() && byCMake && isOfCMakesOwn(step, path)) {
                gone = true;
                continue;
            }
            if (text.isEmpty() && byCMake) {
                text = asLeftByItself(step, path);
                rewritten = true;
            }
            if (text.isEmpty() || !put(path, text.get(), texts)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Read(texts, gone, rewritten));
    }

    /**
     * What a run of CMake left last of a file that it wrote and read itself. What configure_file writes beside its output, it
     * compares with that and gives it its name.
     */
    private Optional<byte[]> asLeftByItself(ObservedStep step, String path) {
        if (!made.isOnlyBy(step, path)) {
            return Optional.empty();
        }
        String output = path.endsWith(FILLED_IN) ? path.substring(0, path.length() - FILLED_IN.length()) : path;
        return made.isOnlyBy(step, output) ? made.asLeftBy(step, output) : Optional.empty();
    }

    /** Names in listings are what UTF-8 makes of their bytes; a text that is none could name anything. */
    private static boolean put(String path, byte[] bytes, Map<String, String> texts) {
        try {
            texts.put(
                    path,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
            return true;
        } catch (CharacterCodingException e) {
            for (byte b : bytes) {
                if (b == 0) {
                    // A program or an object, in which no tool finds a script.
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether a project's script may take something from CMake's own folder, where it could have written a script. */
    private static boolean namesCMakesFolder(Map.Entry<String, String> text) {
        return !OF_CMAKE.matcher(text.getKey()).find()
                && (text.getValue().contains("CMakeFiles") || text.getValue().contains("CMAKE_FILES_DIRECTORY"));
    }

    /** What CMake wrote itself comes from texts that it read; in its own folder lies, but for scripts, data of checks. */
    private boolean isOfCMakesOwn(ObservedStep step, String path) {
        boolean data = path.contains("/CMakeFiles/")
                && !path.endsWith(".cmake")
                && !path.endsWith("/CMakeLists.txt")
                && !path.endsWith(".inc");
        return data || (made.isOnlyBy(step, path) && OWN_SCRIPT.matcher(path).find());
    }

    /** Names of libraries in the build's links and in what pkg-config read; null where a child of the step hides some. */
    private @Nullable Set<String> linked(ObservedStep step) {
        Set<String> names = new TreeSet<>();
        for (ObservedStep other : trace.steps()) {
            boolean asks = other.command.stream().anyMatch(word -> word.startsWith("--libs"));
            if (other.parent == step.number && asks && tools.tool(other.number) != Tool.PKG_CONFIG) {
                return null;
            }
            other.command.stream().filter(word -> word.startsWith("-l")).forEach(word -> names.add(word.substring(2)));
            if (tools.tool(other.number) == Tool.PKG_CONFIG) {
                Optional<Map<String, String>> texts = texts(other);
                if (texts.isEmpty()) {
                    return null;
                }
                for (String text : texts.get().values()) {
                    if (UNPLAIN_LIBRARIES.matcher(text).find()) {
                        return null;
                    }
                    Matcher option = LIBRARY.matcher(text);
                    while (option.find()) {
                        if (option.group(1).indexOf('$') >= 0) {
                            return null;
                        }
                        names.add(option.group(1));
                    }
                }
            }
        }
        return names;
    }
}
