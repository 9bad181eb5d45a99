package dev.cutoff.observe;

import dev.cutoff.abi.c.Ambiguity;
import dev.cutoff.abi.c.LineSight;
import dev.cutoff.abi.c.Names;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.tool.CompilerCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Replaces facts of whole files by facts of what their readers can have seen, where every reader in the build is known
 * well enough (docs/evidence.md, "When less than bytes counts"). One reader that is not, and the bytes count for all.
 */
final class Narrowing {

    /** How much of a file's text a step saw; later ones see more. */
    private enum Sight {
        TOKENS,
        LINES,
        BYTES
    }

    private static final Pattern CLANG = Pattern.compile("/clang(\\+\\+)?(-\\d+)?$");

    /** What compilers ask for which system they run on, and which names it has for locales. */
    private static final Set<String> OF_THE_SYSTEM = Set.of(
            "/etc/locale.alias", "/etc/os-release", "/usr/lib/os-release", "/etc/lsb-release", "/etc/debian_version");

    private static final Pattern LIBRARY = Pattern.compile("\\.so(\\.[0-9]+)*$");

    private final Trace trace;
    private final StepTools tools;
    private final Present present;
    private final MadeFiles made;
    private final Links links;
    private final boolean debugInfoIsRead;
    private final Map<Integer, Map<String, Sight>> sights = new HashMap<>();

    Narrowing(Trace trace, StepTools tools, Present present, MadeFiles made) {
        this.trace = trace;
        this.tools = tools;
        this.present = present;
        this.made = made;
        this.links = new Links(tools, made, new LinkInputs(tools, present, made));
        this.debugInfoIsRead = tools.isDebugInfoRead();
    }

    /** The same uses, narrower where they may be. */
    Map<Entity, Set<Integer>> narrow(Map<Entity, Set<Integer>> found) {
        Map<Integer, Map<String, String>> texts = texts(found);
        texts.forEach((step, read) -> sights.put(step, sights(trace.steps().get(step), read)));
        Listings listings = new Listings(trace, tools, present, made, present.contents(), found);
        Map<Entity, Set<Integer>> narrow = new LinkedHashMap<>();
        found.forEach((entity, steps) -> {
            switch (entity.kind()) {
                case BYTES -> content(entity, steps, narrow);
                case EXISTS -> narrow.put(withoutSize(entity, steps, FactKind.PRESENCE), steps);
                case LINK -> narrow.put(withoutSize(entity, steps, FactKind.TARGET), steps);
                case LISTING -> narrow.put(listings.narrow(entity, steps), steps);
                default -> narrow.put(entity, steps);
            }
        });
        return narrow;
    }

    /** Of staged files only: what of the machine was looked at has its time in its state, which is more. */
    private Entity withoutSize(Entity entity, Set<Integer> steps, FactKind kind) {
        boolean narrow = Place.within(entity.name(), Place.ROOT)
                && steps.stream().allMatch(step -> tools.tool(step).looksForPresence());
        return narrow ? new Entity(kind, entity.name()) : entity;
    }

    private void content(Entity entity, Set<Integer> steps, Map<Entity, Set<Integer>> narrow) {
        Map<Entity, Set<Integer>> split = new LinkedHashMap<>();
        for (int step : steps) {
            Optional<Entity> linked = linked(entity, step);
            if (linked.isPresent()) {
                split.computeIfAbsent(linked.get(), e -> new TreeSet<>()).add(step);
                continue;
            }
            Sight sight = sights.getOrDefault(step, Map.of()).getOrDefault(entity.name(), Sight.BYTES);
            if (sight == Sight.BYTES) {
                // The one for which bytes count comes first: it is named as the reason.
                Set<Integer> ordered = new LinkedHashSet<>(Set.of(step));
                ordered.addAll(steps);
                narrow.put(entity, ordered);
                return;
            }
            String scope = tools.compiler(step)
                    .filter(CompilerCommand::debugInfo)
                    .map(c -> Fact.WITH_DEBUG_INFO)
                    .orElse("");
            FactKind kind = sight == Sight.LINES ? FactKind.LINES : FactKind.TOKENS;
            split.computeIfAbsent(new Entity(kind, entity.name(), scope), e -> new TreeSet<>())
                    .add(step);
        }
        narrow.putAll(split);
    }

    /** A library of a need or of the sources, as a link saw it. */
    private Optional<Entity> linked(Entity entity, int step) {
        if (!Place.within(entity.name(), Place.ROOT)) {
            return Optional.empty();
        }
        return links.scope(trace.steps().get(step), entity.name())
                .map(scope -> new Entity(FactKind.LINKED, entity.name(), scope))
                .filter(narrow -> present.now(narrow.question())
                        .filter(Facets::isReadable)
                        .isPresent());
    }

    /** By compiler step, the files that it read and the build had not made, each with the state of its bytes. */
    private Map<Integer, Map<String, String>> texts(Map<Entity, Set<Integer>> found) {
        Map<Integer, Map<String, String>> texts = new HashMap<>();
        found.forEach((entity, steps) -> {
            if (entity.kind() != FactKind.BYTES) {
                return;
            }
            for (int step : steps) {
                if (tools.compiler(step).isPresent()) {
                    present.now(entity.question())
                            .ifPresent(state -> texts.computeIfAbsent(step, s -> new LinkedHashMap<>())
                                    .put(entity.name(), state));
                }
            }
        });
        return texts;
    }

