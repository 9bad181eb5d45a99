package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.SymbolVersion;
import dev.cutoff.abi.elf.Visibility;
import java.util.Comparator;
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
    static final Comparator<Offer> ORDER = Comparator.comparing(Offer::name)
            .thenComparing(o -> o.version == null ? "" : o.version)
            .thenComparing(Offer::kind)
            .thenComparing(Offer::binding)
            .thenComparing(Offer::visibility)
            .thenComparingLong(Offer::size)
            .thenComparing(Offer::isDefault);

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
