/**
 * The command line: one class per command. Only this package knows picocli; only {@link dev.cutoff.cli.Main} ends the
 * process.
 */
@NullMarked
package dev.cutoff.cli;

import org.jspecify.annotations.NullMarked;
