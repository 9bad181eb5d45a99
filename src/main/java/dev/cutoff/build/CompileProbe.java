package dev.cutoff.build;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.Staging;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tries GCC's compiler proper as a record has it, once with the needs of the record and once with those of today, and
 * compares the objects that the assembler makes of both: in assembly even what is left out counts, as labels are
 * numbered. Sources and machine are today's both times: the caller has seen that all the step relied on of them holds.
 * Debug info is not asked for, so places in headers do not show.
 */
final class CompileProbe {

    private static final String ASSEMBLY = Place.TMP + "/cutoff-probe.s";

    private static final String OBJECT = Place.TMP + "/cutoff-probe.o";

    /** The machine's own, whatever a need has. */
    private static final List<String> ASSEMBLE = List.of("/usr/bin/as", "-o", OBJECT, ASSEMBLY);

    /** Options by which lists of dependencies are written; each with a word of its own. */
    private static final Set<String> LISTS = Set.of("-MD", "-MMD", "-MF", "-MT", "-MQ");

    /** Variables that name folders of headers. */
    private static final Set<String> SEARCHED =
            Set.of("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH");

    private record Trial(Step step, Map<String, Digest> needs) {}

    private final Session session;
    private final Unit unit;
    private final Tree sources;
    private final Map<Trial, Boolean> known = new HashMap<>();

    CompileProbe(Session session, Unit unit, Tree sources) {
        this.session = session;
        this.unit = unit;
        this.sources = sources;
    }

    /**
     * Whether a step gives the same code with the present needs as with those of its record; false where it can't be run
     * with either, as when the store has no longer all that the record's needs were.
     *
     * @param variables the step's environment
     */
    boolean isAlike(BuildRecord record, Step step, SortedMap<String, String> variables, SortedMap<String, Tree> present)
            throws IOException, InterruptedException {
        Trial trial = new Trial(step, record.needs());
        Boolean before = known.get(trial);
        if (before != null) {
            return before;
        }
        boolean alike = false;
        Optional<List<String>> command = command(step.command());
        Optional<SortedMap<String, Tree>> old = trees(record.needs());
        boolean looksAtMade = SEARCHED.stream()
                .map(name -> variables.getOrDefault(name, ""))
                .anyMatch(folders -> folders.contains("deps/" + unit.name())
                        || folders.contains(Place.TMP)
                        || folders.contains(Place.HOME));
        if (command.isPresent() && old.isPresent() && !looksAtMade) {
            Optional<Digest> was = run(command.get(), step.folder(), variables, old.get());
            alike = was.isPresent() && was.equals(run(command.get(), step.folder(), variables, present));
        }
        known.put(trial, alike);
        return alike;
    }

    /** The command that writes assembly without debug info to a place of ours, and no list of dependencies. */
    static Optional<List<String>> command(List<String> words) {
        List<String> command = new ArrayList<>();
        int outputs = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-o")) {
                outputs++;
                i++;
            } else if (LISTS.contains(word)) {
                i++;
            } else if (i == 0 || !(word.startsWith("-g") || word.equals("-MP"))) {
                command.add(word);
            }
        }
        command.addAll(List.of("-o", ASSEMBLY));
        return outputs == 1 ? Optional.of(command) : Optional.empty();
    }

    private Optional<SortedMap<String, Tree>> trees(Map<String, Digest> roots) throws IOException {
        SortedMap<String, Tree> trees = new TreeMap<>();
        for (Map.Entry<String, Digest> root : roots.entrySet()) {
            Optional<Tree> tree = session.store().trees().load(root.getValue());
            if (tree.isEmpty() || session.artifacts().folder(tree.get()).isEmpty()) {
                return Optional.empty();
            }
            trees.put(root.getKey(), tree.get());
        }
        return Optional.of(trees);
    }

    /** Digest of the object; empty where it failed. */
    private Optional<Digest> run(
            List<String> command, String folder, SortedMap<String, String> variables, SortedMap<String, Tree> needs)
            throws IOException, InterruptedException {
        Path scratch = session.store().scratch().folder("probe-" + unit.name());
        try {
            Sandbox sandbox = session.sandbox();
            Sandbox.Room room = new Sandbox.Room(unit, scratch, Rooms.needs(session, needs), Sandbox.Purpose.BUILD);
            sandbox.prepare(room);
            sandbox.artifactFolder(room);
            Staging.copy(
                    sources,
                    Path.of(unit.source().isEmpty() ? "/" : unit.source()),
                    sandbox.sourceFolder(room),
                    session.store().stats());
            Path traces = Files.createDirectories(scratch.resolve("trace"));
            String text = "cd " + Interview.quoted(List.of(folder)) + " && " + Interview.quoted(command) + " && exec "
                    + Interview.quoted(ASSEMBLE);
            int exitCode = sandbox.run(
                    room,
                    new Sandbox.Line(
                            0,
                            text,
                            variables,
                            scratch.resolve("log"),
                            Watch.NONE,
                            traces.resolve("trace"),
                            traces.resolve("times"),
                            Unit.Network.NONE));
            Optional<Path> output = sandbox.physical(room, OBJECT).filter(Files::isRegularFile);
            return exitCode == 0 && output.isPresent()
                    ? Optional.of(Digest.of(Files.readAllBytes(output.get())))
                    : Optional.empty();
        } catch (Staging.SourcesChanged e) {
            return Optional.empty();
        } finally {
            Scratch.delete(scratch);
        }
    }
}
