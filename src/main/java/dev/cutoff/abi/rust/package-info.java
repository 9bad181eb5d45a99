/**
 * What Rust's compiler reads and writes: sources as lines whose ends may be moved, metadata as bytes of which few may
 * differ, rlibs as archives with a member of metadata (docs/cargo.md).
 *
 * <p>No file and no process is touched here. What is not understood has no layout, and nothing is kept without one.
 */
@NullMarked
package dev.cutoff.abi.rust;

import org.jspecify.annotations.NullMarked;
