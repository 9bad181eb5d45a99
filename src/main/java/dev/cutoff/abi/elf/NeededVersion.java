package dev.cutoff.abi.elf;

/**
 * A version that the loader must find in a library, whether or not a symbol names it.
 *
 * @param weak whether the loader only warns where it is missing
 */
public record NeededVersion(String file, String name, boolean weak) {}
