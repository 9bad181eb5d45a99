/**
 * Rules that turn records and the present state of things into decisions.
 *
 * <p>Depends on {@code model} alone. Pure functions: what is so at present comes in through {@link
 * dev.cutoff.decide.World}; no ecosystem, file, clock or process is known here.
 */
@NullMarked
package dev.cutoff.decide;

import org.jspecify.annotations.NullMarked;
