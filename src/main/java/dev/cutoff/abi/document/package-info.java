/**
 * Interfaces as documents: written, and read back with nothing lost. What is read must have the digest that it says it has.
 *
 * <p>Depends on the forms ({@code fingerprint}, {@code wheel}) and on a JSON library.
 */
@NullMarked
package dev.cutoff.abi.document;

import org.jspecify.annotations.NullMarked;
