package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.fingerprint.Form;
import dev.cutoff.abi.wheel.Wheel.Facet;
import dev.cutoff.abi.wheel.Wheel.Gap;
import dev.cutoff.abi.zip.Entry;
import dev.cutoff.abi.zip.Inflation;
import dev.cutoff.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the files of a wheel one by one, for one thread. */
final class PartReader implements AutoCloseable {

    /** What auditwheel makes of the names of libraries that it copies into a wheel: eight digits before the suffix. */
    private static final Pattern HASHED = Pattern.compile(".+-[0-9a-f]{8}(\\.so.*|\\.so)");

    /** Mach-O for one and for several machines, in either byte order. */
    private static final Set<Integer> MACH_O = Set.of(0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xbebafeca);

    private static final int MZ = 0x5a4d;

    private final Inflation inflation;
    private final RecordFile record;
    private final String base;
    private final @Nullable Set<String> headers;

    /**
     * A reader.
     *
     * @param base name and version, as folders of the wheel begin
     * @param headers names of the wheel's headers, null where it has none
     */
    PartReader(Inflation inflation, RecordFile record, String base, @Nullable Set<String> headers) {
        this.inflation = inflation;
        this.record = record;
        this.base = base;
        this.headers = headers;
    }

    @Override
    public void close() {
        inflation.close();
    }

    /**
     * Reads a file.
     *
     * @throws FormatException if it is not what the zip and RECORD say; what is in it that can't be read is a gap
     */
    Part read(Entry entry) throws FormatException {
        Cursor content = inflation.content(entry);
        Digest raw = check(entry, content);
        String path = Placing.path(entry.name(), base);
        Placing placing = Placing.of(path);
        List<Gap> gaps = new ArrayList<>();
        return switch (FileKind.of(content)) {
            case ELF -> elf(path, placing, content, raw, gaps);
            case ARCHIVE -> archive(path, content, raw, gaps);
            case THIN_ARCHIVE, BITCODE -> {
                gaps.add(new Gap(Facet.BUILD, path, "is a thin archive or bitcode, which is not read"));
                yield part(path, Placing.BUILD, raw, gaps);
            }
            case OTHER -> other(entry, path, placing, content, raw, gaps);
        };
    }

    /** The digest of the content, which must be what RECORD says. */
    private Digest check(Entry entry, Cursor content) throws FormatException {
        Digest raw = CodeDigest.raw(content);
        RecordFile.Line line = record.of(entry.name());
        if (line != null) {
            byte[] actual = raw.bytes();
            if (!line.algorithm().equals("sha256")) {
                MessageDigest other = algorithm(line.algorithm());
                content.digest(other, 0, content.size());
                actual = other.digest();
            }
            if (!MessageDigest.isEqual(actual, line.digest())) {
                throw content.wrong(0, "its content is not what RECORD says: its digest is another");
            }
        }
        return raw;
    }

