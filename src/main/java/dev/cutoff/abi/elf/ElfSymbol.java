package dev.cutoff.abi.elf;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a symbol table.
 *
 * @param index its place in the table
 * @param version null where the file has no versions, and for a symbol that has none
 * @param section the index of the section that defines it, or {@link #UNDEFINED}, {@link #ABSOLUTE}, {@link #COMMON},
 *     {@link #RESERVED}
 * @param size in bytes, 0 where it is not known
 */
public record ElfSymbol(
        int index,
        String name,
        @Nullable SymbolVersion version,
        SymbolKind kind,
        Binding binding,
        Visibility visibility,
        int section,
        long value,
        long size) {

    public static final int UNDEFINED = 0;
    public static final int ABSOLUTE = -1;
    public static final int COMMON = -2;
    /** One of the section numbers that the format leaves to machines and systems. */
    public static final int RESERVED = -3;

    public boolean defined() {
        return section != UNDEFINED;
    }

    /** Whether other files can bind to it once it is linked. */
    public boolean exported() {
        return defined() && global() && (visibility == Visibility.DEFAULT || visibility == Visibility.PROTECTED);
    }

    public boolean global() {
        return binding == Binding.GLOBAL || binding == Binding.WEAK || binding == Binding.UNIQUE;
    }

    /** The name as tools print it: {@code deflate@@ZLIB_1.2}, {@code read@GLIBC_2.2.5}, {@code main}. */
    public String fullName() {
        return version == null ? name : name + (version.isDefault() ? "@@" : "@") + version.name();
    }
}
