package dev.cutoff.abi.wheel;

import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What an extension module or a library of a wheel asks of others.
 *
 * @param extension whether it is an extension module: it offers nothing to links, whatever it exports
 * @param imports names of symbols, {@code read@GLIBC_2.2.5} or {@code PyList_New}, by the soname that they are asked of. A
 *     needed library that no version ties a symbol to has none; symbols that nothing ties to a library stand under the empty
 *     name. Names of the Python C API are not among them
 * @param own those of the sonames that the wheel brings along itself
 * @param weak those of the imported names that may be missing
 * @param python names of the Python C API ({@code Py*}, {@code _Py*})
 * @param stableAbi the first version of Python whose stable ABI has all of these, {@code 3.8}; null where one of them is in none
 * @param uses what it takes without a link, by the keys of {@link Wheel#capi}: a capsule that it imports with the slots that it
 *     is known to read ({@code 2 45 69}; {@code ?} for slots that are not known), a constant that was compiled into it, the domain
 *     that it shares types in
 * @param functions names of the functions that it defines, local ones too; empty where its symbol table was stripped
 * @param symbols whether it has the symbol table that {@code functions} are from
 */
public record ModuleNeeds(
        boolean extension,
        SortedMap<String, SortedSet<String>> imports,
        SortedSet<String> own,
        SortedSet<String> weak,
        SortedSet<String> python,
        @Nullable String stableAbi,
        SortedMap<String, String> uses,
        SortedSet<String> functions,
        boolean symbols) {}
