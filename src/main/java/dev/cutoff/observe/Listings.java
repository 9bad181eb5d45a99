package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.tool.NameScope;
import dev.cutoff.tool.Tool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which names the steps that list folders could match. Where that is not known, every name counts. */
final class Listings {

    private final Trace trace;
    private final StepTools tools;
    private final MadeFiles made;
    private final Contents contents;
    private final Map<Integer, List<Entity>> reads = new HashMap<>();
    private final Present present;
    private final Map<Integer, Optional<NameScope>> scopes = new HashMap<>();
    private final PythonRuns pythons;

    Listings(
            Trace trace,
            StepTools tools,
            Present present,
            MadeFiles made,
            Contents contents,
            Map<Entity, Set<Integer>> found) {
        this.trace = trace;
        this.tools = tools;
        this.present = present;
        this.made = made;
        this.contents = contents;
        this.pythons = new PythonRuns(trace, tools, present, made, found);
        found.forEach((entity, steps) -> {
            if (entity.kind() == FactKind.BYTES) {
                steps.forEach(step -> {
                    if (tools.tool(step) == Tool.MAKE) {
                        reads.computeIfAbsent(step, s -> new ArrayList<>()).add(entity);
                    }
                });
            }
        });
    }

    /** The listing as those steps saw it. */
    Entity narrow(Entity listing, Set<Integer> steps) {
        // By identity: comparing long scopes costs more than joining a few that are alike.
        Set<NameScope> different = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int step : steps) {
            Optional<NameScope> scope = tools.tool(step) == Tool.PYTHON
                    ? pythons.scope(step, listing.name())
                    : scopes.computeIfAbsent(step, this::scope);
            if (scope.isEmpty()) {
                return listing;
            }
            different.add(scope.get());
        }
        return different.stream()
                .reduce(NameScope::with)
                .map(whole -> new Entity(FactKind.NAMES, listing.name(), whole.text()))
                .orElse(listing);
    }

    private Optional<NameScope> scope(int number) {
        ObservedStep step = trace.steps().get(number);
        return switch (tools.tool(number)) {
            case MAKE -> makefiles(step).flatMap(NameScope::ofMake);
            case SHELL -> ofShell(step);
            case PKG_CONFIG -> Optional.of(NameScope.ofPkgConfig());
            default -> Optional.empty();
        };
    }

    /** A shell that was given its text; a script's text may set anything. */
    private static Optional<NameScope> ofShell(ObservedStep step) {
        List<String> command = step.command;
        if (command.size() < 3 || !command.get(1).matches("-[euxv]*c[euxv]*")) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>(command.subList(3, command.size()));
        words.addAll(step.environment);
        return NameScope.ofShell(command.get(2), words);
    }

    private Optional<List<String>> makefiles(ObservedStep step) {
        List<String> texts = new ArrayList<>(List.of(String.join(" ", step.command)));
        texts.addAll(step.environment);
        if (step.readsPrivately) {
            return Optional.empty();
        }
        for (Entity file : reads.getOrDefault(step.number, List.of())) {
            if (Narrowing.isOfTheProgram(file.name())) {
                continue;
            }
            if (made.isWritten(file.name())) {
                return Optional.empty();
            }
            Optional<byte[]> text = present.now(file.question())
                    .flatMap(Present::digest)
                    .flatMap(content -> contents.read(content, file.name()));
            if (text.isEmpty()) {
                return Optional.empty();
            }
            texts.add(new String(text.get(), StandardCharsets.ISO_8859_1));
        }
        for (String path : step.madeReads) {
            Optional<byte[]> text = made.asReadBy(step, path);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            texts.add(new String(text.get(), StandardCharsets.ISO_8859_1));
        }
        return Optional.of(texts);
    }
}
