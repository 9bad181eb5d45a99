package dev.cutoff.tool;

import dev.cutoff.tool.CMakeScript.Argument;
import dev.cutoff.tool.CMakeScript.Command;
import dev.cutoff.tool.CMakeVariables.Function;
import dev.cutoff.tool.CMakeVariables.Placed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which names of folders one run of CMake could match, by the scripts that it read. CMake lists folders to find
 * libraries ({@code find_library}) and packages ({@code find_package}), and where {@code file(GLOB)} asks for it; all
 * else that it finds it looks for by name.
 *
 * <p>Sound as long as the scripts are all that ran: functions that nothing names do not count, and of a variable all
 * values that any command gives it.
 */
public final class CMakeNames {

    /** Words that end the names of {@code find_library}. */
    private static final Set<String> AFTER_NAMES = Set.of(
            "HINTS",
            "PATHS",
            "PATH_SUFFIXES",
            "DOC",
            "NAMES_PER_DIR",
            "NO_CACHE",
            "REQUIRED",
            "REGISTRY_VIEW",
            "VALIDATOR",
            "ENV",
            "NO_DEFAULT_PATH",
            "NO_PACKAGE_ROOT_PATH",
            "NO_CMAKE_PATH",
            "NO_CMAKE_ENVIRONMENT_PATH",
            "NO_SYSTEM_ENVIRONMENT_PATH",
            "NO_CMAKE_SYSTEM_PATH",
            "NO_CMAKE_INSTALL_PREFIX",
            "CMAKE_FIND_ROOT_PATH_BOTH",
            "ONLY_CMAKE_FIND_ROOT_PATH",
            "NO_CMAKE_FIND_ROOT_PATH");

