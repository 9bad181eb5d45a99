package dev.cutoff.observe;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.link.LinkCommand;
import dev.cutoff.abi.link.LinkScope;
import dev.cutoff.model.Place;
import dev.cutoff.tool.Tool;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The scopes of a build's links: which names met in each, read from what it made and from what it read. */
final class Links {

    private record Link(String scope, LinkInputs.Read read) {}

    private final StepTools tools;
    private final MadeFiles made;
    private final LinkInputs inputs;
    private final Map<Integer, Optional<Link>> links = new HashMap<>();

    Links(StepTools tools, MadeFiles made, LinkInputs inputs) {
        this.tools = tools;
        this.made = made;
        this.inputs = inputs;
    }

    /**
     * The scope in which a step saw a file: where the step is a link that is understood, and the file an input of it and
     * nothing else. Empty for others, to which the file's bytes count.
     */
    Optional<String> scope(ObservedStep step, String file) {
        Optional<Link> known = links.get(step.number);
        if (known == null) {
            known = read(step);
            links.put(step.number, known);
        }
        return known.filter(link -> link.read().isInput(file)).map(Link::scope);
    }

    private Optional<Link> read(ObservedStep step) {
        // A linker that starts others does so for link-time optimisation.
        boolean plain = tools.tool(step.number) == Tool.GNU_LINKER
                && step.variable("GNUTARGET").isEmpty()
                && step.variable("LDEMULATION").isEmpty()
                && !tools.hasChildren(step.number)
                && !(step.spoke && tools.isHeard(step));
        if (!plain) {
            return Optional.empty();
        }
        return LinkCommand.of(step.command).flatMap(command -> {
            String output = LinkInputs.path(step, command.output());
            return output.contains("/..")
                    ? Optional.empty()
                    : inputs.of(step, command, output)
                            .flatMap(read -> scope(step, command, output, read).map(scope -> new Link(scope, read)));
        });
    }

    /** Whether nobody looked at a product, and it is gone: as those of a configure script's checks. */
    private boolean isUnseen(ObservedStep step, String path) {
        boolean traced = path.startsWith(Place.BUILD) || path.startsWith(Place.DEPS);
        return traced && made.isGone(path) && !tools.isSeenByOthers(step, path);
    }

    private Optional<String> scope(ObservedStep step, LinkCommand command, String path, LinkInputs.Read read) {
        if (isUnseen(step, path)) {
            return Optional.of(LinkScope.ofUnseenProduct().text());
        }
        return made.asLeftBy(step, path).flatMap(bytes -> {
            try {
                return LinkScope.of(command, ElfFile.open(Cursor.copyOf(bytes, path)), read.first(), read.others())
                        .map(LinkScope::text);
            } catch (FormatException e) {
                return Optional.empty();
            }
        });
    }
}
