/** Targets for Jazzer: readers of the texts and compiled code that tools run ({@code src/test/sh/fuzz}). */
@NullMarked
package dev.cutoff.tool.fuzz;

import org.jspecify.annotations.NullMarked;
