/**
 * Builds under observation: from the system calls of a build's processes to its steps and uses, and from an entity to
 * its present state.
 *
 * <p>Depends on {@code model} and {@code decide}. The way: {@link dev.cutoff.observe.StraceReader} reads calls, {@link
 * dev.cutoff.observe.Trace} makes steps and accesses of them, {@link dev.cutoff.observe.UseCollector} makes uses of
 * those by the rules of {@link dev.cutoff.observe.SystemRules}; {@link dev.cutoff.observe.Present} answers how an entity
 * is now, at the time of recording and at each later comparison, by the same code.
 */
@NullMarked
package dev.cutoff.observe;

import org.jspecify.annotations.NullMarked;
