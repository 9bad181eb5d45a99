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
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces facts of whole files by facts of what their readers can have seen, where every reader in the build is known
 * well enough (docs/evidence.md, "When less than bytes counts"). One reader that is not, and the bytes count for all.
 */
final class Narrowing {

    /** A file that compilers read and the build had not made. */
    private record Text(String path, boolean ofProgram, boolean written, Optional<Facets.Text> content) {}

    /**
     * What one compiler step saw of the files that it read.
     *
     * @param twice the tokens of files that are read once only and of which it read several
     */
    private record Sight(CompilerCommand command, LineSight lines, Set<Digest> twice) {}

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
    private final BitSet debugInfoIsRead;
    private final Listings listings;
    private final Map<String, Text> texts = new HashMap<>();
    private final Map<Integer, Sight> sights = new HashMap<>();
    private final Map<Collection<String>, Names> commandLines = new HashMap<>();
    private final Map<String, Boolean> pasted = new HashMap<>();
    private @Nullable Names fragments;

    Narrowing(Trace trace, StepTools tools, Present present, MadeFiles made, Listings listings) {
        this.trace = trace;
        this.tools = tools;
        this.present = present;
        this.made = made;
        this.links = new Links(tools, made, new LinkInputs(tools, present, made));
        this.debugInfoIsRead = DebugInfoFlow.read(trace, tools);
        this.listings = listings;
    }

    /** The same uses, narrower where they may be. */
    Map<Entity, Set<Integer>> narrow(Map<Entity, StepSet> found) {
        Map<Integer, List<Text>> read = read(found);
        read.forEach(
                (step, files) -> sight(trace.steps().get(step), files).ifPresent(sight -> sights.put(step, sight)));
        Map<Entity, Set<Integer>> narrow = new LinkedHashMap<>();
        found.forEach((entity, steps) -> {
            switch (entity.kind()) {
                case BYTES -> content(entity, steps, narrow);
                case EXISTS -> withoutSize(entity, steps, FactKind.PRESENCE, narrow);
                case LINK -> withoutSize(entity, steps, FactKind.TARGET, narrow);
                case LISTING -> narrow.put(listings.narrow(entity, steps), steps);
                default -> narrow.put(entity, steps);
            }
        });
        return narrow;
    }

    /**
     * Of staged files only: what of the machine was looked at has its time in its state, which is more. Not of what the build
     * wrote: CMake leaves a file alone that it would write as it is, and its time then.
     */
    private void withoutSize(Entity entity, Set<Integer> steps, FactKind kind, Map<Entity, Set<Integer>> narrow) {
        if (!Place.within(entity.name(), Place.ROOT)) {
            narrow.put(entity, steps);
            return;
        }
        Set<Integer> seeing = new StepSet();
        Set<Integer> others = new StepSet();
        for (int step : steps) {
            boolean blind = tools.tool(step).looksForPresence()
                    || (!listings.maySeeSizes(step) && !made.isWritten(entity.name()));
            (blind ? others : seeing).add(step);
        }
        if (!seeing.isEmpty()) {
            narrow.put(entity, seeing);
        }
        if (!others.isEmpty()) {
            narrow.put(new Entity(kind, entity.name()), others);
        }
    }

    /**
     * The bytes count for whoever is not known well enough. Of a need's file they do so for these steps alone, since others may be
     * found not to mind ({@code decide/FirstLines}); of all other files for all, which is one fact in place of several.
     */
    private void content(Entity entity, Set<Integer> steps, Map<Entity, Set<Integer>> narrow) {
        Map<Entity, Set<Integer>> split = new LinkedHashMap<>();
        Set<Integer> seeingBytes = new StepSet();
        for (int step : steps) {
            Optional<Entity> seen = linked(entity, step).or(() -> compiled(entity, step));
            if (seen.isPresent()) {
                split.computeIfAbsent(seen.get(), e -> new StepSet()).add(step);
            } else if (!Place.dependencyOf(entity.name()).isEmpty()) {
                seeingBytes.add(step);
            } else {
                // The one for which bytes count comes first: it is named as the reason.
                Set<Integer> ordered = new LinkedHashSet<>(Set.of(step));
                ordered.addAll(steps);
                narrow.put(entity, ordered);
                return;
            }
        }
        if (!seeingBytes.isEmpty()) {
            narrow.put(entity, seeingBytes);
        }
        narrow.putAll(split);
    }

