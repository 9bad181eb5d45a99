/**
 * What changed between two fingerprints, and two verdicts on it: would a consumer's rebuild see the same, and does what was
 * built against the old one work with the new one.
 *
 * <p>A verdict of yes needs evidence; where there is none it is unknown, with the reason. Types are not compared yet, so
 * that "works" goes as far as symbols do.
 */
@NullMarked
package dev.cutoff.abi.diff;

import org.jspecify.annotations.NullMarked;
