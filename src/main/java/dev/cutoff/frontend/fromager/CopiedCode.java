package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.wheel.WheelReader;
import dev.cutoff.abi.zip.Entry;
import dev.cutoff.abi.zip.Inflation;
import dev.cutoff.abi.zip.ZipArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether code of a wheel's static archives and objects was copied into the binaries of another. A linker takes a member for
 * a symbol that it defines, and the symbol's name then stands in the table of the product, unless that was stripped.
 */
final class CopiedCode {

    /** The names that a wheel's archives define; empty where they can't all be told. */
    private final Map<Path, Optional<Set<String>>> offered = new HashMap<>();

    private final Map<Path, Optional<Set<String>>> defined = new HashMap<>();

    /** Whether it may have been. What can't be read may hold it. */
    boolean mayBe(Path consumer, Path provider) {
        Optional<Set<String>> names = offered.computeIfAbsent(provider, CopiedCode::offered);
        if (names.isPresent() && names.get().isEmpty()) {
            return false;
        }
        Optional<Set<String>> has = defined.computeIfAbsent(consumer, CopiedCode::defined);
        if (has.isPresent() && has.get().isEmpty()) {
            return false;
        }
        return names.isEmpty() || has.isEmpty() || names.get().stream().anyMatch(has.get()::contains);
    }

    private interface Look {
        /** Adds names; false where they can't all be told. */
        boolean at(Entry entry, Cursor content, Set<String> names) throws FormatException;
    }

    private static Optional<Set<String>> through(Path wheel, Look look) {
        Set<String> names = new HashSet<>();
        try {
            boolean all = MappedFile.read(wheel, bytes -> {
                ZipArchive archive = ZipArchive.open(bytes);
                boolean known = true;
                try (Inflation inflation = new Inflation(archive)) {
                    for (Entry entry : archive.entries()) {
                        known &= look.at(entry, inflation.content(entry), names);
                    }
                }
                return known;
            });
            return all ? Optional.of(names) : Optional.empty();
        } catch (FormatException | IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Set<String>> offered(Path wheel) {
        return through(wheel, (entry, content, names) -> {
            if (!WheelReader.isCopied(entry.name())) {
                return true;
            }
            FileKind kind = FileKind.of(content);
            if (kind != FileKind.ARCHIVE && kind != FileKind.ELF) {
                return false;
            }
            Fingerprint fingerprint = Fingerprinter.read(content, entry.name());
            return switch (fingerprint) {
                case Binary binary -> add(binary, names);
                case StaticArchive archive -> {
                    boolean all = !archive.thin();
                    for (StaticArchive.Part part : archive.parts()) {
                        Binary object = part.object();
                        all &= object != null && add(object, names);
                    }
                    yield all;
                }
                default -> false;
            };
        });
    }

    /** Code for the linker to compile can come into a product without a name of its own. */
    private static boolean add(Binary object, Set<String> names) {
        object.offers().forEach(offer -> names.add(offer.name()));
        return object.linkTimeCode() == LinkTimeCode.Compiler.NONE;
    }

    private static Optional<Set<String>> defined(Path wheel) {
        return through(wheel, (entry, content, names) -> {
            if (FileKind.of(content) != FileKind.ELF || WheelReader.isCopied(entry.name())) {
                return true;
            }
            boolean whole = false;
            for (ElfSymbol symbol : ElfFile.open(content).symbols()) {
                boolean code = symbol.kind().function() || symbol.kind() == SymbolKind.OBJECT;
                if (symbol.defined() && code) {
                    names.add(symbol.name());
                    // Where local names were taken out, hidden ones of archives went with them.
                    whole |= !symbol.global();
                }
            }
            names.add("");
            return whole;
        });
    }
}
