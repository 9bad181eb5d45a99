package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.tool.CMakeNames;
import dev.cutoff.tool.NameScope;
import dev.cutoff.tool.Tool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which names the steps that list folders could match. Where that is not known, every name counts. */
final class Listings {

    /** Tools whose texts say what they look for. */
    private static final Set<Tool> READERS = Set.of(Tool.MAKE, Tool.CMAKE, Tool.PKG_CONFIG);

    /** What CMake writes for itself, about compilers and checks and what it found. */
    private static final Pattern OWN_SCRIPT =
            Pattern.compile("/CMakeFiles/(\\d[\\d.]*/CMake\\w+\\.cmake|(CMakeScratch|CMakeTmp)/)"
                    + "|/CMakeCache\\.txt$|\\.tmp[0-9a-f]{5}$");

    private static final Pattern LIBRARY = Pattern.compile("(?<![\\w-])-l([^\\s\"]+)");

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
                    if (READERS.contains(tools.tool(step))) {
                        reads.computeIfAbsent(step, s -> new ArrayList<>()).add(entity);
                    }
                });
            }
        });
    }

    /** The listing as those steps saw it. */
    Entity narrow(Entity listing, Set<Integer> steps) {
        if (listing.name().contains("/.cmake/packages/")) {
            // CMake's registry of packages, in which every file says where one is.
            return listing;
        }
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
            case CMAKE -> texts(step).flatMap(texts -> CMakeNames.of(texts, step.command, linked(step)));
            case PKG_CONFIG -> Optional.of(NameScope.ofPkgConfig());
            default -> Optional.empty();
        };
    }

    private Optional<List<String>> makefiles(ObservedStep step) {
        if (step.command.contains("-")
                || step.command.stream()
                        .anyMatch(word -> word.endsWith("=-") || word.equals("-f-") || word.contains("/dev/"))) {
            return Optional.empty();
        }
        return texts(step).map(read -> {
            List<String> texts = new ArrayList<>(List.of(String.join(" ", step.command)));
            texts.addAll(step.environment);
            texts.addAll(read.values());
            return texts;
        });
    }

    /** By path, the files that a step read, but for those that make it up; empty where some are not to be had. */
    private Optional<Map<String, String>> texts(ObservedStep step) {
        if (step.readsPrivately) {
            return Optional.empty();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        Set<String> changed = new LinkedHashSet<>(step.madeReads);
        for (Entity file : reads.getOrDefault(step.number, List.of())) {
            if (Narrowing.isOfTheProgram(file.name())) {
                continue;
            }
            if (made.isWritten(file.name())) {
                changed.add(file.name());
                continue;
            }
            Optional<byte[]> text = present.now(file.question())
                    .flatMap(Present::digest)
                    .flatMap(content -> contents.read(content, file.name()));
            if (text.isEmpty()) {
                return Optional.empty();
            }
            texts.put(file.name(), new String(text.get(), StandardCharsets.ISO_8859_1));
        }
        for (String path : changed) {
            Optional<byte[]> text = made.asReadBy(step, path);
            if (text.isPresent()) {
                texts.put(path, new String(text.get(), StandardCharsets.ISO_8859_1));
            } else if (tools.tool(step.number) != Tool.CMAKE || !isOfCMakesOwn(step, path)) {
                return Optional.empty();
            }
        }
        return Optional.of(texts);
    }

    /** What CMake wrote itself comes from texts that it read; in its own folder lies, but for scripts, data of checks. */
    private boolean isOfCMakesOwn(ObservedStep step, String path) {
        boolean data = path.contains("/CMakeFiles/") && !path.endsWith(".cmake") && !path.endsWith("/CMakeLists.txt");
        return data || (made.isOnlyBy(step, path) && OWN_SCRIPT.matcher(path).find());
    }

    /** Names of libraries in the build's links and in what pkg-config read; null where a child of the step hides some. */
    private @Nullable Set<String> linked(ObservedStep step) {
        Set<String> names = new TreeSet<>();
        for (ObservedStep other : trace.steps()) {
            boolean asks = other.command.stream().anyMatch(word -> word.startsWith("--libs"));
            if (other.parent == step.number && asks && tools.tool(other.number) != Tool.PKG_CONFIG) {
                return null;
            }
            other.command.stream().filter(word -> word.startsWith("-l")).forEach(word -> names.add(word.substring(2)));
            if (tools.tool(other.number) == Tool.PKG_CONFIG) {
                Optional<Map<String, String>> texts = texts(other);
                if (texts.isEmpty()) {
                    return null;
                }
                for (String text : texts.get().values()) {
                    Matcher option = LIBRARY.matcher(text);
                    while (option.find()) {
                        if (option.group(1).indexOf('$') >= 0) {
                            return null;
                        }
                        names.add(option.group(1));
                    }
                }
            }
        }
        return names;
    }
}
