package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Other names that a build gave to paths: through links that it made ({@code ln -s ../include inc}) and folders that it
 * moved, a file of the sources is read at a path that the sources do not have. When a link was made anew with another
 * target, both are taken: more facts than needed are never too few.
 */
final class Names {

    private static final int MOST = 64;

    private final Map<String, Set<String>> targets = new LinkedHashMap<>();

    /** Former places of what was moved. */
    private final Map<String, Set<String>> formerly = new LinkedHashMap<>();

    /** Takes in the changes of names, in their order. */
    void learn(List<Trace.Renaming> renamings) {
        for (Trace.Renaming renaming : renamings) {
            switch (renaming) {
                case Trace.Renaming.Linked link -> add(targets, link.path(), absolute(link.path(), link.target()));
                case Trace.Renaming.Moved move -> {
                    // A link that moves, alone or with its folder, leads on from its new place.
                    for (var known : List.copyOf(targets.entrySet())) {
                        if (Place.within(known.getKey(), move.from())) {
                            String to = move.to()
                                    + known.getKey().substring(move.from().length());
                            List.copyOf(known.getValue()).forEach(target -> add(targets, to, target));
                        }
                    }
                    add(formerly, move.to(), move.from());
                }
            }
        }
    }

    private static void add(Map<String, Set<String>> names, String path, String other) {
        names.computeIfAbsent(path, p -> new LinkedHashSet<>()).add(other);
    }

    private static String absolute(String link, String target) {
        String folder = link.substring(0, Math.max(0, link.lastIndexOf('/')));
        return Trace.plain(target.startsWith("/") ? target : folder + "/" + target);
    }

    /** A path and all places that it, or a folder above it, was moved from. */
    Set<String> origins(String path) {
        Set<String> origins = new LinkedHashSet<>(List.of(path));
        Deque<String> open = new ArrayDeque<>(origins);
        while (!open.isEmpty() && origins.size() < MOST) {
            String at = open.remove();
            for (int end = at.length(); end > 0; end = at.lastIndexOf('/', end - 1)) {
                for (String from : formerly.getOrDefault(at.substring(0, end), Set.of())) {
                    String origin = from + at.substring(end);
                    if (origins.add(origin)) {
                        open.add(origin);
                    }
                }
            }
        }
        return origins;
    }

    /** All other paths that a path may have led to, links to links included. */
    Set<String> others(String path) {
        if (targets.isEmpty() && formerly.isEmpty()) {
            return Set.of();
        }
        Set<String> others = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(path));
        while (!open.isEmpty() && others.size() < MOST) {
            String at = open.remove();
            for (int end = at.length(); end > 0; end = at.lastIndexOf('/', end - 1)) {
                String prefix = at.substring(0, end);
                Set<String> found = new LinkedHashSet<>(targets.getOrDefault(prefix, Set.of()));
                found.addAll(formerly.getOrDefault(prefix, Set.of()));
                for (String target : found) {
                    String other = target + at.substring(end);
                    if (others.add(other)) {
                        open.add(other);
                    }
                }
            }
        }
        return others;
    }
}
