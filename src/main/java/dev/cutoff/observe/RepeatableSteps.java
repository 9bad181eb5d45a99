package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.tool.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the compile steps that a later build need not run again if it comes to the same call and all is there that they relied on
 * (docs/decisions/0026), and those and links that can be run by themselves, to see whether they still make the same (0029).
 *
 * <p>What such a step and all that it started did must be known to have been no more than this: it read what its facts name, and
 * files that other steps had made in the build folder, which since then nobody has touched; it wrote files there that nobody else
 * wrote; it said nothing; it ended well. Of folders that are private to a build it used what it had made there itself.
 */
final class RepeatableSteps {

    /** A file's time of change is the kernel's of its last tick, in seconds before the clock's at most (100 a second are the fewest). */
    private static final double TICK = 0.012;

    private static final Set<String> DEVICES = Set.of("/dev/null", "/dev/urandom", "/dev/random");

    private final Trace trace;
    private final StepTools tools;
    private final PathWalk walk;
    private final Staged staged;
    private final Namespace namespace;
    private final Function<String, @Nullable Path> physical;
    private final String unit;
    private final List<List<ObservedStep>> children = new ArrayList<>();
    private final Map<String, Set<Integer>> writers = new HashMap<>();

    /** By step, when it and all that it started had ended, in seconds since the epoch; later than all where that is not known. */
    private final double[] ended;

    /** By file, whether it may have its own time in it. */
    private final Map<Path, Boolean> timed = new HashMap<>();

    /** @param physical where a path of the build stands on the machine; null if nowhere */
    RepeatableSteps(
            Trace trace,
            StepTools tools,
            PathWalk walk,
            Staged staged,
            Namespace namespace,
            Function<String, @Nullable Path> physical,
            String unit) {
        this.trace = trace;
        this.tools = tools;
        this.walk = walk;
        this.staged = staged;
        this.namespace = namespace;
        this.physical = physical;
        this.unit = unit;
        for (ObservedStep step : trace.steps()) {
            children.add(new ArrayList<>());
            if (step.parent >= 0) {
                children.get(step.parent).add(step);
            }
            step.madeWrites.forEach(
                    path -> writers.computeIfAbsent(path, _ -> new HashSet<>()).add(step.number));
        }
        ended = new double[trace.steps().size()];
        for (ObservedStep step : trace.steps().reversed()) {
            ended[step.number] = step.endedWell ? step.ended : Double.MAX_VALUE;
            for (ObservedStep child : children.get(step.number)) {
                ended[step.number] = Math.max(ended[step.number], ended[child.number]);
            }
        }
    }

    /** By their numbers, each with the file of its program. */
    SortedMap<Integer, String> programs() {
        SortedMap<Integer, String> programs = new TreeMap<>();
        if (trace.usedNetwork()) {
            return programs;
        }
        for (ObservedStep step : trace.steps()) {
            if (step.endedWell && step.taken < 0 && isDriver(step)) {
                program(step).filter(_ -> isRepeatable(step)).ifPresent(program -> programs.put(step.number, program));
            }
        }
        return programs;
    }

    /** A compiler that works on files that its words name: of what comes from elsewhere nothing would be known. */
    private boolean isDriver(ObservedStep step) {
        return tools.tool(step.number) == Tool.GCC_DRIVER
                && step.command.stream().noneMatch(word -> word.equals("-") || word.startsWith("@"));
    }

    /** What it starts must be of the same compiler: a script in its place might read what it was given by an open file. */
    private boolean isPart(ObservedStep step) {
        return switch (tools.tool(step.number)) {
            case GCC_COMPILER, GNU_ASSEMBLER, COLLECT2, GNU_LINKER -> true;
            default -> false;
        };
    }

    private Optional<String> program(ObservedStep step) {
        Optional<String> file = step.executed();
        if (file.isEmpty()) {
            return file;
        }
        PathWalk.Way way = walk.walk(file.get(), true);
        return way.places().size() == 1 ? Optional.of(way.places().iterator().next()) : Optional.empty();
    }

    private boolean isRepeatable(ObservedStep step) {
        List<ObservedStep> all = new ArrayList<>();
        collect(step, all);
        Set<Integer> numbers = new HashSet<>();
        all.forEach(one -> numbers.add(one.number));
        Set<String> outputs = new HashSet<>();
        for (ObservedStep one : all) {
            for (Access access : one.accesses) {
                if (access.kind() == Access.Kind.WRITE) {
                    outputs.addAll(walk.walk(access.path(), false).places());
                }
            }
        }
        outputs.removeIf(path -> !Place.within(path, Place.source(unit)));
        for (ObservedStep one : all) {
            if (one.spoke || one.emptiesFolders || (one != step && !isPart(one))) {
                return false;
            }
            for (Access access : one.accesses) {
                if (!isPlain(access, numbers, step.started, outputs)) {
                    return false;
                }
            }
        }
        return !outputs.isEmpty() && outputs.stream().allMatch(this::isFile);
    }

