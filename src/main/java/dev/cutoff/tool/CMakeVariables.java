package dev.cutoff.tool;

import dev.cutoff.tool.CMakeScript.Argument;
import dev.cutoff.tool.CMakeScript.Command;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which values the variables of some CMake scripts can have, whatever the order in which their commands run: more than
 * they ever have, never fewer (see {@link CMakeValues}).
 *
 * <p>A command that is not known to leave variables alone makes those that its words could name unknown.
 */
final class CMakeVariables {

    private static final int ROUNDS = 60;

    /** Commands that set no variable that names of files are made of. */
    private static final Set<String> WRITES_NONE = words("""
            add_compile_definitions add_compile_options add_custom_command add_custom_target add_definitions
            add_dependencies add_executable add_library add_link_options add_subdirectory add_test break
            cmake_minimum_required cmake_policy configure_file continue define_property else elseif
            enable_language enable_testing endblock endforeach endfunction endif endmacro endwhile export
            function if include_directories include_guard include_regular_expression install link_directories
            link_libraries macro make_directory mark_as_advanced message remove remove_definitions set_directory_properties
            set_source_files_properties set_target_properties set_tests_properties source_group subdirs
            target_compile_definitions target_compile_features target_compile_options target_include_directories
            target_link_directories target_link_libraries target_link_options target_precompile_headers
            target_sources unset variable_watch while write_file cmake_language
            """);

    /** Commands that set what their first word names, and what words without a reference name. */
    private static final Set<String> WRITES_FIRST = words("""
            find_file find_library find_path find_program get_filename_component get_property get_cmake_property
            get_directory_property get_target_property get_source_file_property get_test_property
            separate_arguments option site_name build_command try_compile try_run
            """);

    /** Commands that set what words without a reference name, and words after keywords. */
    private static final Set<String> WRITES_NAMED =
            words("include execute_process exec_program project return block cmake_host_system_information");

    /** Commands that are looked at one by one. */
    private static final Set<String> OTHERS = words(
            "set foreach list string file math cmake_path find_package cmake_parse_arguments set_property aux_source_directory");

    private static final Set<String> HASHES = words("MD5 SHA1 SHA224 SHA256 SHA384 SHA512 SHA3_224 SHA3_256");

    /**
     * A function or a macro.
     *
     * @param name in lower case
     * @param ofCMake whether it is defined by a module that comes with CMake
     */
    record Function(String name, boolean macro, boolean ofCMake, List<String> parameters) {

        /** The key of a parameter, which is not that of a variable of the same name. */
        String key(String parameter) {
            return name + "::" + parameter;
        }
    }

