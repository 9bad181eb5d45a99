/**
 * Fingerprints: the interface that a file or folder offers, as far as it is read, in one canonical form with a digest.
 *
 * <p>Two fingerprints have the same digest exactly where {@link dev.cutoff.abi.diff} finds no change between them. What
 * no consumer can see is left out: addresses, build ids, debug information, run paths, the order of symbols, sizes of
 * functions. Types have a digest of their own beside it, since not every file has debug information; {@link
 * dev.cutoff.abi.fingerprint.Fingerprint#evidence} says how far a fingerprint goes.
 */
@NullMarked
package dev.cutoff.abi.fingerprint;

import org.jspecify.annotations.NullMarked;
