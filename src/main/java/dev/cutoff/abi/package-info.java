/**
 * Readers of what builds make and read: bytes to the parts of an interface.
 *
 * <p>Depends on {@code model} and the JDK alone. Every reader takes a {@link dev.cutoff.abi.Cursor}, trusts nothing that
 * it reads, and throws {@link dev.cutoff.abi.FormatException} and nothing else for damaged input; the memory that it
 * takes is linear in the size of the file.
 */
@NullMarked
package dev.cutoff.abi;

import org.jspecify.annotations.NullMarked;
