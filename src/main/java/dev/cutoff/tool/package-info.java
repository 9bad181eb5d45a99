/**
 * The tools that builds run, as far as it is known what they can see of the files that they read: which program is which,
 * and what a command line asks of it.
 *
 * <p>Knows {@code model} alone. What is not recognised here is read as a whole, byte for byte: a new tool or option can
 * make Cutoff rebuild more, never less.
 */
@NullMarked
package dev.cutoff.tool;

import org.jspecify.annotations.NullMarked;
