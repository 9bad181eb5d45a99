/**
 * Graph files: units, what their builds relied on and what is so at present, in one text (docs/graph.md). A plan is made
 * from it alone, by the rules of {@code decide}; no workspace, no store and no sources are needed.
 *
 * <p>A reader of foreign bytes: what is wrong with a file is said with its line, and nothing else comes out.
 */
@NullMarked
package dev.cutoff.frontend.graph;

import org.jspecify.annotations.NullMarked;
