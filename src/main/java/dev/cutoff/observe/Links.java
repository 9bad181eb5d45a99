package dev.cutoff.observe;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.link.LinkCommand;
import dev.cutoff.abi.link.LinkScope;
import dev.cutoff.tool.Tool;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The scopes of a build's links: which names met in each, read from what it made. */
final class Links {

    private final StepTools tools;
    private final MadeFiles made;
    private final Map<Integer, Optional<String>> scopes = new HashMap<>();

    Links(StepTools tools, MadeFiles made) {
        this.tools = tools;
        this.made = made;
    }

    /** The scope of a step that is a link and is understood; empty for others, whose libraries count byte for byte. */
    Optional<String> scope(ObservedStep step) {
        Optional<String> known = scopes.get(step.number);
        if (known == null) {
            known = read(step);
            scopes.put(step.number, known);
        }
        return known;
    }

    private Optional<String> read(ObservedStep step) {
        // A linker that starts others does so for link-time optimisation.
        boolean plain = tools.tool(step.number) == Tool.GNU_LINKER
                && !tools.hasChildren(step.number)
                && !(step.spoke && tools.isHeard(step));
        if (!plain) {
            return Optional.empty();
        }
        return LinkCommand.of(step.command).flatMap(command -> {
            String output = command.output();
            String path = Trace.plain(output.startsWith("/") ? output : step.folder + "/" + output);
            return path.contains("/..") ? Optional.empty() : scope(step, command, path);
        });
    }

    private Optional<String> scope(ObservedStep step, LinkCommand command, String path) {
        return made.asLeftBy(step, path).flatMap(bytes -> {
            try {
                return LinkScope.of(command, ElfFile.open(Cursor.copyOf(bytes, path)))
                        .map(LinkScope::text);
            } catch (FormatException e) {
                return Optional.empty();
            }
        });
    }
}