    private Optional<Entity> compiled(Entity entity, int step) {
        return seen(step, entity.name()).map(kind -> {
            String scope = tools.compiler(step)
                    .filter(CompilerCommand::debugInfo)
                    .map(c -> Fact.WITH_DEBUG_INFO)
                    .orElse("");
            return new Entity(kind, entity.name(), scope);
        });
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

    /** What a step saw of a file: its tokens, or these with their lines; empty where its bytes count. */
    private Optional<FactKind> seen(int step, String path) {
        Sight sight = sights.get(step);
        Text text = texts.get(path);
        if (sight == null
                || text == null
                || text.ofProgram()
                || text.written()
                || text.content().isEmpty()) {
            return Optional.empty();
        }
        Facets.Text content = text.content().get();
        if (!isSure(content, sight.command())
                // Two files that are read once, with the same bytes, are one to the compiler; with another comment two.
                || (content.names().readOnce() && sight.twice().contains(content.tokens()))) {
            return Optional.empty();
        }
        return Optional.of(sight.lines().sees(content.names()) ? FactKind.LINES : FactKind.TOKENS);
    }

    /** By compiler step, the files that it read and the build had not made. */
    private Map<Integer, List<Text>> read(Map<Entity, StepSet> found) {
        Map<Integer, List<Text>> read = new HashMap<>();
        found.forEach((entity, steps) -> {
            if (entity.kind() != FactKind.BYTES) {
                return;
            }
            Optional<Text> text = Optional.empty();
            for (int i = 0; i < steps.size(); i++) {
                int step = steps.get(i);
                if (tools.compiler(step).isEmpty()) {
                    continue;
                }
                if (text.isEmpty()) {
                    text = present.now(entity.question()).map(state -> text(entity.name(), state));
                    if (text.isEmpty()) {
                        return;
                    }
                }
                read.computeIfAbsent(step, s -> new ArrayList<>()).add(text.get());
            }
        });
        return read;
    }

    private Text text(String path, String state) {
        boolean ofProgram = isOfTheProgram(present, path, Optional.of(state));
        boolean written = made.isWritten(path);
        Optional<Facets.Text> content = ofProgram || written ? Optional.empty() : present.text(path, state);
        Text text = new Text(path, ofProgram, written, content);
        texts.put(path, text);
        return text;
    }

    /** What one compiler step saw; empty where it saw bytes. */
    private Optional<Sight> sight(ObservedStep step, List<Text> read) {
        CompilerCommand command = tools.compiler(step.number).orElseThrow();
        boolean seen =
                tools.isHeard(step) || tools.isListed() || (command.debugInfo() && debugInfoIsRead.get(step.number));
        if (step.readsPrivately || seen) {
            return Optional.empty();
        }
        List<Facets.Text> known = new ArrayList<>();
        List<Names> names = new ArrayList<>();
        boolean unknown = false;
        Set<String> changed = new LinkedHashSet<>();
        for (Text file : read) {
            if (file.ofProgram()) {
                continue;
            }
            if (file.path().endsWith(".cfg")) {
                // Options of clang that are not on its command line.
                return Optional.empty();
            }
            if (file.written()) {
                // Sources that the build changed: what stood there at its start was not read.
                changed.add(file.path());
            } else if (file.content().isPresent() && isSure(file.content().get(), command)) {
                known.add(file.content().get());
                names.add(file.content().get().names());
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
            return Optional.empty();
        }
        LineSight lines = LineSight.of(names, changed.isEmpty() ? this::mayBePasted : name -> true);
        if (lines.seesColumns()) {
            return Optional.empty();
        }
        return Optional.of(new Sight(command, unknown ? LineSight.unknown() : lines, twice(known)));
    }

    /** Tokens that several files have which compilers read once only. */
    private static Set<Digest> twice(List<Facets.Text> texts) {
        Set<Digest> once = new HashSet<>();
        Set<Digest> twice = new HashSet<>();
        for (Facets.Text text : texts) {
            if (text.names().readOnce() && !once.add(text.tokens())) {
                twice.add(text.tokens());
            }
        }
        return twice;
    }

    /** Whether the tokens of all files that any compiler read could make a name, put together, or command lines could. */
    private boolean mayBePasted(String name) {
        return pasted.computeIfAbsent(name, n -> LineSight.canBePasted(n, List.of(fragments())));
    }

    private Names fragments() {
        Names known = fragments;
        if (known == null) {
            List<Names> all = new ArrayList<>();
            texts.values().forEach(text -> text.content().ifPresent(content -> all.add(content.names())));
            for (ObservedStep step : trace.steps()) {
                tools.compiler(step.number).ifPresent(command -> all.add(commandLine(command)));
            }
            known = Names.fragmentsOf(all);
            fragments = known;
        }
        return known;
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
    private Names commandLine(CompilerCommand command) {
        return commandLines.computeIfAbsent(command.macros(), macros -> namesOf(macros));
    }

    private static Names namesOf(Collection<String> macros) {
        StringBuilder text = new StringBuilder();
        for (String macro : macros) {
            text.append("#define ").append(macro.replaceFirst("=", " ")).append('\n');
        }
        return Facets.text(text.toString().getBytes(StandardCharsets.UTF_8), "command line")
                .map(Facets.Text::names)
                .orElseThrow();
    }
}
