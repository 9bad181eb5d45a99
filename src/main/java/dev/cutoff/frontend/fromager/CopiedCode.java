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

    /** @param procedures those of them that sources of Fortran define alone */
    private record Offered(Set<String> names, Set<String> procedures) {}

    /** @param ofC whether the file that it stands under in the symbol table is one of C or C++ */
    private record Left(String name, boolean ofC) {}

    /** The names that a wheel's archives and sources define; empty where they can't all be told. */
    private final Map<Path, Optional<Offered>> offered = new HashMap<>();

    /** What was left in a wheel's binaries; empty where it can't all be told. */
    private final Map<Path, Optional<Set<Left>>> defined = new HashMap<>();

    /** Suffixes of files that say how to compile, or are for people. */
    private static final Set<String> WITHOUT_CODE =
            Set.of("pc", "cmake", "m4", "mk", "gir", "txt", "md", "rst", "html");

    private static final Set<String> C = Set.of("c");

    /** Suffixes of what compilers of C and C++ take alone. */
    private static final Set<String> C_FAMILY = Set.of("c", "cc", "cpp", "cxx", "c++");

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
        Optional<Offered> offers = offered.computeIfAbsent(provider, CopiedCode::offered);
        if (offers.isPresent() && offers.get().names().isEmpty()) {
            return false;
        }
        Optional<Set<Left>> has = defined.computeIfAbsent(consumer, CopiedCode::defined);
        if (has.isPresent() && has.get().isEmpty()) {
            return false;
        }
        return offers.isEmpty() || has.isEmpty() || has.get().stream().anyMatch(symbol -> isOf(symbol, offers.get()));
    }

    /** Compilers of Fortran put the module before a name, or something behind it; those of C something behind local ones. */
    private static boolean isOf(Left symbol, Offered offers) {
        String name = symbol.name();
        int end = name.length();
        while (end > 0 && name.charAt(end - 1) == '_') {
            end--;
        }
        int module = name.indexOf("_MOD_");
        int dot = name.indexOf('.');
        return isOf(name, symbol.ofC(), offers)
                || isOf(name.substring(0, end), symbol.ofC(), offers)
                || (module >= 0 && isOf(name.substring(module + 5), symbol.ofC(), offers))
                || (dot > 0 && isOf(name.substring(0, dot), symbol.ofC(), offers));
    }

    private static boolean isOf(String name, boolean ofC, Offered offers) {
        return offers.names().contains(name) && !(ofC && offers.procedures().contains(name));
    }

    private interface Look<T> {
        /** Adds what it finds; false where it can't all be told. */
        boolean at(Entry entry, Cursor content, Set<T> found) throws FormatException;
    }

    private static <T> Optional<Set<T>> through(Path wheel, Look<T> look) {
        Set<T> names = new HashSet<>();
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

    private static Optional<Offered> offered(Path wheel) {
        Set<String> sources = new HashSet<>();
        Set<String> procedures = new HashSet<>();
        Set<String> inHeaders = new HashSet<>();
        Optional<Set<String>> archives = CopiedCode.<String>through(wheel, (entry, content, names) -> {
            String suffix = suffix(entry.name());
            if (C.contains(suffix)) {
                sources.addAll(Bodies.names(content));
            } else if (FORTRAN.contains(suffix)) {
                Matcher procedure = PROCEDURE.matcher(Cursor.text(content.bytesAt(0, content.size())));
                while (procedure.find()) {
                    procedures.add(procedure.group(1).toLowerCase(Locale.ROOT));
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
        procedures.removeAll(inHeaders);
        return archives.map(names -> {
            names.addAll(sources);
            procedures.removeAll(names);
            names.addAll(procedures);
            return new Offered(names, procedures);
        });
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

    private static Optional<Set<Left>> defined(Path wheel) {
        return CopiedCode.<Left>through(wheel, (entry, content, left) -> {
            if (FileKind.of(content) != FileKind.ELF || WheelReader.isCopied(entry.name())) {
                return true;
            }
            boolean whole = false;
            String file = "";
            for (ElfSymbol symbol : ElfFile.open(content).symbols()) {
                boolean code = symbol.kind().function() || symbol.kind() == SymbolKind.OBJECT;
                if (symbol.kind() == SymbolKind.FILE) {
                    file = symbol.name();
                } else if (symbol.defined() && code) {
                    // Local symbols follow that of the source that they are from (gABI, "Symbol Table", STT_FILE);
                    // what was hidden by the linker follows one without a name.
                    left.add(new Left(symbol.name(), !symbol.global() && C_FAMILY.contains(suffix(file))));
                    // Where local names were taken out, hidden ones of archives went with them.
                    whole |= !symbol.global();
                }
            }
            left.add(new Left("", false));
            return whole;
        });
    }
}
