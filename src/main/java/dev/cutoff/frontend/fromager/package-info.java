/**
 * The front end for fromager: its graph, its settings and the wheels that it built become units, inputs and facts
 * (docs/fromager.md).
 *
 * <p>A reader of foreign files: what is wrong with one is said with its name and place, and nothing else comes out. What a
 * graph says is what a run is to make; what a wheel was built with is known from records alone.
 */
@NullMarked
package dev.cutoff.frontend.fromager;

import org.jspecify.annotations.NullMarked;
