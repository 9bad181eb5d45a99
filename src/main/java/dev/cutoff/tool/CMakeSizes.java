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

    private CMakeSizes() {}

    /**
     * Whether it may.
     *
     * @param texts by path, all that the run read and that could be a script
     * @param command its command line
     * @param environment variables of its environment, which scripts can take words from
     */
    public static boolean mayBeAsked(Map<String, String> texts, List<String> command, List<String> environment) {
        return command.stream().anyMatch(CMakeNames.OTHER_MODES::contains)
                || command.stream().anyMatch(CMakeSizes::hasWord)
                || environment.stream().anyMatch(CMakeSizes::hasWord)
                || texts.values().stream().anyMatch(CMakeSizes::hasWord)
                || texts.entrySet().stream().anyMatch(text -> putsTogether(text.getKey(), text.getValue()));
    }

    private static boolean hasWord(String text) {
        return WORD.matcher(text).find();
    }

    /** Whether a project's script has an operation of {@code file} that stands in no text, or runs what it puts together. */
    private static boolean putsTogether(String path, String text) {
        Optional<CMakeScript> script = CMakeScript.parse(path, text);
        return script.isPresent()
                && script.get().commands().stream()
                        .filter(command -> !command.isOfCMake())
                        .anyMatch(CMakeSizes::putsTogether);
    }

    private static boolean putsTogether(CMakeScript.Command command) {
        List<CMakeScript.Argument> arguments = command.arguments();
        int counted = switch (command.name()) {
            case "file" -> 1;
            case "cmake_language" -> arguments.size();
            default -> 0;
        };
        return arguments.stream()
                .limit(counted)
                .anyMatch(argument -> !argument.literal() && argument.text().indexOf('$') >= 0);
    }
}
