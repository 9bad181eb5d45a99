/**
 * Archives of the ar command: members, and the index of the symbols that they define.
 *
 * <p>{@link dev.cutoff.abi.archive.Archive} reads those of GNU, BSD and LLVM, and thin ones, whose members are files of
 * their own.
 */
@NullMarked
package dev.cutoff.abi.archive;

import org.jspecify.annotations.NullMarked;
