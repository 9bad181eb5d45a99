package dev.cutoff.tool;

import dev.cutoff.model.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A command that a build ran only to be told something, so that its output and exit code are all that it gave: asked
 * again, it may give the same although the files have changed that it looked at.
 *
 * <p>Which commands are queries is a small table, each with its reason; what a step did besides (it must have written
 * nothing, and read nothing of the build's own) is for the observer to check.
 *
 * <ul>
 *   <li>pkg-config prints what .pc files say; no option of it writes files but those for logs.
 *   <li>{@code --version}, {@code -dumpmachine}, {@code -print-*} and their like make GCC's driver and the tools of
 *       binutils print and end.
 *   <li>{@code python3-config} is a script that prints flags.
 * </ul>
 *
 * @param environment digest of its environment in canonical form
 */
public record Query(Digest environment, List<String> command) {

    private static final String FORM = "query 1";

    private static final Set<String> QUESTIONS = Set.of(
            "--version",
            "-v",
            "-V",
            "-dumpversion",
            "-dumpfullversion",
            "-dumpmachine",
            "-dumpspecs",
            "--target-help",
            "-m32",
            "-m64");

    public Query {
        command = List.copyOf(command);
    }

    /** Whether a tool's command is a question. */
    public static boolean isQuestion(Tool tool, List<String> command) {
        List<String> arguments = command.subList(Math.min(1, command.size()), command.size());
        return switch (tool) {
            case PKG_CONFIG -> arguments.stream().noneMatch(a -> a.startsWith("--log"));
            case GCC_DRIVER, GNU_LINKER, GNU_ASSEMBLER, GNU_ARCHIVER ->
                !arguments.isEmpty()
                        && arguments.stream().allMatch(a -> QUESTIONS.contains(a) || a.startsWith("-print-"));
            case PYTHON_CONFIG -> arguments.stream().allMatch(a -> a.startsWith("--"));
            default -> false;
        };
    }

    /** The form in which it stands in a record. */
    public String text() {
        return FORM + "\n" + environment.hex() + "\n" + String.join("\0", command);
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException if it is of another form
     */
    public static Query parse(String text) {
        String[] lines = text.split("\n", 3);
        if (lines.length != 3 || !lines[0].equals(FORM)) {
            throw new IllegalArgumentException("not a query: " + text);
        }
        return new Query(new Digest(lines[1]), Arrays.asList(lines[2].split("\0", -1)));
    }

    /** The command, for people. */
    public String display() {
        return String.join(" ", command);
    }
}
