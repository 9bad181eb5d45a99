package dev.cutoff.observe;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.link.LinkCommand;
import dev.cutoff.abi.link.LinkInput;
import dev.cutoff.model.Digest;
import dev.cutoff.model.FactKind;
import dev.cutoff.tool.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files that links read: of needs, of the sources, of the machine, and those that the build itself made. A library
 * that many links read is read once.
 *
 * <p>GNU ld creates its output before it opens any input, and its own libraries and plugin are loaded before that. So what
 * it read since are its inputs, and no library that only the linker itself is linked against is among them.
 */
final class LinkInputs {

    /**
     * What one link read.
     *
     * @param first the files that the command names before all others, in its order
     * @param others the files besides
     * @param places where they all stood
     * @param before places that the linker had read before it opened its inputs: itself, in parts
     */
    record Read(List<LinkInput> first, Collection<LinkInput> others, Set<String> places, Set<String> before) {

        boolean isInput(String place) {
            return places.contains(place) && !before.contains(place);
        }
    }

    private final StepTools tools;
    private final Present present;
    private final MadeFiles made;
    private final Map<Digest, Optional<LinkInput>> known = new HashMap<>();
    private final Map<Path, Optional<LinkInput>> knownMade = new HashMap<>();

    LinkInputs(StepTools tools, Present present, MadeFiles made) {
        this.tools = tools;
        this.present = present;
        this.made = made;
    }

    /** A file that a step's command names, as an absolute path. */
    static String path(ObservedStep step, String name) {
        return Trace.plain(name.startsWith("/") ? name : step.folder + "/" + name);
    }

    /** All that a link read; empty where some of it is not to be had any more as it was. */
    Optional<Read> of(ObservedStep step, LinkCommand command, String output) {
        Set<String> paths = step.readsSinceWriting();
        boolean complete = command.inputs().stream()
                .filter(input -> !input.startsWith("-l"))
                .allMatch(input -> paths.contains(path(step, input)));
        if (!complete) {
            return Optional.empty();
        }
        Map<String, LinkInput> inputs = new LinkedHashMap<>();
        for (String path : paths) {
            for (String place : step.reals(path)) {
                if (place.equals(output) || inputs.containsKey(place)) {
                    continue;
                }
                Optional<LinkInput> input = input(step, place);
                if (input.isEmpty()) {
                    return Optional.empty();
                }
                inputs.put(place, input.get());
            }
        }
        Set<String> all = Set.copyOf(inputs.keySet());
        return Optional.of(
                new Read(first(step, command, inputs), List.copyOf(inputs.values()), all, step.readsBeforeWriting()));
    }

    /** Takes those out that the command names before it names any library to be looked for. */
    private List<LinkInput> first(ObservedStep step, LinkCommand command, Map<String, LinkInput> inputs) {
        List<LinkInput> first = new ArrayList<>();
        for (String name : command.inputs()) {
            Set<String> at = name.startsWith("-l") ? Set.of() : step.reals(path(step, name));
            LinkInput input = at.size() == 1 ? inputs.remove(at.iterator().next()) : null;
            if (input == null) {
                break;
            }
            first.add(input);
        }
        return first;
    }

    private Optional<LinkInput> input(ObservedStep step, String place) {
        if (made.isWritten(place) || step.madeReads.contains(place)) {
            return made.fileAsReadBy(step, place)
                    .flatMap(file -> knownMade.computeIfAbsent(file, LinkInputs::read))
                    .or(() -> isAssembled(step, place) ? Optional.of(LinkInput.goneObject()) : Optional.empty());
        }
        return present.now(new Entity(FactKind.BYTES, place).question())
                .flatMap(Present::digest)
                .flatMap(content -> known.computeIfAbsent(content, any -> read(content, place)));
    }

    /**
     * Whether nobody but the assembler can have made the file that a link read: then it is an object, though it may be
     * gone by now, as those are that gcc keeps in /tmp. With code for link-time optimisation in it the linker would have
     * started other programs.
     */
    private boolean isAssembled(ObservedStep step, String place) {
        if (made.isMoved(place)) {
            return false;
        }
        boolean assembled = false;
        for (ObservedStep writer : made.writers(place, step)) {
            Tool tool = tools.tool(writer.number);
            if (tool != Tool.GNU_ASSEMBLER && tool != Tool.GCC_DRIVER) {
                return false;
            }
            assembled |= tool == Tool.GNU_ASSEMBLER;
        }
        return assembled;
    }

    private static Optional<LinkInput> read(Path file) {
        try {
            return Optional.of(MappedFile.read(file, LinkInput::read));
        } catch (FormatException | IOException e) {
            return Optional.empty();
        }
    }

    private Optional<LinkInput> read(Digest content, String place) {
        return present.contents().read(content, place).flatMap(bytes -> {
            try {
                return Optional.of(LinkInput.read(Cursor.copyOf(bytes, place)));
            } catch (FormatException e) {
                return Optional.empty();
            }
        });
    }
}