    /** A command where it stands: in a function or macro, or in none. */
    record Placed(Command command, @Nullable Function owner) {}

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^${}]*)}");

    private final Map<String, Function> functions;
    private final CMakeValues state = new CMakeValues();

    /**
     * @param commands all that can run
     * @param functions all that the scripts define, by name
     * @param given variables that the command line or the cache sets
     */
    CMakeVariables(Collection<Placed> commands, Map<String, Function> functions, Map<String, List<String>> given) {
        this.functions = functions;
        given.forEach((name, texts) -> texts.forEach(text -> {
            Set<String> members = Set.copyOf(List.of(text.split(";")));
            state.add(name, members);
            state.list(name, members.size() > 1);
        }));
        List<Placed> again =
                commands.stream().filter(placed -> refers(placed.command())).toList();
        for (int round = 0; round == 0 || (state.isMoving() && round < ROUNDS); round++) {
            state.begins(round);
            for (Placed placed : round == 0 ? commands : again) {
                state.enter(placed);
                run(placed.command());
            }
        }
        state.settle();
    }

    /** Whether it can do something else when variables have more values. */
    private static boolean refers(Command command) {
        return command.name().equals("foreach")
                || command.name().equals("cmake_parse_arguments")
                || command.arguments().stream()
                        .anyMatch(a -> a.text().indexOf('$') >= 0 || a.text().indexOf('@') >= 0);
    }

    /** Whether a name is that of one of CMake's own commands. */
    static boolean isBuiltIn(String command) {
        return WRITES_NONE.contains(command)
                || WRITES_FIRST.contains(command)
                || WRITES_NAMED.contains(command)
                || OTHERS.contains(command);
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    private void run(Command command) {
        List<Argument> arguments = command.arguments();
        switch (command.name()) {
            case "set" -> assign(arguments, 0, 1);
            case "foreach" -> forEach(arguments);
            case "list" -> list(arguments);
            case "string" -> string(arguments);
            case "file" -> file(arguments);
            case "math" -> unknown(arguments, 1);
            case "cmake_path" -> {
                plainWords(arguments);
                unknown(arguments, 1);
                unknown(arguments, arguments.size() - 1);
            }
            case "find_package" -> packaged(arguments);
            case "cmake_parse_arguments" -> parsed(arguments);
            case "set_property" -> {
                boolean cached = false;
                for (Argument argument : arguments) {
                    cached = !argument.text().equals("PROPERTY")
                            && (cached || argument.text().equals("CACHE"));
                    if (cached) {
                        unknown(argument);
                    }
                }
            }
            default -> {
                Function function = functions.get(command.name());
                if (function != null) {
                    call(function, arguments);
                } else if (WRITES_FIRST.contains(command.name()) || WRITES_NAMED.contains(command.name())) {
                    plainWords(arguments);
                    afterKeywords(arguments);
                    if (WRITES_FIRST.contains(command.name())) {
                        unknown(arguments, 0);
                    }
                } else if (!WRITES_NONE.contains(command.name())) {
                    arguments.forEach(this::unknown);
                }
            }
        }
    }

    /** A parameter gets each argument that can stand at its place: one may be a list of any length. */
    private void call(Function function, List<Argument> arguments) {
        if (function.ofCMake()) {
            arguments.forEach(this::unknown);
        }
        Set<String> all = new LinkedHashSet<>();
        int least = 0;
        boolean more = false;
        for (Argument argument : arguments) {
            Set<String> found = state.values(argument);
            all.addAll(found);
            more |= isList(argument);
            int most = more ? Integer.MAX_VALUE : least;
            for (int p = least; p <= most && p < function.parameters().size(); p++) {
                state.bind(function, function.parameters().get(p), found);
            }
            if (most >= function.parameters().size()) {
                state.bind(function, "ARGN", found);
            }
            boolean vanishes = isList(argument)
                    && (found.isEmpty()
                            ? state.isSettled()
                            : found.contains("") || found.contains(CMakeValues.UNKNOWN));
            least += vanishes ? 0 : 1;
            more |= vanishes;
        }
        state.bind(function, "ARGV", all);
    }

    /** Whether it may be another number of words than one. */
    private static boolean isList(Argument argument) {
        return !argument.quoted()
                && (argument.text().indexOf(';') >= 0
                        || argument.text().indexOf('$') >= 0
                        || argument.text().indexOf('@') >= 0);
    }

    private void assign(List<Argument> arguments, int name, int first) {
        if (name >= arguments.size()) {
            return;
        }
        Set<String> all = new LinkedHashSet<>();
        for (Argument argument : arguments.subList(Math.min(first, arguments.size()), arguments.size())) {
            all.addAll(state.values(argument));
        }
        boolean list = all.size() > 1 || arguments.size() - first > 1 || name > 0;
        names(arguments.get(name)).forEach(variable -> {
            state.add(variable, all);
            state.list(variable, list);
        });
    }

    private void forEach(List<Argument> arguments) {
        Set<String> all = new LinkedHashSet<>();
        String mode = arguments.size() > 1 ? arguments.get(1).text() : "";
        boolean lists = false;
        boolean zipped = false;
        for (Argument argument : arguments.subList(Math.min(1, arguments.size()), arguments.size())) {
            String word = argument.text();
            if (mode.equals("IN") && (word.equals("LISTS") || word.equals("ITEMS"))) {
                lists = word.equals("LISTS");
            } else if (mode.equals("RANGE") || (mode.equals("IN") && word.equals("ZIP_LISTS"))) {
                zipped = word.equals("ZIP_LISTS");
                all.add(CMakeValues.UNKNOWN);
            } else if (lists) {
                names(argument).forEach(name -> all.addAll(state.of(name)));
            } else {
                all.addAll(state.values(argument));
            }
        }
        if (!arguments.isEmpty()) {
            for (String variable : names(arguments.get(0))) {
                state.add(variable, all);
                if (zipped) {
                    state.add(variable + "_" + CMakeValues.ANY, Set.of(CMakeValues.UNKNOWN));
                }
            }
        }
    }

    private void list(List<Argument> arguments) {
        switch (first(arguments)) {
            case "APPEND", "PREPEND", "INSERT" -> assign(arguments, 1, 2);
            case "FILTER", "REMOVE_ITEM", "REMOVE_AT", "REMOVE_DUPLICATES", "REVERSE", "SORT" -> {}
            case "LENGTH" -> unknown(arguments, 2);
            case "JOIN", "FIND" -> unknown(arguments, 3);
            case "SUBLIST" -> unknown(arguments, 4);
            case "GET" -> unknown(arguments, arguments.size() - 1);
            case "POP_BACK", "POP_FRONT" -> arguments.forEach(this::unknown);
            case "TRANSFORM" -> {
                unknown(arguments, 1);
                plainWords(arguments);
                afterKeywords(arguments);
            }
            default -> arguments.forEach(this::unknown);
        }
    }

    private void string(List<Argument> arguments) {
        String operation = first(arguments);
        plainWords(arguments);
        switch (operation) {
            case "APPEND", "PREPEND", "CONCAT", "TIMESTAMP", "UUID", "JSON" -> unknown(arguments, 1);
            case "JOIN",
                    "TOLOWER",
                    "TOUPPER",
                    "LENGTH",
                    "STRIP",
                    "GENEX_STRIP",
                    "HEX",
                    "CONFIGURE",
                    "MAKE_C_IDENTIFIER" -> unknown(arguments, 2);
            case "FIND", "REPLACE", "REPEAT" -> unknown(arguments, 3);
            case "SUBSTRING", "COMPARE" -> unknown(arguments, 4);
            case "ASCII", "RANDOM" -> unknown(arguments, arguments.size() - 1);
            case "REGEX" -> {
                boolean replaces =
                        arguments.size() > 1 && arguments.get(1).text().equals("REPLACE");
                unknown(arguments, replaces ? 4 : 3);
            }
            default -> {
                if (HASHES.contains(operation)) {
                    unknown(arguments, 1);
                } else {
                    arguments.forEach(this::unknown);
                }
            }
        }
    }

    private void file(List<Argument> arguments) {
        plainWords(arguments);
        switch (first(arguments)) {
            case "GLOB", "GLOB_RECURSE", "RELATIVE_PATH" -> unknown(arguments, 1);
            case "WRITE",
                    "APPEND",
                    "TOUCH",
                    "TOUCH_NOCREATE",
                    "MAKE_DIRECTORY",
                    "REMOVE",
                    "REMOVE_RECURSE",
                    "RENAME",
                    "COPY_FILE",
                    "CREATE_LINK",
                    "GENERATE",
                    "CONFIGURE",
                    "INSTALL",
                    "LOCK",
                    "DOWNLOAD",
                    "UPLOAD" -> afterKeywords(arguments);
            default -> unknown(arguments, 2);
        }
    }

    private static String first(List<Argument> arguments) {
        return arguments.isEmpty() ? "" : arguments.get(0).text();
    }

    /** Words without a reference may name what a command sets. */
    private void plainWords(List<Argument> arguments) {
        for (Argument argument : arguments) {
            if (!isList(argument) && argument.text().matches("[A-Za-z0-9_.+-]+")) {
                unknown(argument);
            }
        }
    }

    /** What follows words such as {@code OUTPUT_VARIABLE}. */
    private void afterKeywords(List<Argument> arguments) {
        for (int i = 1; i < arguments.size(); i++) {
            if (arguments.get(i - 1).text().matches("[A-Z_]*(VARIABLE|RESULT|STATUS|PROPAGATE|ERROR)")) {
                unknown(arguments.get(i));
            }
        }
    }

    /** {@code cmake_parse_arguments(P options one many words...)} shares the words out to variables P_…. */
    private void parsed(List<Argument> arguments) {
        boolean ofCall = first(arguments).equals("PARSE_ARGV");
        Set<String> words = new LinkedHashSet<>(Set.of("TRUE", "FALSE"));
        for (int i = 4; i < arguments.size(); i++) {
            words.addAll(state.values(arguments.get(i)));
        }
        if (ofCall) {
            words.addAll(state.of("ARGV"));
        }
        int prefix = ofCall ? 2 : 0;
        if (prefix < arguments.size()) {
            for (String name : state.values(arguments.get(prefix))) {
                state.add(name + "_" + CMakeValues.ANY, words);
            }
        }
    }

    private void unknown(List<Argument> arguments, int index) {
        if (index >= 0 && index < arguments.size()) {
            unknown(arguments.get(index));
        }
    }

    private void unknown(Argument argument) {
        names(argument).forEach(name -> state.add(name, Set.of(CMakeValues.UNKNOWN)));
    }

    /** What {@code find_package(P)} itself sets. */
    private void packaged(List<Argument> arguments) {
        if (!arguments.isEmpty()) {
            for (String name : names(arguments.get(0))) {
                for (String end : List.of(
                        "FOUND",
                        "DIR",
                        "CONFIG",
                        "FIND_" + CMakeValues.ANY,
                        "VERSION" + CMakeValues.ANY,
                        "CONSIDERED_" + CMakeValues.ANY)) {
                    state.add(name + "_" + end, Set.of(CMakeValues.UNKNOWN));
                }
            }
        }
    }

    /** Whether a command, or a call, gives one of the variables that an argument refers to a value. */
    boolean isSetIn(Argument argument, Placed place) {
        Function owner = place.owner();
        Matcher reference = REFERENCE.matcher(argument.text());
        while (reference.find()) {
            String name = reference.group(1);
            boolean ofCall = owner != null
                    && (name.startsWith("ARG") || owner.parameters().contains(name));
            if (ofCall || state.isSet(name)) {
                return true;
            }
        }
        return argument.text().matches(".*\\$\\{[^}]*\\$.*");
    }

    private Set<String> names(Argument argument) {
        return state.values(argument);
    }

    /** What an argument can be, the members of a list each for itself, where its command stands. */
    Set<String> values(Argument argument, Placed place) {
        state.enter(place);
        return state.values(argument);
    }
}
