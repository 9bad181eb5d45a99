package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A random set of types, and ways to write it down: whole in one unit, or in several that each know a part and declare
 * the rest, with duplicates, in any order.
 */
final class GraphModel {

    /** A type: its kind and label, and where its edges lead. A name is given to what may be declared. */
    record Node(Kind kind, String name, String label, List<Integer> targets) {}

    final List<Node> nodes = new ArrayList<>();

    static GraphModel random(SplittableRandom random) {
        GraphModel model = new GraphModel();
        int size = random.nextInt(1, 14);
        int labels = random.nextInt(1, 4);
        for (int i = 0; i < size; i++) {
            int sort = random.nextInt(6);
            Kind kind = sort < 3 ? Kind.STRUCT : sort < 5 ? Kind.POINTER : Kind.BASE;
            // Few labels and names, so that nodes are alike far more often than types of real programs.
            String name = kind == Kind.STRUCT && random.nextInt(3) > 0 ? "S" + i : "";
            int edges = kind == Kind.BASE ? 0 : kind == Kind.POINTER ? 1 : random.nextInt(4);
            List<Integer> targets = new ArrayList<>();
            for (int e = 0; e < edges; e++) {
                targets.add(random.nextInt(size));
            }
            model.nodes.add(new Node(kind, name, "l" + random.nextInt(labels), targets));
        }
        return model;
    }

    /** A cycle of nodes that look alike, the sort that counting neighbours can't tell apart. */
    static GraphModel cycles(int... lengths) {
        GraphModel model = new GraphModel();
        for (int length : lengths) {
            int start = model.nodes.size();
            for (int i = 0; i < length; i++) {
                model.nodes.add(new Node(Kind.STRUCT, "", "c", List.of(start + (i + 1) % length)));
            }
        }
        return model;
    }

    /**
     * Nodes of few looks, each with two edges to any of them: most are in one component, and told apart by its edges alone.
     * One may be ambiguous: the order of its edges says nothing.
     */
    static GraphModel tangle(SplittableRandom random) {
        GraphModel model = new GraphModel();
        int size = random.nextInt(2, 9);
        for (int i = 0; i < size; i++) {
            String label = random.nextInt(3) == 0 ? "a" : "b";
            model.nodes.add(
                    i == 0 && random.nextBoolean()
                            ? new Node(Kind.AMBIGUOUS, "S", "struct", two(size, random))
                            : new Node(Kind.STRUCT, "", label, two(size, random)));
        }
        return model;
    }

    private static List<Integer> two(int size, SplittableRandom random) {
        return List.of(random.nextInt(size), random.nextInt(size));
    }

    /** The same but for one edge. */
    GraphModel rewired(SplittableRandom random) {
        GraphModel other = new GraphModel();
        other.nodes.addAll(nodes);
        int node = random.nextInt(nodes.size());
        Node old = nodes.get(node);
        List<Integer> targets = new ArrayList<>(old.targets());
        targets.set(random.nextInt(targets.size()), random.nextInt(nodes.size()));
        other.nodes.set(node, new Node(old.kind(), old.name(), old.label(), targets));
        return other;
    }

    /** Ids by node, of a graph whose nodes are numbered by lot. */
    List<TypeId> ids(SplittableRandom random) {
        int[] place = order(random);
        int[] at = new int[place.length];
        for (int i = 0; i < place.length; i++) {
            at[place[i]] = i;
        }
        GraphArrays arrays = new GraphArrays(place.length);
        for (int i : at) {
            List<Integer> targets = new ArrayList<>(nodes.get(i).targets());
            if (nodes.get(i).kind() == Kind.AMBIGUOUS) {
                Collections.shuffle(targets, new Random(random.nextLong()));
            }
            int[] edges = targets.stream().mapToInt(t -> place[t]).toArray();
            ShapeText shape = shape(nodes.get(i), edges);
            arrays.add(shape.text(), shape.edges(), false, "");
        }
        Quotient quotient = Quotient.of(arrays.graph(), order(random));
        List<TypeId> ids = NodeIds.of(quotient.graph(), "");
        return IntStream.of(place).mapToObj(p -> ids.get(quotient.node(p))).toList();
    }

    GraphModel mutated(int node, String label) {
        GraphModel other = new GraphModel();
        other.nodes.addAll(nodes);
        Node old = nodes.get(node);
        other.nodes.set(node, new Node(old.kind(), old.name(), label, old.targets()));
        return other;
    }

    private static ShapeText shape(Node node, int[] edges) {
        ShapeText shape = new ShapeText().start(node.kind(), node.name()).trait(node.label());
        for (int edge : edges) {
            shape.edge("e", "", "", edge);
        }
        return shape;
    }

    /** Everything in one fragment, in an order drawn by lot. */
    Surface whole(SplittableRandom random) {
        Fragment fragment = new Fragment();
        int[] place = order(random);
        for (int i = 0; i < place.length; i++) {
            fragment.reserve();
        }
        for (int i = 0; i < nodes.size(); i++) {
            define(fragment, i, place);
        }
        Surface.Builder builder = new Surface.Builder(GraphUnion.of(List.of(fragment)), List.of(), "");
        for (int i = 0; i < place.length; i++) {
            builder.add("s" + i, 0, place[i]);
        }
        return builder.build(false);
    }

