/** Machine code of x86-64, as far as its instructions' lengths. */
@NullMarked
package dev.cutoff.abi.x86;

import org.jspecify.annotations.NullMarked;
