package dev.cutoff.tool;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a run of Meson may give away how large a file is at which it only looked. When Meson configures, it looks at each
 * source, for whether it is there; its language asks for a size by one function, {@code fs.size}, and has none that runs text.
 *
 * <p>What in Meson itself asks is found by words in its code, so that one that does more than those known is not taken for
 * one of them. One object takes in what one run read.
 */
public final class MesonSizes {

    /** Words by which code of Python comes to a size, in text and in compiled code, which has its names as they are. */
    private static final List<byte[]> ASKING = List.of("st_size", "ST_SIZE", "getsize", "filecmp").stream()
            .map(word -> word.getBytes(StandardCharsets.US_ASCII))
            .toList();

    private static final Pattern OWN_CODE = Pattern.compile(
            ".*/(?:site|dist)-packages/mesonbuild/((?:(?!__pycache__)[^/]+/)*)(?:__pycache__/)?([^/.]+)(?:\\.[^/]*)?\\.pyc?");

    /** Modules that ask when Meson installs (of a symbol's size, in an ELF file), or tries whether a build can be repeated. */
    private static final Set<String> OF_OTHER_COMMANDS = Set.of("minstall", "scripts/depfixer", "scripts/reprotest");

    /** The module that asks where a project does. */
    private static final String FILE_SYSTEM = "modules/fs";

    private static final Pattern PROGRAM = Pattern.compile("(.*/)?meson(\\.py)?");
    private static final Pattern PROJECT = Pattern.compile("(.*/)?(meson\\.build|meson\\.options|meson_options\\.txt)");
    private static final Pattern SIZE = Pattern.compile("\\bsize\\b");

    private boolean isMeson;
    private boolean asks;
    private boolean asksForProjects;
    private boolean projectsAsk;

    /** Whether a command line of Python's configures by Meson: {@code meson setup}, or as ninja has it done again. */
    public static boolean configures(List<String> command) {
        for (int at = 1; at + 1 < command.size(); at++) {
            if (PROGRAM.matcher(command.get(at)).matches()) {
                List<String> arguments = command.subList(at + 1, command.size());
                return arguments.getFirst().equals("setup")
                        || (arguments.size() > 1
                                && arguments.subList(0, 2).equals(List.of("--internal", "regenerate")));
            }
        }
        return false;
    }

    /** Whether a file is in Meson's language. */
    public static boolean isProject(String path) {
        return PROJECT.matcher(path).matches();
    }

    /** Whether a file is code of Meson's own. */
    public static boolean isOwn(String path) {
        return OWN_CODE.matcher(path).matches();
    }

    /** Takes in a file in Meson's language. */
    public void addProject(byte[] text) {
        projectsAsk |= SIZE.matcher(new String(text, StandardCharsets.UTF_8)).find();
    }

    /** Takes in code of Python's, text or compiled, that is not of its standard library. */
    public void addCode(String path, byte[] code) {
        Matcher own = OWN_CODE.matcher(path);
        isMeson |= own.matches();
        if (ASKING.stream().noneMatch(word -> Tools.contains(code, code.length, word))) {
            return;
        }
        String module = own.matches() ? own.group(1) + own.group(2) : "";
        asksForProjects |= module.equals(FILE_SYSTEM);
        asks |= !module.equals(FILE_SYSTEM) && !OF_OTHER_COMMANDS.contains(module);
    }

    /** Whether the run may have given a size away, by all that was taken in. */
    public boolean mayBeAsked() {
        return !isMeson || asks || (asksForProjects && projectsAsk);
    }
}
