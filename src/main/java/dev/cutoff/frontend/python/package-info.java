/**
 * The words of Python packaging: names, versions, requirements and markers, names of wheels, as the PEPs define them.
 *
 * <p>Knows nothing of Cutoff. What can't be told (an unknown variable in a marker, a version that is none) is said to be
 * unknown, never guessed.
 */
@NullMarked
package dev.cutoff.frontend.python;

import org.jspecify.annotations.NullMarked;
