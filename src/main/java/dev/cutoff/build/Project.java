package dev.cutoff.build;

import dev.cutoff.decide.Graph;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What is to be built: a front end's reading of its ecosystem.
 *
 * @param root the workspace's folder, a real path
 * @param graph its units, those whose artifacts are given among them
 * @param given artifacts that are known without a build, by the units that stand for them: environments
 * @param home the folder that Cutoff's own, {@code .cutoff}, stands in
 * @param leftOut which paths beneath the root are no sources, beside what git ignores
 */
public record Project(Path root, Graph graph, SortedMap<String, Tree> given, Path home, Predicate<Path> leftOut) {

    public Project {
        given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
        given.keySet().forEach(name -> {
            if (!graph.unit(name).needs().isEmpty()) {
                throw Failure.bug("the given artifact " + name + " has needs");
            }
        });
    }

    /** A workspace whose artifacts are all built. */
    public Project(Path root, Graph graph) {
        this(root, graph, new TreeMap<>(), root, _ -> false);
    }
}
