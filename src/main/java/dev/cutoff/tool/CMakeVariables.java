package dev.cutoff.tool;

import dev.cutoff.tool.CMakeScript.Argument;
import dev.cutoff.tool.CMakeScript.Command;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which values the variables of some CMake scripts can have, whatever the order in which their commands run: more than
 * they ever have, never fewer. A value is a text in which {@link #ANY} stands for what is not known.
 *
 * <p>A command that is not known to leave variables alone makes those that its words could name unknown.
 */
final class CMakeVariables {

    /** Any characters. */
    static final char ANY = '\u0001';

    static final String UNKNOWN = String.valueOf(ANY);

    /** More values of one variable are not told apart. */
    private static final int MOST = 400;

    /** Longer texts name nothing. */
    private static final int LONGEST = 120;

    private static final int ROUNDS = 60;

    /** Rounds in which texts are put together of all values that a variable can have. */
    private static final int EXACT_ROUNDS = 30;

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

    /** Prefixes and suffixes of names that CMake itself gives values. */
    private static final Pattern OF_CMAKE = Pattern.compile(
            "(CMAKE|_CMAKE|PROJECT|CTEST|CPACK|PACKAGE|MSVC|CACHE|ENV|ARG[CNV]|_?[A-Za-z0-9]*ARGS?_).*|ARG[CNV]?\\d*|.*_("
                    + "FOUND|VERSION.*|DIR|CONFIG|BINARY_DIR|SOURCE_DIR|FIND_.*|CONSIDERED_.*|DIRS|IS_TOP_LEVEL|UNPARSED_ARGUMENTS)");

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

    private static final Pattern ALL_ARGUMENTS = Pattern.compile("ARG[CNV]|ARGV\\d+");

    private final Map<String, Function> functions;
    private final Map<String, Set<String>> values = new HashMap<>();

    /** What may be set in whatever function is running: by macros, by scripts as a whole, for the calling function. */
    private final Map<String, Set<String>> loose = new HashMap<>();

    private @Nullable Function owner;
    private boolean forCaller;
    private boolean inModule;
    private final Map<String, Set<String>> patterns = new HashMap<>();
    private final Map<String, Wildcard> wildcards = new HashMap<>();
    private final Map<String, Boolean> ofCMake = new HashMap<>();
    private boolean changed;
    private boolean settled;
    private int round;

    /**
     * @param commands all that can run
     * @param functions all that the scripts define, by name
     * @param given variables that the command line or the cache sets
     */
    CMakeVariables(Collection<Placed> commands, Map<String, Function> functions, Map<String, List<String>> given) {
        this.functions = functions;
        given.forEach((name, texts) -> texts.forEach(text -> add(name, Set.of(text.split(";")))));
        List<Placed> again =
                commands.stream().filter(placed -> refers(placed.command())).toList();
        do {
            // What has no value when nothing changes any more is empty.
            settled |= !changed && round > 0;
            changed = false;
            for (Placed placed : round == 0 ? commands : again) {
                enter(placed);
                run(placed.command());
            }
            round++;
        } while ((changed || !settled) && round < ROUNDS);
        settled = true;
        inModule = false;
        if (changed) {
            add(UNKNOWN, Set.of(UNKNOWN));
        }
    }

    /** Whether it can do something else when variables have more values. */
    private static boolean refers(Command command) {
        return command.name().equals("foreach")
                || command.name().equals("cmake_parse_arguments")
                || command.arguments().stream()
                        .anyMatch(a -> a.text().indexOf('$') >= 0 || a.text().indexOf('@') >= 0);
    }

    private void enter(Placed placed) {
        owner = placed.owner();
        inModule = placed.command().isOfCMake();
        forCaller = placed.command().arguments().stream().anyMatch(a -> a.text().equals("PARENT_SCOPE"));
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
            Set<String> found = values(argument);
            all.addAll(found);
            more |= isList(argument);
            int most = more ? Integer.MAX_VALUE : least;
            for (int p = least; p <= most && p < function.parameters().size(); p++) {
                bind(function, function.parameters().get(p), found);
            }
            if (most >= function.parameters().size()) {
                bind(function, "ARGN", found);
            }
            boolean vanishes =
                    isList(argument) && (found.isEmpty() ? settled : found.contains("") || found.contains(UNKNOWN));
            least += vanishes ? 0 : 1;
            more |= vanishes;
        }
        bind(function, "ARGV", all);
    }

    private void bind(Function function, String parameter, Set<String> found) {
        add(values, function.key(parameter), found);
        if (!function.macro()) {
            // Functions that it calls see its variables.
            add(values, parameter, found);
        }
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
            all.addAll(values(argument));
        }
        names(arguments.get(name)).forEach(variable -> add(variable, all));
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
                all.add(UNKNOWN);
            } else if (lists) {
                names(argument).forEach(name -> all.addAll(of(name)));
            } else {
                all.addAll(values(argument));
            }
        }
        if (!arguments.isEmpty()) {
            for (String variable : names(arguments.get(0))) {
                add(variable, all);
                if (zipped) {
                    add(variable + "_" + ANY, Set.of(UNKNOWN));
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
            words.addAll(values(arguments.get(i)));
        }
        if (ofCall) {
            words.addAll(of("ARGV"));
        }
        int prefix = ofCall ? 2 : 0;
        if (prefix < arguments.size()) {
            for (String name : values(arguments.get(prefix))) {
                add(name + "_" + ANY, words);
            }
        }
    }

    private void unknown(List<Argument> arguments, int index) {
        if (index >= 0 && index < arguments.size()) {
            unknown(arguments.get(index));
        }
    }

    private void unknown(Argument argument) {
        names(argument).forEach(name -> add(name, Set.of(UNKNOWN)));
    }

    /** What {@code find_package(P)} itself sets. */
    private void packaged(List<Argument> arguments) {
        if (!arguments.isEmpty()) {
            for (String name : names(arguments.get(0))) {
                for (String end :
                        List.of("FOUND", "DIR", "CONFIG", "FIND_" + ANY, "VERSION" + ANY, "CONSIDERED_" + ANY)) {
                    add(name + "_" + end, Set.of(UNKNOWN));
                }
            }
        }
    }

    private Set<String> names(Argument argument) {
        return values(argument);
    }

    private void add(String name, Set<String> more) {
        if (name.equals(UNKNOWN) && inModule) {
            // It sets what it was told to by a word of a call, all of which are unknown for that reason.
            return;
        }
        if (name.indexOf(ANY) >= 0) {
            add(patterns, name, more);
            return;
        }
        add(values, name, more);
        if (owner == null || owner.macro() || forCaller) {
            add(loose, name, more);
        } else if (owner.parameters().contains(name)) {
            add(values, owner.key(name), more);
        }
    }

    private void add(Map<String, Set<String>> all, String name, Set<String> more) {
        Set<String> known = all.computeIfAbsent(name, n -> new LinkedHashSet<>());
        if (known.contains(UNKNOWN)) {
            return;
        }
        if (more.contains(UNKNOWN) || known.size() + more.size() > MOST) {
            known.clear();
            known.add(UNKNOWN);
            changed = true;
        } else {
            changed |= known.addAll(more);
        }
    }

    /** The values of a variable, whose name may have unknown parts. */
    private Set<String> of(String name) {
        if (name.indexOf(ANY) >= 0) {
            return Set.of(UNKNOWN);
        }
        Set<String> found = new LinkedHashSet<>();
        if (name.equals("ARGC")) {
            return Set.of(UNKNOWN);
        }
        Function in = owner;
        boolean all = ALL_ARGUMENTS.matcher(name).matches();
        if (in != null && (all || in.parameters().contains(name))) {
            String key = in.key(all && !name.equals("ARGN") ? "ARGV" : name);
            found.addAll(values.getOrDefault(key, Set.of()));
            if (in.macro()) {
                // Not a variable: the text of the call stands in its place.
                return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
            }
            found.addAll(loose.getOrDefault(name, Set.of()));
        } else {
            found.addAll(values.getOrDefault(name, Set.of()));
            boolean given = settled
                    || ofCMake.computeIfAbsent(name, n -> OF_CMAKE.matcher(n).matches());
            if (given && !values.containsKey(name)) {
                // By CMake itself, as far as is known here.
                found.add(UNKNOWN);
            }
        }
        for (Map.Entry<String, Set<String>> pattern : patterns.entrySet()) {
            if (wildcards.computeIfAbsent(pattern.getKey(), Wildcard::of).matches(name)) {
                found.addAll(pattern.getValue());
            }
        }
        return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
    }

    /** A name of variables with unknown parts. */
    private record Wildcard(String start, String end, Pattern regex) {

        static Wildcard of(String text) {
            String regex =
                    Stream.of(text.split(UNKNOWN, -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return new Wildcard(
                    text.substring(0, text.indexOf(ANY)),
                    text.substring(text.lastIndexOf(ANY) + 1),
                    Pattern.compile(regex, Pattern.DOTALL));
        }

        boolean matches(String name) {
            return name.startsWith(start)
                    && name.endsWith(end)
                    && regex.matcher(name).matches();
        }
    }

    /** What an argument can be, the members of a list each for itself, where its command stands. */
    Set<String> values(Argument argument, Placed place) {
        enter(place);
        return values(argument);
    }

    /** What an argument can be where the present command stands. */
    private Set<String> values(Argument argument) {
        if (argument.literal()) {
            return members(argument.text());
        }
        Set<String> found = new LinkedHashSet<>();
        for (String text : expand(argument.text(), 0)) {
            found.addAll(members(text));
        }
        return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
    }

    private static Set<String> members(String text) {
        Set<String> members = new HashSet<>();
        for (String member : text.split(";", -1)) {
            members.add(member.replace("\"", ""));
        }
        return members;
    }

    private static String collapsed(String text) {
        return text.replaceAll(UNKNOWN + "+", UNKNOWN);
    }

    /** Replaces the references in a text. */
    private Set<String> expand(String text, int depth) {
        Set<String> all = Set.of("");
        int at = 0;
        int start = 0;
        boolean alone = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            int name = reference(text, at);
            if (name > 0) {
                int end = closing(text, name, c);
                if (end < 0) {
                    return Set.of(UNKNOWN);
                }
                Set<String> found = referred(text, at, name, end, depth);
                alone = at == 0 && end + 1 == text.length();
                if (found.isEmpty() && !settled) {
                    return Set.of();
                }
                // Texts that grow round by round (set(X "${X}a")) must come to an end.
                boolean told = alone || (round < EXACT_ROUNDS && all.size() * found.size() <= 64);
                all = product(product(all, Set.of(plain(text.substring(start, at)))), told ? found : Set.of(UNKNOWN));
                at = end + 1;
                start = at;
            } else {
                at += c == '\\' ? 2 : 1;
            }
        }
        return alone ? all : product(all, Set.of(plain(text.substring(Math.min(start, text.length())))));
    }

    private static String plain(String text) {
        return text.replace("\\\n", "").replaceAll("(?s)\\\\(.)", "$1");
    }

    /** All ways to put one of the ends behind one of the starts; a variable without a value is an empty text. */
    private static Set<String> product(Set<String> starts, Set<String> ends) {
        Set<String> all = new LinkedHashSet<>();
        for (String start : starts) {
            for (String end : ends.isEmpty() ? Set.of("") : ends) {
                String text = collapsed(start + end);
                all.add(text.length() > LONGEST ? UNKNOWN : text);
            }
        }
        return all;
    }

    /** Where the name in a reference starts that stands here; 0 where none does. */
    private static int reference(String text, int at) {
        char c = text.charAt(at);
        if (c == '@') {
            int end = text.indexOf('@', at + 1);
            return end > at + 1 && text.substring(at + 1, end).matches("[A-Za-z0-9_./+-]+") ? at + 1 : 0;
        }
        if (c != '$') {
            return 0;
        }
        int brace = text.indexOf('{', at);
        boolean refers = brace > 0 && text.substring(at + 1, brace).matches("[A-Za-z_]*");
        return refers ? brace + 1 : 0;
    }

    private static int closing(String text, int from, char close) {
        if (close == '@') {
            return text.indexOf('@', from);
        }
        int depth = 1;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }

    private Set<String> referred(String text, int at, int name, int end, int depth) {
        boolean plain = text.charAt(at) == '@' || name == at + 2;
        if (!plain || depth > 5) {
            // The environment, the cache, a generator expression.
            return Set.of(UNKNOWN);
        }
        Set<String> found = new LinkedHashSet<>();
        for (String variable : expand(text.substring(name, end), depth + 1)) {
            found.addAll(of(variable));
        }
        return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
    }
}
