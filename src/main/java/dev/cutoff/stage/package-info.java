/**
 * Trees on disk: sources as they are found, staged copies, artifacts as builds and users see them.
 *
 * <p>Depends on {@code model}, {@code decide} and {@code store}. Whatever a build can write to is a copy; hard links
 * into the store stand only where a read-only mount is put over them.
 */
@NullMarked
package dev.cutoff.stage;

import org.jspecify.annotations.NullMarked;
