package dev.cutoff.abi.wheel;

import dev.cutoff.abi.fingerprint.Canon;
import dev.cutoff.model.Digest;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What an extension module, a library or a program of a wheel asks of others.
 *
 * @param extension whether it is an extension module: it offers nothing to links, whatever it exports
 * @param imports names of symbols, {@code read@GLIBC_2.2.5} or {@code deflate}, by the soname that they are asked of. A
 *     needed library that nothing ties a symbol to has none; symbols that nothing ties to a library stand under the empty
 *     name. Names of the Python C API are not among them
 * @param own those of the sonames that the wheel brings along itself
 * @param weak those of the imported names that may be missing
 * @param python names of the Python C API ({@code Py*}, {@code _Py*})
 * @param stableAbi the first version of Python whose stable ABI has all of these, {@code 3.8}; null where one of them is in none
 * @param uses what it takes without a link, by the keys of {@link Wheel#capi}: a capsule that it imports, with the slots that it
 *     is known to read ({@code 2 45 69}; {@code ?} where they are not known); a constant that was compiled into it; the domain
 *     that it shares types in; {@code name pkg.module}: names that it may look capsules up by, with an empty value
 */
public record ModuleNeeds(
        boolean extension,
        SortedMap<String, SortedSet<String>> imports,
        SortedSet<String> own,
        SortedSet<String> weak,
        SortedSet<String> python,
        @Nullable String stableAbi,
        SortedMap<String, String> uses) {

    /** Over all of it. */
    public Digest digest() {
        Canon canon = new Canon("module");
        canon.word(extension).word(stableAbi).end();
        imports.forEach((library, names) -> {
            canon.word("from").word(library).word(own.contains(library));
            names.forEach(canon::word);
            canon.end();
        });
        canon.line("weak", weak);
        canon.line("python", python);
        uses.forEach((key, value) -> canon.word("use").word(key).word(value).end());
        return canon.digest();
    }
}
