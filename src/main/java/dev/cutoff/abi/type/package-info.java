/**
 * Types as a graph, and identities for them that hold across files and runs.
 *
 * <p>A node is a {@link dev.cutoff.abi.type.Shape}, all that is its own, and edges to other nodes in the shape's order; so
 * the graph is a deterministic automaton, and two types are the same exactly where no path of edges tells them apart
 * (bisimilarity). {@link dev.cutoff.abi.type.Partition} finds the classes of same nodes, cycles, duplicates and
 * declarations that others complete included; {@link dev.cutoff.abi.type.TypeGraph} of one node for each class is what is
 * kept; {@link dev.cutoff.abi.type.NodeIds} gives each a digest that depends on what is reached from it and on nothing
 * else. {@link dev.cutoff.abi.type.Surface} is all of it for one file: the symbols' types, as consumers see them.
 *
 * <p>Knows nothing of DWARF. No method recurses on the depth of its input. docs/decisions/0015 shows why the result is
 * exact.
 */
@NullMarked
package dev.cutoff.abi.type;

import org.jspecify.annotations.NullMarked;
