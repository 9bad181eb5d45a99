/**
 * Fuzzing of the readers: {@link dev.cutoff.abi.fuzz.MutationTest} with seeded mutations of real files, in each test run;
 * the {@code *Fuzz} classes under Jazzer, by {@code src/test/sh/fuzz}.
 */
package dev.cutoff.abi.fuzz;
