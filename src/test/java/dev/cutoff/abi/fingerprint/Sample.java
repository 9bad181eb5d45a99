package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.type.Surface;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Interfaces written in a few words: {@code "data:8 deflate@@V1 func"}. */
public final class Sample {

    private Sample() {}

    /** A library that offers these, separated by blanks; data has its size after a colon. */
    public static Binary library(@Nullable String soname, String offers, String... needed) {
        List<Offer> all = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        for (String word : offers.split(" ", -1)) {
            if (!word.isEmpty()) {
                Offer offer = offer(word);
                all.add(offer);
                if (offer.version() != null && !versions.contains(offer.version())) {
                    versions.add(offer.version());
                }
            }
        }
        all.sort(Offer::compare);
        return binary(
                Form.SHARED, soname, List.of(needed), versions.stream().sorted().toList(), all, List.of(), List.of());
    }

    /** A program that needs these of a library: {@code name}, {@code name@VERSION}; with a star it holds a copy. */
    public static Binary program(String soname, String needs) {
        List<Need> all = new ArrayList<>();
        List<NeededVersion> versions = new ArrayList<>();
        for (String word : needs.split(" ", -1)) {
            String name = word.replace("*", "").replace("?", "");
            int at = name.indexOf('@');
            String version = at < 0 ? null : name.substring(at + 1);
            all.add(new Need(
                    at < 0 ? name : name.substring(0, at),
                    version,
                    version == null ? null : soname,
                    word.endsWith("?"),
                    word.endsWith("*")));
            if (version != null) {
                versions.add(new NeededVersion(soname, version, false));
            }
        }
        all.sort(Need::compare);
        return binary(
                Form.PROGRAM,
                null,
                List.of(soname),
                List.of(),
                List.of(),
                all,
                versions.stream().distinct().toList());
    }

    /** The same with other needs of its own. */
    public static Binary needing(Binary library, Need... needs) {
        return binary(
                library.form(),
                library.soname(),
                library.needed(),
                library.versions(),
                library.offers(),
                List.of(needs),
                List.of());
    }

    private static Binary binary(
            Form form,
            @Nullable String soname,
            List<String> needed,
            List<String> versions,
            List<Offer> offers,
            List<Need> needs,
            List<NeededVersion> neededVersions) {
        return new Binary(
                form,
                new Machine(62, 64, true, 0),
                null,
                soname,
                needed,
                List.of(),
                versions,
                neededVersions,
                List.copyOf(offers),
                List.copyOf(needs),
                LinkTimeCode.Compiler.NONE,
                false,
                Surface.none("drawn up by hand"));
    }

    /** Such as {@code x}, {@code x@@V}, {@code x@V:8}, {@code x:8:tls}, {@code x::ifunc}, {@code x:::weak}. */
    private static Offer offer(String word) {
        String[] parts = (word + ":::").split(":", -1);
        String[] name = parts[0].split("@", -1);
        long size = parts[1].isEmpty() ? 0 : Long.parseLong(parts[1]);
        SymbolKind kind = parts[2].isEmpty()
                ? parts[1].isEmpty() ? SymbolKind.FUNC : SymbolKind.OBJECT
                : SymbolKind.valueOf(parts[2].toUpperCase(Locale.ROOT));
        Binding binding = parts[3].isEmpty() ? Binding.GLOBAL : Binding.valueOf(parts[3].toUpperCase(Locale.ROOT));
        return new Offer(
                name[0],
                name.length == 1 ? null : name[name.length - 1],
                name.length != 2,
                kind,
                binding,
                word.endsWith("::protected") ? Visibility.PROTECTED : Visibility.DEFAULT,
                size);
    }
}