    /** What {@code file(INSTALL)} installs that are no folders. */
    private static final Set<String> FILES =
            Set.of("FILE", "EXECUTABLE", "PROGRAM", "STATIC_LIBRARY", "SHARED_LIBRARY", "MODULE");

    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z0-9_.+-]+");

    /** How variables begin that hold the prefixes and suffixes of libraries. */
    private static final String ENDS = "CMAKE_FIND_LIBRARY_";

    /** Operations of {@code file} that take whole folders, or go through all of them. */
    private static final Set<String> TAKES_FOLDERS =
            Set.of("GLOB_RECURSE", "COPY", "RENAME", "CHMOD_RECURSE", "ARCHIVE_CREATE", "GET_RUNTIME_DEPENDENCIES");

    /** Modes of the program in which it runs other things than scripts, or settings that stand in no script. */
    static final Set<String> OTHER_MODES =
            Set.of("-E", "--find-package", "--preset", "--list-presets", "--workflow", "--open", "--debugger");

    /** Text from which a script could be written while CMake runs. */
    private static final Pattern WRITES_SCRIPTS = Pattern.compile(
            "\\b(find_library|find_package|file|set|list|foreach|function|macro|include)\\s*\\(",
            Pattern.CASE_INSENSITIVE);

    /** A folder that a script names without a pattern in it. */
    private static final Pattern FOLDER = Pattern.compile("^\\$\\{(CMAKE_ROOT|CMAKE_CURRENT_LIST_DIR"
            + "|(CMAKE|CMAKE_CURRENT|PROJECT)_(SOURCE|BINARY)_DIR)\\}(?=/|$)");

    private final List<Placed> live;
    private final CMakeVariables variables;
    private final Map<String, Function> functions;
    private final @Nullable Set<String> linked;
    private final boolean unusualEnds;
    private final SortedSet<String> patterns = new TreeSet<>(List.of("cmake", "*.framework"));

    private CMakeNames(
            List<Placed> live,
            CMakeVariables variables,
            Map<String, Function> functions,
            @Nullable Set<String> linked,
            boolean unusualEnds) {
        this.functions = functions;
        this.live = live;
        this.variables = variables;
        this.linked = linked;
        this.unusualEnds = unusualEnds;
    }

    /** A function or macro with what it does. */
    private record Definition(Function function, List<Placed> body) {}

    /**
     * The names that count.
     *
     * @param texts by path, all that the run read and that could be a script
     * @param command the run's command line
     * @param linked names of libraries ({@code NAME} of {@code -lNAME}) that the build's links and pkg-config gave;
     *     null where these are not known
     * @return empty where every name counts
     */
    public static Optional<NameScope> of(
            Map<String, String> texts, List<String> command, @Nullable Set<String> linked) {
        if (command.stream().anyMatch(OTHER_MODES::contains)) {
            return Optional.empty();
        }
        Map<String, List<String>> given = definitions(command);
        List<Placed> top = new ArrayList<>();
        Map<String, List<Definition>> functions = new HashMap<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            String path = text.getKey();
            if (path.endsWith("Presets.json")) {
                return Optional.empty();
            }
            if (path.endsWith("/CMakeCache.txt")) {
                cached(text.getValue(), given);
                continue;
            }
            Optional<CMakeScript> script = CMakeScript.parse(path, text.getValue());
            if (script.isPresent()) {
                if (!split(script.get(), top, functions)) {
                    return Optional.empty();
                }
            } else if (path.endsWith(".cmake") || path.endsWith("/CMakeLists.txt")) {
                return Optional.empty();
            }
        }
        Map<String, Function> known = new HashMap<>();
        for (List<Definition> definitions : functions.values()) {
            Function function = definitions.get(0).function();
            boolean odd = !PLAIN_NAME.matcher(function.name()).matches() || CMakeVariables.isBuiltIn(function.name());
            if (odd || definitions.stream().anyMatch(other -> !other.function().equals(function))) {
                // Which one a call means depends on the order of the scripts; others can be called in ways not seen
                // here.
                return Optional.empty();
            }
            known.put(function.name(), function);
        }
        List<Placed> live = live(top, functions);
        CMakeVariables variables = new CMakeVariables(live, known, given);
        return new CMakeNames(live, variables, known, linked, hasUnusualEnds(live, variables, given.keySet())).scope();
    }

    /** What {@code -D} defines. */
    private static Map<String, List<String>> definitions(List<String> command) {
        Map<String, List<String>> given = new HashMap<>();
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            if (word.equals("-D") && i + 1 < command.size()) {
                define(command.get(++i), given);
            } else if (word.startsWith("-D")) {
                define(word.substring(2), given);
            }
        }
        return given;
    }

    private static void define(String definition, Map<String, List<String>> given) {
        int equals = definition.indexOf('=');
        if (equals > 0) {
            String name = definition.substring(0, equals);
            int type = name.indexOf(':');
            given.computeIfAbsent(type > 0 ? name.substring(0, type) : name, n -> new ArrayList<>())
                    .add(definition.substring(equals + 1));
        }
    }

    private static void cached(String cache, Map<String, List<String>> given) {
        cache.lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("//"))
                .forEach(line -> define(line, given));
    }

    private static boolean split(CMakeScript script, List<Placed> top, Map<String, List<Definition>> functions) {
        Deque<Definition> open = new ArrayDeque<>();
        for (Command command : script.commands()) {
            switch (command.name()) {
                case "function", "macro" -> {
                    List<String> words =
                            command.arguments().stream().map(Argument::text).toList();
                    if (words.isEmpty() || words.stream().anyMatch(word -> word.indexOf('$') >= 0)) {
                        return false;
                    }
                    if (!open.isEmpty() && !command.isOfCMake()) {
                        // What it means depends on where and when it is defined.
                        return false;
                    }
                    String name = words.get(0).toLowerCase(Locale.ROOT);
                    boolean macro = command.name().equals("macro");
                    Definition definition = new Definition(
                            new Function(name, macro, command.isOfCMake(), words.subList(1, words.size())),
                            new ArrayList<>());
                    functions.computeIfAbsent(name, n -> new ArrayList<>()).add(definition);
                    open.push(definition);
                }
                case "endfunction", "endmacro" -> {
                    if (open.isEmpty()) {
                        return false;
                    }
                    open.pop();
                }
                default -> {
                    Definition in = open.peek();
                    (in == null ? top : in.body()).add(new Placed(command, in == null ? null : in.function()));
                }
            }
        }
        return open.isEmpty();
    }

    /** The commands outside of functions, and those of all functions that some of them name, and so on. */
    private static List<Placed> live(List<Placed> top, Map<String, List<Definition>> functions) {
        List<Placed> live = new ArrayList<>(top);
        Set<String> named = new HashSet<>();
        for (int i = 0; i < live.size(); i++) {
            Command command = live.get(i).command();
            Set<String> words = new HashSet<>(Set.of(command.name()));
            for (Argument argument : command.arguments()) {
                words.addAll(List.of(argument.text().toLowerCase(Locale.ROOT).split("[^a-z0-9_.+-]+")));
            }
            for (String word : words) {
                if (functions.containsKey(word) && named.add(word)) {
                    functions.getOrDefault(word, List.of()).forEach(definition -> live.addAll(definition.body()));
                }
            }
        }
        return live;
    }

    private Optional<NameScope> scope() {
        boolean told = true;
        for (Placed placed : live) {
            Command command = placed.command();
            List<Argument> arguments = command.arguments();
            told &= switch (command.name()) {
                case "find_library" -> libraries(placed);
                case "find_package" -> packages(placed);
                case "file" -> files(placed);
                case "aux_source_directory",
                        "load_command",
                        "load_cache",
                        "install_files",
                        "install_programs",
                        "install_targets",
                        "cmake_host_system_information" -> false;
                default -> !isIndirect(command);
            };
            told &= CMakeForms.isFollowed(placed, functions);
            told &= command.isOfCMake() || arguments.stream().noneMatch(a -> writesScripts(command, a));
            if (!told) {
                return Optional.empty();
            }
        }
        return Optional.of(NameScope.ofAnyCase(patterns));
    }

    private static boolean writesScripts(Command command, Argument argument) {
        return argument.quoted()
                && !command.name().equals("message")
                && WRITES_SCRIPTS.matcher(argument.text()).find();
    }

    private static boolean isOfModule(Command command, String module) {
        return command.isOfCMake() && command.script().endsWith("/" + module + ".cmake");
    }

    /** Whether a command runs others by their names, or is one that was overridden: the name behind {@code _}. */
    private boolean isIndirect(Command command) {
        return switch (command.name()) {
            case "cmake_language" ->
                command.arguments().isEmpty()
                        || !command.arguments().get(0).text().equals("GET_MESSAGE_LOG_LEVEL");
            case "variable_watch" -> command.arguments().size() > 1;
            default -> command.name().startsWith("_") && !functions.containsKey(command.name());
        };
    }

    private boolean libraries(Placed placed) {
        Command command = placed.command();
        if (isOfModule(command, "CMakeParseImplicitLinkInfo") || isOfModule(command, "FindPkgConfig")) {
            // Of the compiler's link command, and what pkg-config said.
            if (linked == null) {
                return false;
            }
            linked.forEach(this::library);
            return true;
        }
        List<Argument> arguments = command.arguments();
        boolean keyword =
                arguments.stream().anyMatch(argument -> argument.text().equals("NAMES"));
        boolean inNames = !keyword;
        for (int i = 1; i < arguments.size(); i++) {
            String word = arguments.get(i).text();
            if (AFTER_NAMES.contains(word)) {
                inNames = false;
            } else if (word.equals("NAMES")) {
                inNames = true;
            } else if (inNames || word.startsWith("${")) {
                // Options may stand in a variable: what it holds may be names.
                Set<String> values = variables.values(arguments.get(i), placed);
                if (!inNames && mayHoldWords(placed, arguments.get(i))) {
                    return false;
                }
                if (inNames || values.contains("NAMES")) {
                    for (String name : values) {
                        if (name.equals(CMakeValues.UNKNOWN)) {
                            return false;
                        }
                        library(name);
                    }
                }
            }
        }
        return true;
    }

    /** Whether a project's variable can hold words of the command, as far as is known. */
    private boolean mayHoldWords(Placed placed, Argument argument) {
        return !placed.command().isOfCMake()
                && !argument.quoted()
                && variables.values(argument, placed).contains(CMakeValues.UNKNOWN)
                && variables.isSetIn(argument, placed);
    }

    private void library(String name) {
        // With a slash it is no name of a folder's list; CMake asks for such a file by its path.
        String last = name.indexOf('/') < 0 ? pattern(name) : "";
        if (!last.isEmpty()) {
            patterns.addAll(List.of(last, last + ".*", "lib" + last + ".*"));
            if (unusualEnds) {
                patterns.add("*" + last + "*");
            }
        }
    }

    /** Whether libraries are looked for by other ends than the usual ones: no prefix or lib, and a suffix. */
    private static boolean hasUnusualEnds(List<Placed> live, CMakeVariables variables, Set<String> given) {
        return given.stream().anyMatch(name -> name.startsWith(ENDS))
                || live.stream()
                        .filter(placed -> !placed.command().isOfCMake())
                        .anyMatch(placed -> placed.command().arguments().stream()
                                .anyMatch(argument -> canStart(variables.values(argument, placed))));
    }

    private static boolean canStart(Set<String> names) {
        return names.stream()
                .filter(name -> !name.equals(CMakeValues.UNKNOWN))
                .map(name ->
                        name.indexOf(CMakeValues.ANY) < 0 ? name : name.substring(0, name.indexOf(CMakeValues.ANY)))
                .anyMatch(name -> name.startsWith(ENDS) || (name.length() > 4 && ENDS.startsWith(name)));
    }

    private boolean packages(Placed placed) {
        // The first word is a name, and those after NAMES and CONFIGS.
        boolean names = true;
        boolean first = true;
        for (Argument argument : placed.command().arguments()) {
            String word = argument.text();
            Set<String> values = variables.values(argument, placed);
            if (word.indexOf('$') >= 0 && (values.contains("NAMES") || mayHoldWords(placed, argument))) {
                return false;
            }
            if (AFTER_NAMES.contains(word)) {
                names = false;
            }
            if (names) {
                if (values.contains(CMakeValues.UNKNOWN)) {
                    return false;
                }
                values.stream().filter(name -> !name.isEmpty()).forEach(name -> patterns.add(pattern(name) + "*"));
            }
            names = (names && !first) || word.equals("NAMES") || word.equals("CONFIGS");
            first = false;
        }
        return true;
    }

    private boolean files(Placed placed) {
        Command command = placed.command();
        List<Argument> arguments = command.arguments();
        String operation = arguments.isEmpty() ? "" : arguments.get(0).text();
        if (operation.equals("INSTALL")) {
            List<String> words = arguments.stream().map(Argument::text).toList();
            int type = words.indexOf("TYPE");
            return type > 0 && type + 1 < words.size() && FILES.contains(words.get(type + 1));
        }
        if (TAKES_FOLDERS.contains(operation) || operation.indexOf('$') >= 0) {
            return false;
        }
        // What a compiler left in its own folder, which the run made.
        if (!operation.equals("GLOB") || isOfModule(command, "CMakeDetermineCompilerId")) {
            return true;
        }
        for (Argument argument : arguments.subList(2, arguments.size())) {
            Argument below = new Argument(FOLDER.matcher(argument.text()).replaceFirst(""), argument.quoted(), false);
            for (String value : variables.values(below, placed)) {
                if (value.indexOf('[') >= 0) {
                    return false;
                }
                for (String part : value.split("/")) {
                    String pattern = pattern(part);
                    if (pattern.equals("*")) {
                        return false;
                    }
                    if (!pattern.isEmpty()) {
                        patterns.add(pattern);
                    }
                }
            }
        }
        return true;
    }

    private static String pattern(String value) {
        return value.replace(CMakeValues.ANY, '*').replaceAll("[\\[\\]\n]", "?").replaceAll("\\*+", "*");
    }
}
