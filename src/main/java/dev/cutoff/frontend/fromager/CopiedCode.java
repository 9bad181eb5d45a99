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
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.wheel.Bodies;
import dev.cutoff.abi.wheel.WheelReader;
import dev.cutoff.abi.zip.Entry;
import dev.cutoff.abi.zip.Inflation;
import dev.cutoff.abi.zip.ZipArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether code of a wheel's static archives and objects was copied into the binaries of another. A linker takes a member for
 * a symbol that it defines, and the symbol's name then stands in the table of the product, unless that was stripped.
 */
final class CopiedCode {

    /** The names that a wheel's archives define; empty where they can't all be told. */
    private final Map<Path, Optional<Set<String>>> offered = new HashMap<>();

    private final Map<Path, Optional<Set<String>>> defined = new HashMap<>();

    /** Suffixes of files that say how to compile, or are for people. */
    private static final Set<String> WITHOUT_CODE =
            Set.of("pc", "cmake", "m4", "mk", "gir", "txt", "md", "rst", "html");

    private static final Set<String> C = Set.of("c");
    private static final Set<String> FORTRAN = Set.of("f", "for", "f77", "f90", "f95");

    /** What begins a procedure of Fortran's. */
    private static final Pattern PROCEDURE =
            Pattern.compile("(?i)\\b(?:subroutine|function|entry|blockdata|block\\s+data)\\s+([a-z]\\w*)");

    private static String suffix(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * Whether code of a file of the build interface may be in consumers as it stands in it: archives, objects and sources; not
     * headers, and what Cython reads.
     */
    static boolean mayLeaveCode(String path) {
        String suffix = suffix(path);
        return !WITHOUT_CODE.contains(suffix)
                && !suffix.equals("pxd")
                && !suffix.equals("pxi")
                && !Header.isNamedSo(path.substring(path.lastIndexOf('/') + 1));
    }

    /** Whether the names that such a file leaves in a product can be told: where not, it counts for all consumers. */
    static boolean isTold(String path) {
        return WheelReader.isCopied(path) || C.contains(suffix(path)) || FORTRAN.contains(suffix(path));
    }

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
        return names.isEmpty() || has.isEmpty() || has.get().stream().anyMatch(name -> isOf(name, names.get()));
    }

    /** Compilers of Fortran put the module before a name, or something behind it; those of C something behind local ones. */
    private static boolean isOf(String symbol, Set<String> names) {
        int end = symbol.length();
        while (end > 0 && symbol.charAt(end - 1) == '_') {
            end--;
        }
        int module = symbol.indexOf("_MOD_");
        int dot = symbol.indexOf('.');
        return names.contains(symbol)
                || names.contains(symbol.substring(0, end))
                || (module >= 0 && names.contains(symbol.substring(module + 5)))
                || (dot > 0 && names.contains(symbol.substring(0, dot)));
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
        Set<String> sources = new HashSet<>();
        Set<String> inHeaders = new HashSet<>();
        Optional<Set<String>> archives = through(wheel, (entry, content, names) -> {
            String suffix = suffix(entry.name());
            if (C.contains(suffix)) {
                sources.addAll(Bodies.names(content));
            } else if (FORTRAN.contains(suffix)) {
                Matcher procedure = PROCEDURE.matcher(Cursor.text(content.bytesAt(0, content.size())));
                while (procedure.find()) {
                    sources.add(procedure.group(1).toLowerCase(Locale.ROOT));
                }
            } else if (Header.isNamedSo(entry.name().substring(entry.name().lastIndexOf('/') + 1))) {
                inHeaders.addAll(inHeader(content));
            } else if (WheelReader.isCopied(entry.name())) {
                return archived(entry, content, names);
            }
            return true;
        });
        // What a header defines is in all that include it, and says nothing of a source that defines it too.
        sources.removeAll(inHeaders);
        archives.ifPresent(names -> names.addAll(sources));
        return archives;
    }

    private static Set<String> inHeader(Cursor content) {
        try {
            return Bodies.names(content);
        } catch (FormatException e) {
            return Set.of();
        }
    }

    private static boolean archived(Entry entry, Cursor content, Set<String> names) throws FormatException {
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