    private int[] order(SplittableRandom random) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(random.nextLong()));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    private void define(Fragment fragment, int i, int[] place) {
        Node node = nodes.get(i);
        int[] edges = node.targets().stream().mapToInt(t -> place[t]).toArray();
        fragment.define(place[i], shape(node, edges));
        if (!node.name().isEmpty()) {
            fragment.completes(place[i]);
        }
    }

    /**
     * In several fragments: each begins at some types, follows edges, and at named types stops now and then with a
     * declaration. Every named type is defined somewhere; several define the same.
     */
    Surface split(SplittableRandom random, int units) {
        List<Fragment> fragments = new ArrayList<>();
        List<Map<Integer, Integer>> places = new ArrayList<>();
        for (int u = 0; u < units; u++) {
            Map<Integer, Integer> place = new HashMap<>();
            Fragment fragment = new Fragment();
            List<Integer> roots = new ArrayList<>();
            for (int i : order(random)) {
                // The last unit has what no other has.
                int n = i;
                boolean known = places.stream().anyMatch(p -> p.containsKey(n));
                if (u == units - 1 ? !known : random.nextInt(3) == 0) {
                    roots.add(i);
                }
            }
            for (int root : roots) {
                unit(fragment, root, place, random);
            }
            fragments.add(fragment);
            places.add(place);
        }
        Surface.Builder builder = new Surface.Builder(GraphUnion.of(fragments), List.of(), "");
        for (int u = 0; u < units; u++) {
            int unit = u;
            places.get(u).forEach((i, node) -> builder.add("s" + i, unit, node));
        }
        return builder.build(false);
    }

    private void unit(Fragment fragment, int root, Map<Integer, Integer> place, SplittableRandom random) {
        List<Integer> work = new ArrayList<>();
        if (!place.containsKey(root)) {
            place.put(root, fragment.reserve());
            work.add(root);
        }
        while (!work.isEmpty()) {
            int i = work.removeLast();
            Node node = nodes.get(i);
            int[] edges = new int[node.targets().size()];
            for (int e = 0; e < edges.length; e++) {
                int target = node.targets().get(e);
                Integer known = place.get(target);
                if (known != null) {
                    edges[e] = known;
                } else if (!nodes.get(target).name().isEmpty() && random.nextBoolean()) {
                    edges[e] = declared(fragment, nodes.get(target));
                } else {
                    edges[e] = fragment.reserve();
                    place.put(target, edges[e]);
                    work.add(target);
                }
            }
            fragment.define(place.get(i), shape(node, edges));
            if (!node.name().isEmpty()) {
                fragment.completes(place.get(i));
            }
        }
    }

    private static int declared(Fragment fragment, Node node) {
        int place = fragment.reserve();
        fragment.define(
                place,
                new ShapeText()
                        .start(Kind.DECLARATION, node.name())
                        .trait(node.kind().word()));
        return place;
    }

    /** Bisimilarity by its definition: pairs are the same until a pair of pairs says otherwise. Quadratic in nodes, and more. */
    static boolean[][] bisimilar(GraphModel a, GraphModel b) {
        boolean[][] same = new boolean[a.nodes.size()][b.nodes.size()];
        for (int i = 0; i < a.nodes.size(); i++) {
            for (int j = 0; j < b.nodes.size(); j++) {
                Node x = a.nodes.get(i);
                Node y = b.nodes.get(j);
                same[i][j] = x.kind() == y.kind()
                        && x.name().equals(y.name())
                        && x.label().equals(y.label())
                        && x.targets().size() == y.targets().size();
            }
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int i = 0; i < a.nodes.size(); i++) {
                for (int j = 0; j < b.nodes.size(); j++) {
                    if (same[i][j] && !leadAlike(a.nodes.get(i), b.nodes.get(j), same)) {
                        same[i][j] = false;
                        changed = true;
                    }
                }
            }
        }
        return same;
    }

    private static boolean leadAlike(Node x, Node y, boolean[][] same) {
        boolean alike = true;
        for (int e = 0; e < x.targets().size(); e++) {
            alike &= same[x.targets().get(e)][y.targets().get(e)];
        }
        return alike
                || (x.kind() == Kind.AMBIGUOUS
                        && same[x.targets().get(0)][y.targets().get(1)]
                        && same[x.targets().get(1)][y.targets().get(0)]);
    }

    /** Which nodes reach a node. */
    boolean[] reaching(int target) {
        boolean[] reaches = new boolean[nodes.size()];
        reaches[target] = true;
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int i = 0; i < nodes.size(); i++) {
                if (!reaches[i] && nodes.get(i).targets().stream().anyMatch(t -> reaches[t])) {
                    reaches[i] = true;
                    changed = true;
                }
            }
        }
        return reaches;
    }
}
