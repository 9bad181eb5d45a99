package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import org.jspecify.annotations.Nullable;

/** Finds the parts of debug information that stand in other files; null for what can't be had. */
public interface DebugFiles {

    /** No other files are looked at: bytes that have no place in a file system. */
    DebugFiles NONE = new DebugFiles() {
        @Override
        public @Nullable Cursor separate(ElfFile elf) {
            return null;
        }

        @Override
        public @Nullable Cursor supplement(String name, byte[] buildId) {
            return null;
        }

        @Override
        public @Nullable Cursor split(String name, @Nullable String folder) {
            return null;
        }

        @Override
        public @Nullable Cursor splitPackage() {
            return null;
        }
    };

    /** The debug information of a file that was stripped of it, by its build id or its link. */
    @Nullable
    Cursor separate(ElfFile elf) throws FormatException;

    /** The file that several share the common part of their debug information in (dwz). */
    @Nullable
    Cursor supplement(String name, byte[] buildId) throws FormatException;

    /** The file of a split unit, by the name in its skeleton and the folder in which it was compiled. */
    @Nullable
    Cursor split(String name, @Nullable String folder) throws FormatException;

    /** The package that has all split units of the file ({@code libx.so.dwp} for {@code libx.so}). */
    @Nullable
    Cursor splitPackage() throws FormatException;
}