    private static MessageDigest algorithm(String name) {
        try {
            return MessageDigest.getInstance(name.replace("sha", "SHA-").toUpperCase(Locale.ROOT));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    private static Part part(String path, Placing placing, Digest digest, List<Gap> gaps) {
        return new Part(path, placing, digest, null, null, null, new TreeMap<>(), null, gaps);
    }

    private Part elf(String path, Placing placing, Cursor content, Digest raw, List<Gap> gaps) {
        try {
            Digest code = CodeDigest.of(content);
            ElfFile elf = ElfFile.open(content);
            if (elf.header().type() == ElfType.RELOCATABLE) {
                String functions = String.join(" ", functions(elf));
                return new Part(path, Placing.BUILD, code, null, null, null, new TreeMap<>(), functions, gaps);
            }
            Module module = Module.read(path, elf);
            LinkFace face = module != null && module.library() ? face(path, content, elf) : null;
            return new Part(path, placing, code, face, module, null, new TreeMap<>(), null, gaps);
        } catch (FormatException e) {
            for (Facet facet : new Facet[] {Facet.LIBRARIES, Facet.MODULES, Facet.CAPI}) {
                gaps.add(new Gap(facet, path, reason(e)));
            }
            return part(path, placing, raw, gaps);
        }
    }

    /** Of a library whose name has a hash, nobody else asks for symbols. */
    private @Nullable LinkFace face(String path, Cursor content, ElfFile elf) throws FormatException {
        if (HASHED.matcher(path.substring(path.lastIndexOf('/') + 1)).matches()) {
            return new LinkFace(true, Binary.withoutSymbols(elf));
        }
        return Fingerprinter.read(content, path, headers) instanceof Binary binary && binary.form() == Form.SHARED
                ? new LinkFace(false, binary)
                : null;
    }

    private static Part archive(String path, Cursor content, Digest raw, List<Gap> gaps) {
        try {
            SortedSet<String> functions = new TreeSet<>();
            for (Member member : Archive.read(content).members()) {
                Cursor object = member.content();
                if (object != null && FileKind.of(object) == FileKind.ELF) {
                    functions.addAll(functions(ElfFile.open(object)));
                }
            }
            return new Part(
                    path,
                    Placing.BUILD,
                    CodeDigest.of(content),
                    null,
                    null,
                    null,
                    new TreeMap<>(),
                    String.join(" ", functions),
                    gaps);
        } catch (FormatException e) {
            gaps.add(new Gap(Facet.BUILD, path, reason(e)));
            gaps.add(new Gap(Facet.CAPI, path, reason(e)));
            return part(path, Placing.BUILD, raw, gaps);
        }
    }

    private static SortedSet<String> functions(ElfFile object) throws FormatException {
        SortedSet<String> functions = new TreeSet<>();
        for (ElfSymbol symbol : object.symbols()) {
            if (symbol.defined() && symbol.global()) {
                functions.add(symbol.name());
            }
        }
        return functions;
    }

    private static Part other(Entry entry, String path, Placing placing, Cursor content, Digest raw, List<Gap> gaps)
            throws FormatException {
        if (isForeign(path, content)) {
            for (Facet facet : new Facet[] {Facet.LIBRARIES, Facet.MODULES, Facet.CAPI}) {
                gaps.add(new Gap(facet, path, "is a binary of another system than Linux, which is not read"));
            }
        }
        Digest digest = raw;
        HeaderTable header = null;
        if (placing == Placing.HEADER) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            try {
                digest = Fingerprinter.read(content, name).digest();
            } catch (FormatException e) {
                // What compilers would not take either counts by its bytes.
                digest = raw;
            }
            HeaderTable table = HeaderTable.read(text(content));
            header = table.isEmpty() ? null : table;
        } else if (placing == Placing.TOOL && entry.executable()) {
            digest = Digest.ofText(raw.hex() + " executable");
        }
        return new Part(path, placing, digest, null, null, header, found(path, content), null, gaps);
    }

    private static boolean isForeign(String path, Cursor content) throws FormatException {
        if (content.size() < 4) {
            return false;
        }
        boolean named =
                path.endsWith(".dll") || path.endsWith(".pyd") || path.endsWith(".dylib") || path.endsWith(".so");
        return MACH_O.contains(content.s4At(0)) || (named && content.u2At(0) == MZ);
    }

    private static String text(Cursor content) throws FormatException {
        return new String(content.bytesAt(0, content.size()), StandardCharsets.ISO_8859_1);
    }

    private static SortedMap<String, String> found(String path, Cursor content) throws FormatException {
        SortedMap<String, SortedSet<String>> found = new TreeMap<>();
        for (Extractors.Source source : Extractors.ALL.sources) {
            if (("/" + path).endsWith(source.path())) {
                Matcher matcher = source.pattern().matcher(text(content));
                while (matcher.find()) {
                    String key = source.key().replace("$1", matcher.group(1));
                    found.computeIfAbsent(key, _ -> new TreeSet<>()).add(matcher.group(matcher.groupCount()));
                }
            }
        }
        if (path.endsWith(".pxd") || path.endsWith(".pxi")) {
            String declared = CythonText.declarations(text(content));
            if (!declared.isEmpty()) {
                found.put(
                        "cython " + path,
                        new TreeSet<>(Set.of(Digest.ofText(declared).hex())));
            }
        }
        SortedMap<String, String> joined = new TreeMap<>();
        found.forEach((key, values) -> joined.put(key, String.join(" ", values)));
        return joined;
    }

    /** The message without the file, which is said beside it, and without the offset's unit. */
    private static String reason(FormatException e) {
        String message = e.getMessage();
        return message.startsWith(e.file() + ": ") ? message.substring(e.file().length() + 2) : message;
    }
}
