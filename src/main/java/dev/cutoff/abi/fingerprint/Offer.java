package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.SymbolVersion;
import dev.cutoff.abi.elf.Visibility;
import org.jspecify.annotations.Nullable;

/**
 * A symbol that others can bind to.
 *
 * @param version null where it has none
 * @param isDefault whether a link that asks for no version gets this one
 * @param size in bytes, of data and thread-local data; 0 for all else, and where it is not known
 */
public record Offer(
        String name,
        @Nullable String version,
        boolean isDefault,
        SymbolKind kind,
        Binding binding,
        Visibility visibility,
        long size) {

    /** By name, then version; the rest only so that there is one order. */
    static int compare(Offer a, Offer b) {
        int order = a.name.compareTo(b.name);
        if (order == 0) {
            order = (a.version == null ? "" : a.version).compareTo(b.version == null ? "" : b.version);
        }
        return order == 0 ? compareRest(a, b) : order;
    }

    // Comparators that the library puts together are made at run time, each as dear as a small file.
    private static int compareRest(Offer a, Offer b) {
        int order = a.kind.compareTo(b.kind);
        order = order == 0 ? a.binding.compareTo(b.binding) : order;
        order = order == 0 ? a.visibility.compareTo(b.visibility) : order;
        order = order == 0 ? Long.compare(a.size, b.size) : order;
        return order == 0 ? Boolean.compare(a.isDefault, b.isDefault) : order;
    }

    static Offer of(ElfSymbol symbol) {
        SymbolVersion version = symbol.version();
        return new Offer(
                symbol.name(),
                version == null ? null : version.name(),
                version == null || version.isDefault(),
                symbol.kind(),
                symbol.binding(),
                symbol.visibility(),
                isSized(symbol.kind()) ? symbol.size() : 0);
    }

    private static boolean isSized(SymbolKind kind) {
        return kind == SymbolKind.OBJECT || kind == SymbolKind.COMMON || kind == SymbolKind.TLS;
    }

    /** Whether it is data whose size its users may know, thread-local data included. */
    public boolean isData() {
        return isSized(kind);
    }

    /** The name as tools print it: {@code deflate@@ZLIB_1.2}, {@code main}. */
    public String fullName() {
        return version == null ? name : name + (isDefault ? "@@" : "@") + version;
    }

    void write(Canon canon) {
        canon.word("offer").word(name).word(version).word(isDefault).word(kind.name());
        canon.word(binding.name()).word(visibility.name()).word(size).end();
    }
}
