/**
 * Doing it: the order of work over the graph, one unit's build in its sandbox under observation, what a workspace
 * keeps.
 *
 * <p>Depends on {@code stage}, {@code observe}, {@code store}, {@code decide} and {@code model}. {@link
 * dev.cutoff.build.Engine} is the way in: it judges each unit ({@link dev.cutoff.build.Judge}) and has those built that
 * need it ({@link dev.cutoff.build.UnitBuild}).
 */
@NullMarked
package dev.cutoff.build;

import org.jspecify.annotations.NullMarked;
