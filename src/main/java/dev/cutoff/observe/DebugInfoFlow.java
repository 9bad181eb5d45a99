package dev.cutoff.observe;

import dev.cutoff.abi.link.LinkCommand;
import dev.cutoff.model.Place;
import dev.cutoff.tool.CompilerCommand;
import dev.cutoff.tool.Tool;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Finds of which compile steps the debug info may show in something else than debug info: a tool that is not known to keep it apart
 * has read what was made of it. Then places in their sources may show.
 *
 * <p>A path stands for all that was ever at it, in whichever order it was written and read: that is more than what a reader
 * met, and never less.
 */
final class DebugInfoFlow {

    /** What a linker takes apart; a script could ask how large sections of debug info are. */
    private static final Pattern LINKED = Pattern.compile("^-l|\\.(o|a|lo|os|obj|so(\\.\\d+)*)$");

    /** Operations of ar that put members into an archive, and say no more than their names. */
    private static final Pattern ARCHIVES = Pattern.compile("^-?[cDUuvS]*[rqs][a-zA-Z]*( |$)");

    /** What assemblers read. */
    private static final Pattern SOURCE = Pattern.compile("\\.(s|S|asm)$");

    private static final BitSet NOTHING = new BitSet();

    private final Trace trace;
    private final StepTools tools;

    /** All paths that any step wrote. */
    private final Set<String> written = new HashSet<>();

    /** By path, the compile steps whose debug info may have been in a file there. */
    private final NavigableMap<String, BitSet> held = new TreeMap<>();

    /** By parent, compile steps. */
    private final Map<Integer, BitSet> compiled = new HashMap<>();

    private final BitSet all = new BitSet();
    private final BitSet read = new BitSet();

    private DebugInfoFlow(Trace trace, StepTools tools) {
        this.trace = trace;
        this.tools = tools;
    }

    /** Numbers of these compile steps. */
    static BitSet read(Trace trace, StepTools tools) {
        DebugInfoFlow flow = new DebugInfoFlow(trace, tools);
        flow.gather();
        if (!flow.all.isEmpty()) {
            flow.follow();
            flow.find();
        }
        return flow.read;
    }

    private void gather() {
        for (ObservedStep step : trace.steps()) {
            written.addAll(step.madeWrites);
            if (compiles(step)) {
                all.set(step.number);
                compiled.computeIfAbsent(step.parent, _ -> new BitSet()).set(step.number);
            }
        }
    }

    /** Hands on what files hold until nothing new comes of it. */
    private void follow() {
        boolean more = true;
        while (more) {
            more = false;
            for (ObservedStep step : trace.steps()) {
                BitSet of = taken(step);
                if (!of.isEmpty()) {
                    for (String path : step.madeWrites) {
                        more |= hold(path, of);
                    }
                }
            }
            for (Trace.Renaming renaming : trace.renamings()) {
                // What is read through a symbolic link is noted as what it led to.
                more |= renaming instanceof Trace.Renaming.Moved move && renamed(move.from(), move.to());
            }
        }
    }

    private boolean hold(String path, BitSet of) {
        BitSet known = held.computeIfAbsent(path, _ -> new BitSet());
        int before = known.cardinality();
        known.or(of);
        return known.cardinality() > before;
    }

    /** A file, or a folder with all in it, has another name. */
    private boolean renamed(String from, String to) {
        BitSet file = held.get(from);
        boolean more = file != null && hold(to, file);
        String beneath = from + "/";
        for (Map.Entry<String, BitSet> inside : List.copyOf(
                held.tailMap(beneath, true).headMap(from + "0", false).entrySet())) {
            more |= hold(to + inside.getKey().substring(from.length()), inside.getValue());
        }
        return more;
    }

    /** Whose debug info a step may have had in hand: its own, and that of what it opened. */
    private BitSet taken(ObservedStep step) {
        BitSet of = opened(step);
        if (compiles(step)) {
            of.set(step.number);
        }
        if (tools.tool(step.number) == Tool.GNU_ASSEMBLER && of.isEmpty() && readsPipe(step)) {
            // By its driver it is given what the compiler beside it makes, else anything.
            boolean driven = step.parent >= 0 && tools.tool(step.parent) == Tool.GCC_DRIVER;
            of.or(driven ? compiled.getOrDefault(step.parent, NOTHING) : all);
        }
        return of;
    }

