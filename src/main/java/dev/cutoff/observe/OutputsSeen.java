package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What steps saw of what others had made without reading it: that it is there, or its name in a folder. */
final class OutputsSeen {

    private final Trace trace;
    private final Function<String, Set<String>> places;
    private final Listings listings;
    private final Map<String, List<ObservedStep>> writers = new HashMap<>();
    private final Map<String, Set<String>> inFolder = new HashMap<>();

    /** @param places where a path led */
    OutputsSeen(Trace trace, Function<String, Set<String>> places, Listings listings) {
        this.trace = trace;
        this.places = places;
        this.listings = listings;
        trace.found().keySet().forEach(this::made);
        for (ObservedStep step : trace.steps()) {
            for (String path : step.madeWrites) {
                made(path).add(step);
            }
        }
    }

    private List<ObservedStep> made(String path) {
        inFolder.computeIfAbsent(Place.folder(path), _ -> new HashSet<>()).add(path);
        return writers.computeIfAbsent(path, _ -> new ArrayList<>());
    }

    /** The step with what it saw. */
    Step in(Step step) {
        ObservedStep observed = trace.steps().get(step.number());
        Set<String> seen = new TreeSet<>();
        for (String path : observed.looked) {
            if (isThere(path, observed)) {
                seen.add(path);
            }
        }
        for (String folder : listed(observed)) {
            if (inFolder(step.number(), folder).stream().anyMatch(path -> isThere(path, observed))) {
                seen.add(folder + "/");
            }
        }
        return seen.isEmpty() ? step : step.seeing(seen);
    }

    private Set<String> inFolder(int step, String folder) {
        return listings.matched(step, folder, inFolder.getOrDefault(folder, Set.of()));
    }

    /** What a step saw, read or listed of that which an earlier build had made. */
    Set<String> found(ObservedStep step) {
        if (trace.found().isEmpty()) {
            return Set.of();
        }
        Set<String> seen = new HashSet<>(step.looked);
        seen.addAll(step.madeReads);
        for (String folder : listed(step)) {
            seen.addAll(inFolder(step.number, folder));
        }
        seen.retainAll(trace.found().keySet());
        return seen;
    }

    /** Whether another step may have made a path before a step ended, or an earlier build had. */
    private boolean isThere(String path, ObservedStep step) {
        List<ObservedStep> by = writers.get(path);
        if (by == null) {
            return false;
        }
        return trace.found().containsKey(path)
                || by.stream().anyMatch(writer -> writer != step && writer.started <= step.ended);
    }

    private Set<String> listed(ObservedStep step) {
        Set<String> folders = new HashSet<>();
        for (Access access : step.accesses) {
            if (access.kind() == Access.Kind.LIST) {
                folders.addAll(places.apply(access.path()));
            }
        }
        return folders;
    }
}
