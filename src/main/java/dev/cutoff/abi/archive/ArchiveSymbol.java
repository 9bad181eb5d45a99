package dev.cutoff.abi.archive;

/**
 * An entry of the symbol index.
 *
 * @param member the place of the member that defines it in {@link Archive#members()}
 */
public record ArchiveSymbol(String name, int member) {}
