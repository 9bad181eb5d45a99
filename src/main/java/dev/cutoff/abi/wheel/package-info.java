/**
 * Wheels (PEP 427, PEP 491): what an installed distribution offers to those who build against it, run it in a build or load
 * it, and what its binaries ask of others.
 *
 * <p>{@link dev.cutoff.abi.wheel.WheelReader} is the way in: it reads the zip as it is, unpacks nothing to disk and runs
 * nothing. Facets are kept apart, so that a policy takes those that count for it. What could not be read is a gap of its facet,
 * and a facet with a gap is unknown: equal to no other, and not to itself of another day.
 */
@NullMarked
package dev.cutoff.abi.wheel;

import org.jspecify.annotations.NullMarked;
