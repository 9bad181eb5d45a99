package dev.cutoff.abi.elf;

import org.jspecify.annotations.Nullable;

/**
 * The version that a symbol is bound to.
 *
 * @param isDefault whether a link without a version gets this one ({@code name@@V}); never so for an undefined symbol
 * @param file the soname that the version is asked of, null where the file itself defines the version
 */
public record SymbolVersion(
        String name, boolean isDefault, @Nullable String file) {}
