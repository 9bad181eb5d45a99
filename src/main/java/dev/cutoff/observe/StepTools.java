package dev.cutoff.observe;

import dev.cutoff.tool.CompilerCommand;
import dev.cutoff.tool.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the steps of a trace are: which tools ran, who hears what they say, who reads the debug info that they write. */
final class StepTools {

    private final Trace trace;
    private final List<Tool> tools;
    private final List<Optional<CompilerCommand>> compilers = new ArrayList<>();

    /** @param tools by number of the step */
    StepTools(Trace trace, List<Tool> tools) {
        this.trace = trace;
        this.tools = tools;
        for (ObservedStep step : trace.steps()) {
            compilers.add(
                    switch (tool(step.number)) {
                        case GCC_COMPILER -> CompilerCommand.of(step.command);
                        case CLANG -> CompilerCommand.ofClang(step.command);
                        default -> Optional.empty();
                    });
        }
    }

    Tool tool(int step) {
        return tools.get(step);
    }

    /** The command of a C or C++ compiler whose ways are known; empty where the step is none. */
    Optional<CompilerCommand> compiler(int step) {
        return compilers.get(step);
    }

    /** Whether another step opened what a link had made, to look into it, move it or name it anew. */
    boolean isOpenedByOthers(ObservedStep link, String path) {
        return trace.steps().stream()
                .filter(other -> other != link && other.madeOpened.contains(path))
                .anyMatch(other -> other.ended > link.started && !isReplacedBetween(link, other, path));
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
        return trace.steps().stream().anyMatch(other -> other.parent == step);
    }

    /**
     * Whether some program of the build may look at what a step said: a warning shows lines, columns and comments of
     * what it is about. Nobody hears what goes to the build's log, to nowhere, or to a builder that hands it on.
     */
    boolean isHeard(ObservedStep step) {
        if (isUnheard(step.messages)) {
            return false;
        }
        if (!step.messages.startsWith("pipe:")) {
            return true;
        }
        for (int at = step.parent; at >= 0; at = trace.steps().get(at).parent) {
            ObservedStep ancestor = trace.steps().get(at);
            if (tool(at).passesMessagesOn()) {
                return !isUnheard(ancestor.output) || !isUnheard(ancestor.messages);
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

    private boolean isUnheard(String output) {
        return output.isEmpty() || output.equals("/dev/null") || trace.isLog(output);
    }

    /**
     * Whether a tool that is not known to keep debug info apart read what compilers with debug info wrote: then places
     * in the sources may show in its output.
     */
    boolean isDebugInfoRead() {
        Set<String> holders = new HashSet<>();
        for (ObservedStep step : trace.steps()) {
            Tool tool = tool(step.number);
            boolean hidden = step.readsPrivately && tool != Tool.SHELL;
            boolean reads = hidden || step.madeOpened.stream().anyMatch(holders::contains);
            if (reads && !tool.keepsDebugInfoApart() && !Tool.isPlainNm(tool, step.command)) {
                return true;
            }
            boolean makesIt = tool == Tool.GCC_COMPILER
                    || tool == Tool.GCC_DRIVER
                    || tool == Tool.CLANG
                    || tool == Tool.COLLECT2
                    || tool == Tool.GNU_ASSEMBLER
                    || tool == Tool.GNU_LINKER;
            if (reads || makesIt) {
                holders.addAll(step.madeWrites);
            }
        }
        return false;
    }
}
