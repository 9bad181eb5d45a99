package dev.cutoff.frontend.cargo;

/**
 * What a run may rest on.
 *
 * @param exact whether dependents that are kept must show right line numbers
 * @param proofs whether the compiler may be run beside a compile to compare metadata; without that nothing whose
 *     dependencies were compiled is kept
 */
public record Terms(boolean exact, boolean proofs) {}
