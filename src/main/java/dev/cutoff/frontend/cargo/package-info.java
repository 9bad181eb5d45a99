/**
 * The front end for cargo (docs/cargo.md): stands between cargo and the compiler, and decides for each call whether the
 * compiler has to run, whether dependents have to, or whether linking is enough.
 *
 * <p>What always holds: what cargo is told was made is a stock compile by the user's own compiler, or the stored outputs of
 * one whose inputs are equal. Metadata of an earlier compile is announced only where a comparison of the compiler's own
 * metadata said that the new one is the same to dependents. Everything else is passed on to the compiler.
 */
@NullMarked
package dev.cutoff.frontend.cargo;

import org.jspecify.annotations.NullMarked;
