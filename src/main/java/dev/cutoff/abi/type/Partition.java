package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The coarsest partition of a graph's nodes in which nodes of one class have the same text and their edges, each in its
 * place, lead to the same classes.
 *
 * <p>Classes begin as those of the same text and are split for as long as two nodes of a class lead to different ones.
 * Only nodes whose targets have changed classes are looked at again, and of what a class falls into the largest part
 * keeps its number, so a node changes its class at most log(n) times.
 *
 * <p>A declaration that is completed elsewhere is the class of its definitions for as long as they are all in one, and a
 * class of its own from then on: {@link Kind#AMBIGUOUS}. Since classes are only ever split, what is in one class in the
 * end was so all the time; so definitions that know each other by declarations, in a circle, are the same unless
 * something tells them apart.
 */
public final class Partition {

    private static final int NONE = -1;

    private final TypeGraph graph;
    private final int[] classOf;
    private int[] sizes;
    private int classes;
    private final int[] predecessorStarts;
    private final int[] predecessors;
    /** By declaration, in the order of their nodes: the node, and the definitions that complete it. */
    private final int[] declarations;

    private final int[][] candidates;
    private final boolean[] ambiguous;
    /** By node: the declaration that it completes, as an index of the above. */
    private final int[] completes;

    private boolean[] isDirty;
    private int[] dirty = new int[64];
    private int dirtyCount;
    private int[] movedNodes = new int[64];
    private int[] movedTo = new int[64];
    private int moved;

    private Partition(TypeGraph graph) {
        this.graph = graph;
        int n = graph.size();
        this.classOf = new int[n];
        this.isDirty = new boolean[n];
        int[][] reversed = graph.reversed();
        this.predecessorStarts = reversed[0];
        this.predecessors = reversed[1];
        this.completes = new int[n];
        Arrays.fill(completes, NONE);
        Map<String, Integer> byName = new HashMap<>();
        List<Integer> declared = new ArrayList<>();
        Map<Integer, String> keys = new HashMap<>();
        for (int node = 0; node < n; node++) {
            if (graph.kind(node) == Kind.DECLARATION) {
                byName.put(Declarations.key(graph.text(node)), declared.size());
                declared.add(node);
            }
        }
        List<List<Integer>> found = new ArrayList<>();
        declared.forEach(_ -> found.add(new ArrayList<>()));
        for (int node = 0; node < n && !declared.isEmpty(); node++) {
            if ((graph.flags(node) & Fragment.COMPLETES) != 0) {
                int at = node;
                String key = keys.computeIfAbsent(graph.label(node), _ -> Declarations.key(graph.text(at)));
                Integer declaration = byName.get(key);
                if (declaration != null) {
                    completes[node] = declaration;
                    found.get(declaration).add(node);
                }
            }
        }
        this.declarations = declared.stream().mapToInt(Integer::intValue).toArray();
        this.candidates = found.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        this.ambiguous = new boolean[declarations.length];
        this.classes = graph.labels();
        this.sizes = new int[Math.max(16, 2 * classes)];
    }

    /** Finds the classes. */
    public static Partition of(TypeGraph graph) {
        Partition partition = new Partition(graph);
        partition.run();
        return partition;
    }

    private void run() {
        boolean[] isCompleted = new boolean[graph.size()];
        for (int d = 0; d < declarations.length; d++) {
            isCompleted[declarations[d]] = candidates[d].length > 0;
        }
        for (int node = 0; node < graph.size(); node++) {
            classOf[node] = graph.label(node);
            sizes[classOf[node]] += isCompleted[node] ? 0 : 1;
            if (graph.edges(node) > 0) {
                markDirty(node);
            }
        }
        for (int d = 0; d < declarations.length; d++) {
            settle(d);
        }
        Splitter splitter = new Splitter();
        while (dirtyCount > 0) {
            long[] work = new long[dirtyCount];
            for (int i = 0; i < dirtyCount; i++) {
                work[i] = (long) classOf[dirty[i]] << 32 | dirty[i];
                isDirty[dirty[i]] = false;
            }
            dirtyCount = 0;
            Arrays.sort(work);
            moved = 0;
            for (int from = 0; from < work.length; ) {
                int to = from + 1;
                while (to < work.length && work[to] >>> 32 == work[from] >>> 32) {
                    to++;
                }
                splitter.split(work, from, to);
                from = to;
            }
            applyMoves();
        }
    }

    /** Gives the nodes of the last round their new classes; whoever leads to them is to be looked at again. */
    private void applyMoves() {
        boolean[] touched = new boolean[declarations.length];
        for (int i = 0; i < moved; i++) {
            int node = movedNodes[i];
            sizes[classOf[node]]--;
            classOf[node] = movedTo[i];
            sizes[classOf[node]]++;
            markPredecessors(node);
            if (completes[node] != NONE) {
                touched[completes[node]] = true;
            }
        }
        for (int d = 0; d < touched.length; d++) {
            if (touched[d]) {
                settle(d);
            }
        }
    }

    /** Gives a declaration the class of its definitions, or one of its own. */
    private void settle(int d) {
        int[] definitions = candidates[d];
        if (definitions.length == 0 || ambiguous[d]) {
            return;
        }
        int one = classOf[definitions[0]];
        for (int definition : definitions) {
            if (classOf[definition] != one) {
                ambiguous[d] = true;
                one = newClass();
                sizes[one] = 1;
                break;
            }
        }
        if (classOf[declarations[d]] != one) {
            classOf[declarations[d]] = one;
            markPredecessors(declarations[d]);
        }
    }

    private int newClass() {
        if (classes == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * classes);
        }
        return classes++;
    }

    private void markPredecessors(int node) {
        for (int i = predecessorStarts[node]; i < predecessorStarts[node + 1]; i++) {
            markDirty(predecessors[i]);
        }
    }

    private void markDirty(int node) {
        if (!isDirty[node]) {
            isDirty[node] = true;
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
            }
            dirty[dirtyCount++] = node;
        }
    }

    private void move(int node, int to) {
        if (moved == movedNodes.length) {
            movedNodes = Arrays.copyOf(movedNodes, 2 * moved);
            movedTo = Arrays.copyOf(movedTo, 2 * moved);
        }
        movedNodes[moved] = node;
        movedTo[moved++] = to;
    }

    /** Splits the nodes of one class by where their edges lead; memory that is used again from class to class. */
    private final class Splitter {

        private int[] table = new int[64];
        private int[] groupOf = new int[64];
        private int[] first = new int[64];
        private int[] count = new int[64];

        void split(long[] work, int from, int to) {
            int old = (int) (work[from] >>> 32);
            int n = to - from;
            if (sizes[old] == 1) {
                return;
            }
            int groups = group(work, from, n);
            boolean all = n == sizes[old];
            if (all && groups == 1) {
                return;
            }
            int keeps = NONE;
            if (all) {
                keeps = 0;
                for (int g = 1; g < groups; g++) {
                    keeps = count[g] > count[keeps] ? g : keeps;
                }
            }
            int[] named = new int[groups];
            for (int g = 0; g < groups; g++) {
                named[g] = g == keeps ? old : newClass();
            }
            for (int i = 0; i < n; i++) {
                if (groupOf[i] != keeps) {
                    move((int) work[from + i], named[groupOf[i]]);
                }
            }
        }

        private int group(long[] work, int from, int n) {
            int capacity = Integer.highestOneBit(Math.max(8, 2 * n)) * 2;
            if (table.length < capacity) {
                table = new int[capacity];
            }
            Arrays.fill(table, 0, capacity, NONE);
            if (groupOf.length < n) {
                groupOf = new int[2 * n];
                first = new int[2 * n];
                count = new int[2 * n];
            }
            int groups = 0;
            for (int i = 0; i < n; i++) {
                int node = (int) work[from + i];
                int at = hash(node) & (capacity - 1);
                while (table[at] != NONE && !leadsAlike(node, first[table[at]])) {
                    at = (at + 1) & (capacity - 1);
                }
                if (table[at] == NONE) {
                    table[at] = groups;
                    first[groups] = node;
                    count[groups++] = 0;
                }
                groupOf[i] = table[at];
                count[table[at]]++;
            }
            return groups;
        }

        private int hash(int node) {
            int hash = 0;
            for (int i = graph.start(node); i < graph.start(node + 1); i++) {
                hash = hash * 0x9e3779b1 + classOf[graph.target(i)] + 1;
            }
            return hash ^ hash >>> 15;
        }

        private boolean leadsAlike(int a, int b) {
            int shift = graph.start(b) - graph.start(a);
            for (int i = graph.start(a); i < graph.start(a + 1); i++) {
                if (classOf[graph.target(i)] != classOf[graph.target(i + shift)]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The class of a node; the numbers mean nothing. */
    public int classOf(int node) {
        return classOf[node];
    }

    /** One more than the largest number of a class. */
    int bound() {
        return classes;
    }

    /** The definitions between which an ambiguous declaration can't decide; null for every other node. */
    Map<Integer, int[]> ambiguities() {
        Map<Integer, int[]> all = new HashMap<>();
        for (int d = 0; d < declarations.length; d++) {
            if (ambiguous[d]) {
                all.put(declarations[d], candidates[d]);
            }
        }
        return all;
    }
}
