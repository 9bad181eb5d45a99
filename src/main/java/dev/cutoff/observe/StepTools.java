package dev.cutoff.observe;

import dev.cutoff.tool.CompilerCommand;
import dev.cutoff.tool.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the steps of a trace are: which tools ran, and who hears what they say. */
final class StepTools {

    private final Trace trace;
    private final List<Tool> tools;
    private final List<Optional<CompilerCommand>> compilers = new ArrayList<>();
    private final Set<Integer> parents = new HashSet<>();
    private final boolean listed;

    /** @param tools by number of the step */
    StepTools(Trace trace, List<Tool> tools) {
        this.trace = trace;
        this.tools = tools;
        this.listed = trace.steps().stream().anyMatch(this::lists);
        for (ObservedStep step : trace.steps()) {
            parents.add(step.parent);
            compilers.add(
                    switch (tool(step.number)) {
                        case GCC_COMPILER -> CompilerCommand.of(step.command);
                        case CLANG ->
                            isToldByItsEnvironment(step) ? Optional.empty() : CompilerCommand.ofClang(step.command);
                        default -> Optional.empty();
                    });
        }
    }

    /** Variables that add options to clang's: CCC_OVERRIDE_OPTIONS, CCC_ADD_ARGS and their like. */
    private static boolean isToldByItsEnvironment(ObservedStep step) {
        return step.environment.stream().anyMatch(variable -> variable.startsWith("CCC_"));
    }

    /** Whether an assembler of the build lists sources. */
    boolean isListed() {
        return listed;
    }

    private boolean lists(ObservedStep step) {
        return tool(step.number) == Tool.GNU_ASSEMBLER
                && step.command.stream().anyMatch(word -> word.startsWith("-a") || word.startsWith("@"));
    }

    Tool tool(int step) {
        return tools.get(step);
    }

    /** The command of a C or C++ compiler whose ways are known; empty where the step is none. */
    Optional<CompilerCommand> compiler(int step) {
        return compilers.get(step);
    }

    /** Whether another step looked into what a link had made, or at it, ran it, moved it or named it anew. */
    boolean isSeenByOthers(ObservedStep link, String path) {
        return trace.steps().stream()
                .filter(other -> other != link && (other.madeReads.contains(path) || asksForSize(other, path)))
                .anyMatch(other -> other.ended > link.started && !isReplacedBetween(link, other, path));
    }

    private boolean asksForSize(ObservedStep step, String path) {
        boolean sizes = seesSizes(tool(step.number))
                || (tool(step.number) == Tool.FILE_TOOL && !step.program().equals("rm"));
        return sizes && step.looked.contains(path);
    }

    /** Whether a tool that asks about a file may do so for its size, and give that away. */
    static boolean seesSizes(Tool tool) {
        return !tool.looksForPresence() && tool != Tool.FILE_TOOL && tool != Tool.SHELL;
    }

    /** Whether a file was deleted or linked anew after a link and before another step began. */
    private boolean isReplacedBetween(ObservedStep link, ObservedStep reader, String path) {
        return trace.steps().stream()
                .filter(other -> other.started >= link.ended && other.ended <= reader.started)
                .filter(other -> other.madeWrites.contains(path))
                .anyMatch(other -> tool(other.number) == Tool.GNU_LINKER
                        || (tool(other.number) == Tool.FILE_TOOL
                                && other.program().equals("rm")));
    }

    /** Whether a step started others. */
    boolean hasChildren(int step) {
        return parents.contains(step);
    }

    /**
     * Whether some program of the build may look at what a step said: a warning shows lines, columns and comments of
     * what it is about. Nobody hears what goes to the build's log, to nowhere, or to a builder that hands it on.
     */
    boolean isHeard(ObservedStep step) {
        if (trace.isUnheard(step.messages)) {
            return false;
        }
        if (!step.messages.startsWith("pipe:")) {
            return true;
        }
        for (int at = step.parent; at >= 0; at = trace.steps().get(at).parent) {
            ObservedStep ancestor = trace.steps().get(at);
            if (tool(at).passesMessagesOn()) {
                return !trace.isUnheard(ancestor.output) || !trace.isUnheard(ancestor.messages);
            }
            boolean between = tool(at) == Tool.GCC_DRIVER
                    || tool(at) == Tool.CLANG
                    || tool(at) == Tool.COLLECT2
                    || (tool(at) == Tool.SHELL && handsThrough(ancestor, step));
            if (!between) {
                return true;
            }
        }
        return true;
    }

    /** Whether a shell in between was given the very pipe that the step has: it did not set one up itself. */
    private static boolean handsThrough(ObservedStep shell, ObservedStep step) {
        return shell.messages.equals(step.messages);
    }
}
