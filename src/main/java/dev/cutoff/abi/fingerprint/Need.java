package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.SymbolVersion;
import org.jspecify.annotations.Nullable;

/**
 * A symbol that must come from another file.
 *
 * @param file the soname that the version is asked of, null without a version
 * @param weak whether the file can do without it
 * @param copied whether it is data that this program holds a copy of, of the size that was known when it was linked
 */
public record Need(
        String name, @Nullable String version, @Nullable String file, boolean weak, boolean copied) {

    /** By name, version and file; the rest only so that there is one order. Written out as in {@link Offer}. */
    static int compare(Need a, Need b) {
        int order = a.name.compareTo(b.name);
        order = order == 0 ? orEmpty(a.version).compareTo(orEmpty(b.version)) : order;
        order = order == 0 ? orEmpty(a.file).compareTo(orEmpty(b.file)) : order;
        order = order == 0 ? Boolean.compare(a.weak, b.weak) : order;
        return order == 0 ? Boolean.compare(a.copied, b.copied) : order;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static Need of(ElfSymbol symbol, boolean copied) {
        SymbolVersion version = symbol.version();
        return new Need(
                symbol.name(),
                version == null ? null : version.name(),
                version == null ? null : version.file(),
                symbol.binding() == Binding.WEAK,
                copied);
    }

    /** The name as tools print it: {@code read@GLIBC_2.2.5}. */
    public String fullName() {
        return version == null ? name : name + "@" + version;
    }

    void write(Canon canon) {
        canon.word("need")
                .word(name)
                .word(version)
                .word(file)
                .word(weak)
                .word(copied)
                .end();
    }
}
