/**
 * What one run of GNU ld could see of a shared library or an archive that it read.
 *
 * <p>{@link dev.cutoff.abi.link.LinkCommand} says whether the run is one that is understood,
 * {@link dev.cutoff.abi.link.LinkScope} holds which names met in it, and gives the state of a library under these. It
 * always holds: where a library's old and new file have the same state, and all else that the linker read is the same,
 * the linker makes the same product, bit for bit, and ends with the same exit code. What is not understood has no state,
 * and the whole file counts.
 *
 * <p>How GNU ld behaves was measured on binutils 2.40. Depends on {@code model}, and on the readers of {@code abi}.
 */
@NullMarked
package dev.cutoff.abi.link;

import org.jspecify.annotations.NullMarked;