    /** What one compiler step saw of each file that it read. */
    private Map<String, Sight> sights(ObservedStep step, Map<String, String> read) {
        CompilerCommand command = tools.compiler(step.number).orElseThrow();
        boolean seen = tools.isHeard(step) || tools.isListed() || (command.debugInfo() && debugInfoIsRead);
        if (step.readsPrivately || seen) {
            return Map.of();
        }
        Map<String, Facets.Text> texts = new LinkedHashMap<>();
        List<Names> names = new ArrayList<>();
        boolean unknown = false;
        Set<String> changed = new LinkedHashSet<>();
        for (Map.Entry<String, String> file : read.entrySet()) {
            if (isOfTheProgram(present, file.getKey(), Optional.of(file.getValue()))) {
                continue;
            }
            if (file.getKey().endsWith(".cfg")) {
                // Options of clang that are not on its command line.
                return Map.of();
            }
            if (made.isWritten(file.getKey())) {
                // Sources that the build changed: what stood there at its start was not read.
                changed.add(file.getKey());
                continue;
            }
            Optional<Facets.Text> text = present.text(file.getKey(), file.getValue());
            if (text.isPresent() && isSure(text.get(), command)) {
                texts.put(file.getKey(), text.get());
                names.add(text.get().names());
            } else {
                unknown = true;
            }
        }
        // What it wrote itself tells it nothing.
        step.madeReads.stream().filter(path -> !made.isOnlyBy(step, path)).forEach(changed::add);
        for (String path : changed) {
            Optional<Facets.Text> text = made.asReadBy(step, path).flatMap(bytes -> Facets.text(bytes, path));
            if (text.isPresent() && isSure(text.get(), command)) {
                names.add(text.get().names());
            } else {
                unknown = true;
            }
        }
        names.add(commandLine(command));
        if (names.stream().anyMatch(n -> n.embeds() || n.raisesErrors())) {
            return Map.of();
        }
        LineSight lines = LineSight.of(names);
        if (lines.seesColumns()) {
            return Map.of();
        }
        return unknown ? sights(texts, LineSight.unknown()) : sights(texts, lines);
    }

    private static Map<String, Sight> sights(Map<String, Facets.Text> texts, LineSight lines) {
        Set<Digest> once = new HashSet<>();
        Set<Digest> twice = new HashSet<>();
        texts.values().stream()
                .filter(text -> text.names().readOnce())
                .forEach(text -> (once.add(text.tokens()) ? once : twice).add(text.tokens()));
        Map<String, Sight> sights = new HashMap<>();
        texts.forEach((path, text) -> {
            if (text.names().readOnce() && twice.contains(text.tokens())) {
                // Two such files with the same bytes are one to the compiler; with another comment they are two.
                sights.put(path, Sight.BYTES);
            } else {
                sights.put(path, lines.sees(text.names()) ? Sight.LINES : Sight.TOKENS);
            }
        });
        return sights;
    }

    /** Whether all modes that the command can mean read the file alike. */
    private static boolean isSure(Facets.Text text, CompilerCommand command) {
        return text.ambiguities().isEmpty()
                || (command.gnuMode() && Set.of(Ambiguity.RAW_STRING).containsAll(text.ambiguities()));
    }

    /**
     * What a tool reads as a program, not as a text: itself, its libraries, its locale.
     *
     * @param state of the file's bytes
     */
    static boolean isOfTheProgram(Present present, String path, Optional<String> state) {
        if (!Place.within(path, Place.ROOT)) {
            return isOfTheMachine(path);
        }
        // By its name alone it could be a text.
        return LIBRARY.matcher(path).find()
                && state.flatMap(Present::digest)
                        .flatMap(content -> present.contents().read(content, path))
                        .filter(Narrowing::isElf)
                        .isPresent();
    }

    private static boolean isElf(byte[] bytes) {
        return bytes.length > 4 && bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
    }

    /** The same of a path of the machine. */
    static boolean isOfTheMachine(String path) {
        return LIBRARY.matcher(path).find()
                || path.endsWith("/cc1")
                || path.endsWith("/cc1plus")
                || path.endsWith("/make")
                || path.endsWith("/gmake")
                || CLANG.matcher(path).find()
                || OF_THE_SYSTEM.contains(path)
                || Place.within(path, "/usr/lib/locale")
                || Place.within(path, "/usr/share/locale")
                || path.contains("/gconv/");
    }

    /** The macros that the command line defines, as a file of their own. */
    private static Names commandLine(CompilerCommand command) {
        StringBuilder text = new StringBuilder();
        for (String macro : command.macros()) {
            text.append("#define ").append(macro.replaceFirst("=", " ")).append('\n');
        }
        return Facets.text(text.toString().getBytes(StandardCharsets.UTF_8), "command line")
                .map(Facets.Text::names)
                .orElseThrow();
    }
}
