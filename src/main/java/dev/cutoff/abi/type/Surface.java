package dev.cutoff.abi.type;

import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The types that a file's consumers see.
 *
 * @param tier how far the evidence goes
 * @param symbols node by full symbol name ({@code deflate@@ZLIB_1.2}); of symbols that nothing is known of, none
 * @param graph in which no two nodes are the same; beyond the border of public headers types are declared
 * @param exact ids by node, over all names
 * @param closure ids by symbol, across the border: over private types too
 * @param gaps what could not be read or had, in words; empty where all of it was
 * @param salt digest of what was read where anything in it is not known, else empty
 */
public record Surface(
        Tier tier,
        SortedMap<String, Integer> symbols,
        TypeGraph graph,
        List<TypeId> exact,
        SortedMap<String, TypeId> closure,
        List<String> gaps,
        String salt) {

    /** Nothing is known of types, for this reason. */
    public static Surface none(String why) {
        return new Surface(
                Tier.SYMBOLS,
                Collections.emptySortedMap(),
                new GraphArrays(0).graph(),
                List.of(),
                Collections.emptySortedMap(),
                List.of(why),
                "");
    }

    /** A surface that was written down before; its graph must have no two nodes that are the same. */
    public static Surface of(
            Tier tier,
            SortedMap<String, Integer> symbols,
            TypeGraph graph,
            SortedMap<String, TypeId> closure,
            List<String> gaps,
            String salt) {
        return new Surface(tier, symbols, graph, NodeIds.of(graph, salt), closure, gaps, salt);
    }

    /** Ids by node, of memory alone: nodes of the same layout share them. */
    public List<TypeId> layouts() {
        return LayoutView.ids(graph, salt);
    }

    /** Over the types of all symbols as consumers see them. */
    public Digest digest() {
        StringBuilder text = new StringBuilder(tier.word());
        symbols.forEach((symbol, node) -> text.append('\n')
                .append(symbol)
                .append('\t')
                .append(exact.get(node).hex()));
        gaps.forEach(gap -> text.append("\n\t").append(gap));
        return Digest.ofText(text.append('\n').append(salt).toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Surface surface && digest().equals(surface.digest());
    }

    @Override
    public int hashCode() {
        return digest().hashCode();
    }

    /** The id of a symbol's types, null where they are not known. */
    public @Nullable TypeId idOf(String symbol) {
        Integer node = symbols.get(symbol);
        return node == null ? null : exact.get(node);
    }

    /** Ids of the classes, structs, unions and enumerations that have names, by kind and name as in {@code struct tm}. */
    public SortedMap<String, TypeId> types() {
        SortedMap<String, TypeId> types = new TreeMap<>();
        for (int node = 0; node < graph.size(); node++) {
            Kind kind = graph.kind(node);
            if (kind.isCompletable() || kind == Kind.AMBIGUOUS) {
                Shape shape = graph.shape(node);
                String name = shape.name().isEmpty() ? graph.alias(node) : shape.name();
                String word = kind == Kind.AMBIGUOUS ? Kind.AMBIGUOUS.word() : kind.word();
                if (!name.isEmpty()) {
                    types.merge(word + " " + name, exact.get(node), (a, b) -> a.compareTo(b) < 0 ? a : b);
                }
            }
        }
        return types;
    }

    /** Makes surfaces of what was read. */
    public static final class Builder {

        private final GraphUnion union;
        private final SortedMap<String, List<Integer>> nodes = new TreeMap<>();
        private final List<String> gaps;
        private final String salt;

        /**
         * What was read.
         *
         * @param salt digest of what was read, by which what is unknown is told from what is unknown elsewhere
         */
        public Builder(GraphUnion union, List<String> gaps, String salt) {
            this.union = union;
            this.gaps = List.copyOf(gaps);
            this.salt = salt;
        }

        /** A symbol and one of the entries that tell its types. */
        public void add(String symbol, int fragment, int node) {
            nodes.computeIfAbsent(symbol, _ -> new ArrayList<>()).add(union.node(fragment, node));
        }

        /**
         * The surface.
         *
         * @param bordered whether it is known which types stand in public headers
         */
        public Surface build(boolean bordered) {
            Quotient full = Quotient.of(union.graph(), roots(nodes.values()));
            TypeGraph graph = full.graph();
            SortedMap<String, Integer> symbols = new TreeMap<>();
            List<int[]> several = new ArrayList<>();
            nodes.forEach((symbol, all) -> {
                int[] distinct = distinct(full, all);
                if (distinct.length > 1) {
                    symbols.put(symbol, full.graph().size() + several.size());
                    several.add(distinct);
                } else {
                    symbols.put(symbol, distinct[0]);
                }
            });
            graph = withAmbiguous(gaps.isEmpty() ? graph : distrusted(graph), several);
            List<TypeId> ids = NodeIds.of(graph, salt);
            SortedMap<String, TypeId> closure = new TreeMap<>();
            symbols.forEach((symbol, node) -> closure.put(symbol, ids.get(node)));
            if (!bordered) {
                return surface(Tier.TYPES, symbols, graph, ids, closure);
            }
            int[] roots = ints(symbols.values());
            Quotient seen = Quotient.of(PublicCut.of(graph, roots), roots);
            symbols.replaceAll((_, node) -> seen.node(node));
            return surface(Tier.HEADERS, symbols, seen.graph(), NodeIds.of(seen.graph(), salt), closure);
        }

        private Surface surface(
                Tier tier,
                SortedMap<String, Integer> symbols,
                TypeGraph graph,
                List<TypeId> exact,
                SortedMap<String, TypeId> closure) {
            return new Surface(
                    tier,
                    Collections.unmodifiableSortedMap(symbols),
                    graph,
                    exact,
                    Collections.unmodifiableSortedMap(closure),
                    gaps,
                    salt);
        }

        /** What nodes have become, each once, in order. */
        private static int[] distinct(Quotient full, List<Integer> nodes) {
            int[] all = new int[nodes.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = full.node(nodes.get(i));
            }
            Arrays.sort(all);
            int count = 0;
            for (int node : all) {
                if (count == 0 || all[count - 1] != node) {
                    all[count++] = node;
                }
            }
            return Arrays.copyOf(all, count);
        }

        private static int[] roots(Iterable<List<Integer>> nodes) {
            List<Integer> all = new ArrayList<>();
            nodes.forEach(all::addAll);
            return ints(all);
        }

        private static int[] ints(Collection<Integer> numbers) {
            int[] ints = new int[numbers.size()];
            int count = 0;
            for (int number : numbers) {
                ints[count++] = number;
            }
            return ints;
        }

        /** Where not all could be read, what is only declared may be defined there. */
        private static TypeGraph distrusted(TypeGraph graph) {
            GraphArrays arrays = new GraphArrays(graph.size());
            for (int node = 0; node < graph.size(); node++) {
                boolean declared = graph.kind(node) == Kind.DECLARATION;
                arrays.add(
                        declared
                                ? Kind.UNKNOWN.word()
                                        + graph.text(node)
                                                .substring(
                                                        Kind.DECLARATION.word().length())
                                : graph.text(node),
                        targets(graph, node),
                        graph.isPublic(node),
                        graph.alias(node));
            }
            return arrays.graph();
        }

        private static int[] targets(TypeGraph graph, int node) {
            int[] targets = new int[graph.edges(node)];
            for (int i = 0; i < targets.length; i++) {
                targets[i] = graph.edge(node, i);
            }
            return targets;
        }

        /** Adds a node for each symbol whose entries do not agree. */
        private static TypeGraph withAmbiguous(TypeGraph graph, List<int[]> several) {
            if (several.isEmpty()) {
                return graph;
            }
            GraphArrays arrays = new GraphArrays(graph.size() + several.size());
            for (int node = 0; node < graph.size(); node++) {
                arrays.add(graph.text(node), targets(graph, node), graph.isPublic(node), graph.alias(node));
            }
            for (int[] targets : several) {
                String text = Kind.AMBIGUOUS.word() + "\t\tsymbol" + "\n>candidate\t\t".repeat(targets.length);
                arrays.add(text, targets, false, "");
            }
            return arrays.graph();
        }
    }
}
