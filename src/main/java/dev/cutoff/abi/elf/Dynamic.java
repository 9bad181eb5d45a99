package dev.cutoff.abi.elf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the dynamic section tells the loader.
 *
 * @param present false for a file without one: a relocatable object, a static executable
 * @param symbolic whether the library's own definitions win over those of the program, in the library
 * @param textRelocations whether code itself is relocated
 * @param flags DT_FLAGS
 * @param flags1 DT_FLAGS_1
 * @param filters sonames whose symbols are looked up in place of this library's (DT_FILTER, DT_AUXILIARY)
 */
public record Dynamic(
        boolean present,
        @Nullable String soname,
        List<String> needed,
        @Nullable String rpath,
        @Nullable String runpath,
        boolean symbolic,
        boolean textRelocations,
        long flags,
        long flags1,
        List<String> filters) {

    static final Dynamic NONE = new Dynamic(false, null, List.of(), null, null, false, false, 0, 0, List.of());

    /** Whether it is a program though its type is that of a library (DF_1_PIE). */
    public boolean positionIndependentExecutable() {
        return (flags1 & 0x0800_0000) != 0;
    }
}
