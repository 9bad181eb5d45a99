package dev.cutoff.tool;

import dev.cutoff.tool.CMakeScript.Argument;
import dev.cutoff.tool.CMakeScript.Command;
import dev.cutoff.tool.CMakeVariables.Function;
import dev.cutoff.tool.CMakeVariables.Placed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The forms of commands that are followed in projects' own scripts. CMake has many ways to say a name late or by halves:
 * a keyword in a variable, the name of a variable in a list, a parameter of a macro taken for a variable. Where a script
 * uses one of them, every name counts. CMake's own modules are held against CMake itself, by CMakeNamesOracleTest.
 */
final class CMakeForms {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.+-]+");
    private static final Pattern OF_CALL = Pattern.compile("ARG[CNV]\\d*");
    private static final Pattern NESTED = Pattern.compile("\\$\\{[^{}]*\\$");

    /** Commands that set variables whose names, one or more, stand first. */
    private static final Set<String> NAME_FIRST = Set.of("set", "unset", "option", "separate_arguments");

    /** Of those with an operation, the ones that all name a variable behind it. */
    private static final Set<String> NAME_SECOND = Set.of("list", "math");

    /** Commands with an operation first, in a plain word, then often the name of a variable. */
    private static final Set<String> OPERATIONS = Set.of("list", "string", "file", "cmake_path", "math");

    /** Commands that look for files. */
    private static final Set<String> FINDS =
            Set.of("find_library", "find_path", "find_file", "find_program", "find_package");

    private CMakeForms() {}

    /** Whether what a command does is followed here. */
    static boolean isFollowed(Placed placed, Map<String, Function> functions) {
        Command command = placed.command();
        if (command.isOfCMake()) {
            return true;
        }
        List<Argument> arguments = command.arguments();
        String name = command.name();
        Function function = functions.get(name);
        if (function != null) {
            // A macro's arguments are texts, which are evaluated once more.
            return !function.macro()
                    || arguments.stream().noneMatch(a -> a.text().indexOf('\\') >= 0);
        }
        return switch (name) {
            case "foreach" -> isPlain(arguments, 0) && isPlainLoop(placed);
            case "return" -> arguments.isEmpty();
            default -> isPlainCommand(placed);
        };
    }

    private static boolean isPlainCommand(Placed placed) {
        List<Argument> arguments = placed.command().arguments();
        String name = placed.command().name();
        boolean operates = OPERATIONS.contains(name);
        if (operates && !isPlain(arguments, 0)) {
            return false;
        }
        if (name.equals("file") && arguments.get(0).text().equals("GLOB") && !isPlain(arguments, 1)) {
            return false;
        }
        if (NAME_FIRST.contains(name) || NAME_SECOND.contains(name)) {
            int target = operates ? 1 : 0;
            if (!isPlain(arguments, target) || isOfCall(arguments.get(target), placed.owner())) {
                return false;
            }
        }
        if (FINDS.contains(name)
                && (!isPlain(arguments, 0)
                        || arguments.stream().anyMatch(a -> a.text().equals("VALIDATOR")))) {
            return false;
        }
        return placed.owner() == null
                || !placed.owner().macro()
                || arguments.stream().noneMatch(a -> NESTED.matcher(a.text()).find());
    }

    private static boolean isPlainLoop(Placed placed) {
        List<Argument> arguments = placed.command().arguments();
        if (arguments.size() < 2 || !arguments.get(1).text().equals("IN")) {
            // Its words are values; in a list they can't be keywords.
            return arguments.size() < 2
                    || arguments.get(1).text().indexOf('$') < 0
                    || arguments.get(1).quoted()
                    || arguments.size() == 2;
        }
        Function owner = placed.owner();
        return isPlain(arguments, 2)
                && (owner == null
                        || !owner.macro()
                        || arguments.stream().skip(3).noneMatch(a -> isOfCall(a, owner)));
    }

    /** Whether a variable's name is one that the arguments of the call have, which in macros are no variables. */
    private static boolean isOfCall(Argument argument, @Nullable Function owner) {
        return OF_CALL.matcher(argument.text()).matches()
                || (owner != null && owner.macro() && owner.parameters().contains(argument.text()));
    }

    private static boolean isPlain(List<Argument> arguments, int index) {
        return index < arguments.size()
                && !arguments.get(index).literal()
                && PLAIN.matcher(arguments.get(index).text()).matches();
    }
}