    /**
     * Of what it read in folders that are gone at the end nobody noted the places: each path counts as it was named, and one that
     * nobody is known to have written for anything.
     */
    private BitSet opened(ObservedStep step) {
        BitSet of = new BitSet();
        step.madeOpened.forEach(path -> of.or(held.getOrDefault(path, NOTHING)));
        for (String path : step.privateReads) {
            if (held.containsKey(path)) {
                of.or(held.get(path));
            } else if (!isKnown(path)) {
                of.or(all);
            }
        }
        return of;
    }

    private boolean isKnown(String path) {
        return written.contains(path)
                || trace.renamings().stream()
                        .anyMatch(renaming ->
                                renaming instanceof Trace.Renaming.Moved move && Place.within(path, move.to()));
    }

    /** Whether an assembler's command names no source. */
    private static boolean readsPipe(ObservedStep step) {
        return step.command.stream().noneMatch(word -> SOURCE.matcher(word).find());
    }

    /** Whether a compiler writes to a descriptor, whoever is at its other end. */
    private static boolean writesPipe(ObservedStep step) {
        int output = step.command.indexOf("-o") + 1;
        String to = output > 0 && output < step.command.size() ? step.command.get(output) : "";
        return (to.startsWith("/dev/") && !to.equals("/dev/null")) || to.startsWith("/proc/");
    }

    /** Whether a step writes debug info of which it matters who sees it: of others bytes count anyway. */
    private boolean compiles(ObservedStep step) {
        return tools.compiler(step.number).filter(CompilerCommand::debugInfo).isPresent();
    }

    private void find() {
        boolean buildIds = isBuildIdMade();
        if (trace.isToGoOn()) {
            read.or(all);
        }
        for (ObservedStep step : trace.steps()) {
            if (compiles(step) && writesPipe(step)) {
                read.set(step.number);
            }
            Tool tool = tools.tool(step.number);
            BitSet opened = opened(step);
            if (!opened.isEmpty() && !keepsApart(step)) {
                read.or(opened);
            }
            if (StepTools.seesSizes(tool)) {
                step.looked.forEach(path -> read.or(held.getOrDefault(path, NOTHING)));
            }
            if (buildIds && (tool == Tool.UNKNOWN || tool == Tool.MESON)) {
                // A program can read its own build id, which is a digest of its debug info too.
                step.madeReads.forEach(path -> read.or(held.getOrDefault(path, NOTHING)));
            }
        }
    }

    /** Whether debug info in what a step read shows in nothing but the debug info of what it wrote. */
    private boolean keepsApart(ObservedStep step) {
        List<String> words = step.command.subList(Math.min(1, step.command.size()), step.command.size());
        if (words.stream()
                .anyMatch(word -> word.startsWith("@") || word.startsWith("/dev/") || word.startsWith("/proc/"))) {
            return false;
        }
        // Code of the build's own within a program may look at what it likes.
        if (!step.variable("LD_PRELOAD").isEmpty()
                || (tools.tool(step.number) == Tool.MAKE
                        && step.madeOpened.stream().anyMatch(path -> path.contains(".so")))) {
            return false;
        }
        return switch (tools.tool(step.number)) {
            case GNU_NM -> Tool.isPlainNm(step.command);
            // Other files than its sources it takes in byte by byte (.incbin).
            case GNU_ASSEMBLER ->
                step.madeOpened.stream().filter(held::containsKey).allMatch(path -> path.endsWith(".s"));
            case GNU_LINKER ->
                LinkCommand.of(step.command)
                        .filter(link -> link.inputs().stream()
                                .allMatch(input -> LINKED.matcher(input).find()))
                        .isPresent();
            case GNU_ARCHIVER ->
                step.program().endsWith("ranlib")
                        || ARCHIVES.matcher(String.join(" ", words)).find();
            default -> tools.tool(step.number).keepsDebugInfoApart();
        };
    }

    /** Whether a product is named by a digest of all that is in it. */
    private boolean isBuildIdMade() {
        return trace.steps().stream()
                .filter(step -> tools.tool(step.number) == Tool.GNU_LINKER || tools.tool(step.number) == Tool.UNKNOWN)
                .flatMap(step -> step.command.stream())
                .anyMatch(word -> word.startsWith("--build-id") && !word.equals("--build-id=none"));
    }
}