    private void collect(ObservedStep step, List<ObservedStep> all) {
        all.add(step);
        children.get(step.number).forEach(child -> collect(child, all));
    }

    private boolean isPlain(Access access, Set<Integer> own, double started, Set<String> outputs) {
        if (Place.within(access.path(), Place.TRACE)) {
            return true;
        }
        PathWalk.Way way = walk.walk(access.path(), UseCollector.kind(access.kind()) != FactKind.LINK);
        boolean settled = way.links().stream().noneMatch(writers::containsKey)
                && way.made().stream().allMatch(link -> isSettled(link, started, outputs));
        // A name that the build made a link of had meant something else before.
        Set<String> places = new HashSet<>(way.places());
        places.removeAll(way.made());
        if (places.size() != 1 || !settled) {
            return false;
        }
        for (String passed : way.passed()) {
            if (!isPlain(new Access(Access.Kind.LOOK, passed), own, started, outputs)) {
                return false;
            }
        }
        String place = places.iterator().next();
        boolean isOwn = own.containsAll(writers.getOrDefault(place, Set.of(-1)));
        boolean writes = access.kind() == Access.Kind.WRITE;
        if (Place.within(place, Place.source(unit))) {
            return areSettledAbove(place, started, outputs)
                    && (writes
                            ? isOwn && isNotStaged(place) && !trace.found().containsKey(place)
                            : isLookOrRead(access.kind()) && (isOwn || isSettled(place, started, outputs)));
        }
        if (staged.isPrivate(place)) {
            // The folders themselves are always there.
            return isOwn ? !isThere(place) : !writes && isLook(access.kind()) && isRoot(place);
        }
        if (staged.isOfArtifact(place) || writes || Place.within(place, "/proc")) {
            return false;
        }
        return !Place.within(place, "/dev") || DEVICES.contains(place);
    }

    /** The same of the folders that a place is in. */
    private boolean areSettledAbove(String place, double started, Set<String> outputs) {
        String root = Place.source(unit);
        for (String at = Place.folder(place); at.length() > root.length(); at = Place.folder(at)) {
            if (!isSettled(at, started, outputs)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLook(Access.Kind kind) {
        return kind == Access.Kind.LOOK || kind == Access.Kind.LOOK_AT_LINK;
    }

    private static boolean isLookOrRead(Access.Kind kind) {
        return switch (kind) {
            case READ, EXECUTE, EXECUTE_FAILED, LOOK, LOOK_AT_LINK -> true;
            default -> false;
        };
    }

    private static boolean isRoot(String place) {
        return place.equals(Place.TMP) || place.equals("/var/tmp") || place.equals(Place.HOME);
    }

    /**
     * Whether what a step, begun then, found at a place in the build folder is known: nobody ever touched it, or it was there, and
     * is as it was.
     *
     * @param outputs what the step made: the folders that these are in were there, too
     */
    private boolean isSettled(String place, double started, Set<String> outputs) {
        if (!writers.containsKey(place) && !trace.found().containsKey(place)) {
            return true;
        }
        Path file = physical.apply(place);
        if (file == null || !isNotStaged(place)) {
            return false;
        }
        try {
            BasicFileAttributes at = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (at.isDirectory()) {
                return outputs.stream().anyMatch(output -> Place.within(output, place))
                        || isBefore(at.creationTime(), place, started);
            }
            return (at.isRegularFile() || at.isSymbolicLink())
                    && Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS) instanceof FileTime changed
                    && isBefore(changed, place, started)
                    && !(at.isRegularFile() && tellsItsTime(file));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a change of a place was before a step began: within a tick of the kernel's clock all who wrote there must have ended. */
    private boolean isBefore(FileTime time, String place, double started) {
        double seconds = time.to(TimeUnit.NANOSECONDS) / 1e9;
        Set<Integer> by = writers.getOrDefault(place, Set.of());
        return seconds + TICK < started
                || (seconds < started && !by.isEmpty() && by.stream().allMatch(step -> ended[step] < started));
    }

    /** Files that a build makes have another time in each build; sources always have the same one. Objects and archives are no text. */
    private boolean tellsItsTime(Path file) throws IOException {
        Boolean known = timed.get(file);
        if (known == null) {
            byte[] bytes = Files.readAllBytes(file);
            boolean isCode = bytes.length > 4 && (bytes[0] == 0x7f || (bytes[0] == '!' && bytes[1] == '<'));
            known = !isCode && new String(bytes, StandardCharsets.ISO_8859_1).contains("__TIMESTAMP__");
            timed.put(file, known);
        }
        return known;
    }

    private boolean isNotStaged(String place) {
        return namespace.at(place, false) instanceof Namespace.Spot.Nothing;
    }

    private boolean isThere(String place) {
        Path file = physical.apply(place);
        return file != null && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isFile(String place) {
        Path file = physical.apply(place);
        return file != null && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
