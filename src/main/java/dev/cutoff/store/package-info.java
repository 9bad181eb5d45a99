/**
 * What outlives a run: content-addressed blobs and trees, build records, their index, the stat cache.
 *
 * <p>Depends on {@code model} and {@code decide}. The only package that knows SQL. Several processes share a store:
 * blobs and trees come into being by rename, records by transaction, and nothing that is there is ever changed. What goes, goes by
 * {@link Collector} or as damaged.
 */
@NullMarked
package dev.cutoff.store;

import org.jspecify.annotations.NullMarked;
