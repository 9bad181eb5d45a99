package dev.cutoff.build;

import dev.cutoff.decide.ProcessTree;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What repeatable steps of a record rest on in its build folder ({@link dev.cutoff.model.Step#repeatable}), by the paths at which they
 * and what they started had found something or nothing; and what is there.
 */
final class StepRests {

    private final String prefix;
    private final Tree outputs;
    private final Tree sources;
    private final SortedMap<Integer, Set<String>> rests = new TreeMap<>();
    private final Map<Integer, Set<String>> writes = new HashMap<>();

    /**
     * @param outputs what the record's build had left in the folder
     * @param sources what is staged now
     */
    StepRests(BuildRecord record, Collection<Integer> steps, Tree outputs, Tree sources) {
        this.outputs = outputs;
        this.sources = sources;
        this.prefix = Place.source(record.unit()) + "/";
        ProcessTree processes = new ProcessTree(record.steps());
        Map<Integer, List<Set<String>>> owners = new HashMap<>();
        for (int step : steps) {
            Set<String> paths = new TreeSet<>();
            rests.put(step, paths);
            writes.put(step, processes.writes(step));
            for (int part : processes.with(step)) {
                owners.computeIfAbsent(part, _ -> new ArrayList<>()).add(paths);
                paths.addAll(record.steps().get(part).outputsRead());
                paths.addAll(record.steps().get(part).outputsSeen());
            }
        }
        if (!rests.isEmpty()) {
            for (Use use : record.uses()) {
                if (isInside(use.fact().entity())) {
                    for (int step : use.steps()) {
                        owners.getOrDefault(step, List.of())
                                .forEach(paths -> paths.add(use.fact().entity()));
                    }
                }
            }
            rests.forEach(this::complete);
        }
    }

    /** Adds the folders that they are in, and takes away what the step itself had made. */
    private void complete(int step, Set<String> paths) {
        for (String path : List.copyOf(paths)) {
            for (String above = Place.folder(path); above.length() > prefix.length() && paths.add(above); ) {
                above = Place.folder(above);
            }
        }
        paths.removeAll(writes(step));
    }

    /** The steps, in order. */
    Set<Integer> steps() {
        return rests.keySet();
    }

    /** The paths, as the build sees them, with those of folders that they are in; with a slash behind, of folders that were listed. */
    Set<String> paths(int step) {
        return rests.getOrDefault(step, Set.of());
    }

    /** What a step and all that it started had made. */
    Set<String> writes(int step) {
        return writes.getOrDefault(step, Set.of());
    }

    /** Whether a path lies in the build folder. */
    boolean isInside(String path) {
        return path.startsWith(prefix);
    }

    /** A path of the build, relative to the build folder, that it must lie in. */
    String relative(String path) {
        return path.substring(prefix.length());
    }

    /** What the build had left at a path in the folder; null for nothing of its own. */
    Tree.@Nullable Entry left(String path) {
        return outputs.at(relative(path));
    }

    /** What is to be at a path in the folder for a step to find what it found: what the build had left there, or is staged there now. */
    Tree.@Nullable Entry at(String path) {
        Tree.Entry made = left(path);
        return made == null ? sources.at(relative(path)) : made;
    }
}
