package dev.cutoff.abi.fingerprint;

/** What a package as a whole offers: a form that a package of {@code abi} of its own reads, such as a wheel. */
public non-sealed interface Distribution extends Fingerprint {}
