package dev.cutoff.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node of the graph: something that is built.
 *
 * @param name also a folder's name beside the artifacts of the others
 * @param source folder of its sources, absolute; "" where it has none
 * @param origin where it is declared, for messages: {@code cutoff.toml:12}
 * @param needs units whose artifacts are staged for it, in the order of declaration
 * @param build shell lines that build it, run in order in the staged source folder
 * @param check shell lines that must succeed with the artifact, run in an empty folder
 * @param environment declared variables; {@code $OUT}, {@code $DEPS} and {@code $JOBS} in values are replaced
 */
public record Unit(
        String name,
        String source,
        String origin,
        List<String> needs,
        List<String> build,
        List<String> check,
        SortedMap<String, String> environment,
        Options options) {

    /** Whether a build may use the network. */
    public enum Network {
        /** None: the sandbox has only a loopback interface. */
        NONE,
        /** It may; since nobody saw what it fetched, a build that used it is never kept. */
        OPEN,
        /** It may, and the user declares that what it fetches is pinned by the recipe or the sources. */
        PINNED
    }

    /** What a build is told of the sources' git history. */
    public enum Git {
        NONE,
        /** {@code $GIT_DESCRIBE}: what {@code git describe --tags --always --dirty} says. */
        DESCRIBE
    }

    /** How plain tools of the system (shells, make, coreutils) are compared; compilers always by content. */
    public enum SystemEvidence {
        CONTENT,
        PACKAGE,
        IMAGE
    }

    /**
     * What a unit may choose.
     *
     * @param trust the least trust in a result that this unit accepts
     * @param keepTree whether its build tree is stored
     */
    public record Options(
            Policy policy, Trust trust, boolean keepTree, Network network, Git git, SystemEvidence system) {
        public static final Options DEFAULT =
                new Options(Policy.IDENTICAL, Trust.INCREMENTAL, true, Network.NONE, Git.NONE, SystemEvidence.CONTENT);
    }

    public Unit {
        needs = List.copyOf(needs);
        build = List.copyOf(build);
        check = List.copyOf(check);
        environment = environment.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }
}
