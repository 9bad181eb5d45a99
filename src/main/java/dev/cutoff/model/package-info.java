/**
 * The words of the field as data: units, facts, steps, records, decisions, trees.
 *
 * <p>Depends on nothing of Cutoff. Everything here is immutable and touches no file, no clock and no process.
 */
@NullMarked
package dev.cutoff.model;

import org.jspecify.annotations.NullMarked;
