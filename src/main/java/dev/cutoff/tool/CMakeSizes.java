package dev.cutoff.tool;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a run of CMake may give away how large a file is at which it only looked. One operation of its language asks for
 * that, {@code file(SIZE)}. Else CMake compares sizes only before it writes a file that it may find as it was ({@code
 * configure_file}, {@code file(GENERATE)} and their like), and then with what it would write there.
 */
public final class CMakeSizes {

    private static final Pattern WORD = Pattern.compile("\\bSIZE\\b");

    /** What a text needs to have that asks, or runs other text. */
    private static final Pattern RUNS = Pattern.compile("(?i)\\b(file|cmake_language)\\s*\\(");

    /** An operation that is filled in before the text is run. */
    private static final Pattern FILLED_IN = Pattern.compile("(?i)\\bfile\\s*\\(\\s*\"?[^\\s\")]*[$@]");

    private CMakeSizes() {}

    /**
     * Whether it may.
     *
     * @param texts by path, all that the run read and that could be a script
     * @param others whether it may have read other words, too
     * @param command its command line
     * @param environment variables of its environment, which scripts can take words from
     */
    public static boolean mayBeAsked(
            Map<String, String> texts, boolean others, List<String> command, List<String> environment) {
        if (command.stream().anyMatch(CMakeNames.OTHER_MODES::contains)
                || command.stream().anyMatch(CMakeSizes::hasWord)
                || environment.stream().anyMatch(CMakeSizes::hasWord)) {
            return true;
        }
        boolean handsOn = false;
        boolean hasWord = others;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Optional<CMakeScript> script = CMakeScript.parse(text.getKey(), text.getValue());
            if (script.isEmpty() ? mayAskUnread(text.getValue()) : asks(script.get())) {
                return true;
            }
            hasWord |= hasWord(text.getValue());
            handsOn |= script.isPresent() && script.get().commands().stream().anyMatch(CMakeSizes::handsOn);
        }
        // What is handed on, by modules of CMake above all, is a word of whoever calls them.
        return handsOn && hasWord;
    }

    private static boolean hasWord(String text) {
        return WORD.matcher(text).find();
    }

    /** Whether a text may ask that could not be read as a script, should it be one. */
    private static boolean mayAskUnread(String text) {
        return (hasWord(text) && RUNS.matcher(text).find())
                || FILLED_IN.matcher(text).find();
    }

    /** Whether a script asks, has the text of a script that would, or is a project's and may put together one that does. */
    private static boolean asks(CMakeScript script) {
        for (CMakeScript.Command command : script.commands()) {
            List<CMakeScript.Argument> arguments = command.arguments();
            boolean named = switch (command.name()) {
                case "file" ->
                    !arguments.isEmpty() && hasWord(arguments.getFirst().text());
                case "cmake_language" -> arguments.stream().anyMatch(argument -> hasWord(argument.text()));
                default -> false;
            };
            if (named
                    || arguments.stream().anyMatch(argument -> mayAskUnread(argument.text()))
                    || (!command.isOfCMake() && putsTogether(command))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the operation of a command, or of one in a text that it may write, can be a word from elsewhere. */
    private static boolean handsOn(CMakeScript.Command command) {
        return (putsTogether(command) && !isCodeOfCMake(command))
                || command.arguments().stream()
                        .anyMatch(argument -> RUNS.matcher(argument.text()).find());
    }

    /** Whether it is code in a module of CMake, into which only code could bring an operation. */
    private static boolean isCodeOfCMake(CMakeScript.Command command) {
        return command.isOfCMake()
                && command.name().equals("cmake_language")
                && command.arguments().getFirst().text().equals("EVAL");
    }

    /** Whether a command's operation is not what its text says. */
    private static boolean putsTogether(CMakeScript.Command command) {
        List<CMakeScript.Argument> arguments = command.arguments();
        int counted = switch (command.name()) {
            case "file" -> 1;
            case "cmake_language" -> arguments.size();
            default -> 0;
        };
        return arguments.stream()
                .limit(counted)
                .anyMatch(argument -> !argument.literal()
                        && (argument.text().indexOf('$') >= 0 || argument.text().indexOf('@') >= 0));
    }
}
