/**
 * The front end for Python projects: build requirements resolved to a lock (PEP 518), the environment that they make, and the
 * hooks that build a wheel in it (PEP 517, 660) as a unit's recipe.
 *
 * <p>Depends on {@code build}, {@code abi.zip} and {@code model}. Knows pip and wheels, and nothing of decisions or of the
 * store: what is remembered goes through {@link dev.cutoff.frontend.python.Memory}.
 */
@NullMarked
package dev.cutoff.frontend.pep517;

import org.jspecify.annotations.NullMarked;
