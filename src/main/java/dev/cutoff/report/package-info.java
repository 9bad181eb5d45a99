/**
 * What people and programs get to see: terminal, JSON.
 *
 * <p>Depends on {@code build}, {@code abi} and {@code model}. Colours and moving lines only on a terminal.
 */
@NullMarked
package dev.cutoff.report;

import org.jspecify.annotations.NullMarked;
