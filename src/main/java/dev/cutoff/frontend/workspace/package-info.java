/**
 * The front end for workspaces of units that a shell can build: reads {@code cutoff.toml}.
 *
 * <p>Depends on {@code build} and {@code model}. Knows the file's form and nothing of decisions.
 */
@NullMarked
package dev.cutoff.frontend.workspace;

import org.jspecify.annotations.NullMarked;
