/** Debug information as compilers write it, and as they do not. */
package dev.cutoff.abi.dwarf;
