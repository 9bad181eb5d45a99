package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.abi.elf.Dynamic;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.elf.Segment;
import dev.cutoff.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Code and data of a binary, digested without what is of one build alone: build id, run path, debug information, names of
 * source files. Two builds of the same sources in folders of other names come out the same, unless they write the folder's
 * name into their data.
 */
final class CodeDigest {

    private static final int NOTE = 7;

    /** Where a run path stands, and what its length moves: of a file with one, what they say is read instead. */
    private static final Set<String> LOADER =
            Set.of(".dynamic", ".dynstr", ".dynsym", ".gnu.version_r", ".gnu.version_d", ".interp");

    private final MessageDigest sha = Digest.sha256();
    private final StringBuilder line = new StringBuilder();

    private CodeDigest() {}

    /** Of an ELF file, or an archive's members. */
    static Digest of(Cursor bytes) throws FormatException {
        CodeDigest digest = new CodeDigest();
        FileKind kind = FileKind.of(bytes);
        if (kind == FileKind.ELF) {
            digest.elf(bytes);
        } else if (kind == FileKind.ARCHIVE) {
            digest.archive(bytes);
        } else {
            return raw(bytes);
        }
        return Digest.ofHash(digest.sha.digest());
    }

    /** Of all bytes. */
    static Digest raw(Cursor bytes) throws FormatException {
        MessageDigest sha = Digest.sha256();
        bytes.digest(sha, 0, bytes.size());
        return Digest.ofHash(sha.digest());
    }

    private void archive(Cursor bytes) throws FormatException {
        for (Member member : Archive.read(bytes).members()) {
            Cursor content = member.content();
            word(member.name()).word(content == null ? null : of(content).hex()).end();
        }
    }

    private void elf(Cursor bytes) throws FormatException {
        ElfFile elf = ElfFile.open(bytes);
        boolean object = elf.header().type() == ElfType.RELOCATABLE;
        word(elf.header().type().name())
                .word(elf.header().machine())
                .word(elf.header().flags());
        end();
        Dynamic dynamic = elf.dynamic();
        boolean path = dynamic.rpath() != null || dynamic.runpath() != null;
        if (path) {
            loader(elf, dynamic);
        }
        if (elf.sections().isEmpty()) {
            segments(bytes, elf);
            return;
        }
        for (Section section : elf.sections()) {
            boolean counts = object ? !isDebug(section) : section.allocated() && !isOfThisBuild(section);
            if (counts && !(path && LOADER.contains(section.name()))) {
                word(section.name()).word(section.type()).word(section.flags()).word(section.size());
                word(object ? section.link() : 0)
                        .word(object ? section.info() : 0)
                        .end();
                Cursor content = elf.content(section);
                content.digest(sha, 0, content.size());
            }
        }
    }

    private void segments(Cursor bytes, ElfFile elf) throws FormatException {
        for (Segment segment : elf.segments()) {
            if (segment.type() == Segment.LOAD) {
                word("segment").word(segment.fileSize()).end();
                bytes.digest(sha, segment.offset(), segment.fileSize());
            }
        }
    }

    private static boolean isOfThisBuild(Section section) {
        return section.name().equals(".note.gnu.build-id")
                || (section.type() == NOTE && section.name().startsWith(".note.package"));
    }

    /** With the tables of relocations that belong to it. */
    private static boolean isDebug(Section section) {
        String name = section.name();
        int start = name.startsWith(".rela") ? 5 : name.startsWith(".rel") ? 4 : 0;
        return name.startsWith(".debug", start) || name.startsWith(".zdebug", start) || name.startsWith(".stab", start);
    }

    private void loader(ElfFile elf, Dynamic dynamic) throws FormatException {
        word("soname").word(dynamic.soname()).end();
        dynamic.needed().forEach(needed -> word("needed").word(needed).end());
        dynamic.filters().forEach(filter -> word("filter").word(filter).end());
        word("flags")
                .word(dynamic.flags())
                .word(dynamic.flags1())
                .word(elf.interpreter())
                .end();
        elf.definedVersions().forEach(version -> word("version").word(version).end());
        for (NeededVersion version : elf.neededVersions()) {
            word("needs").word(version.file()).word(version.name()).end();
        }
        for (ElfSymbol symbol : elf.dynamicSymbols()) {
            word(symbol.fullName())
                    .word(symbol.kind().name())
                    .word(symbol.binding().name());
            word(symbol.visibility().name()).word(symbol.section()).word(symbol.value());
            word(symbol.size()).end();
        }
    }

    private CodeDigest word(@Nullable String word) {
        line.append(word == null ? -1 : word.length()).append(':').append(word).append('\t');
        return this;
    }

    private CodeDigest word(long number) {
        line.append(number).append('\t');
        return this;
    }

    private void end() {
        // Names that are no UTF-8 hold lone surrogates, which only UTF-16 keeps.
        sha.update(line.append('\n').toString().getBytes(StandardCharsets.UTF_16LE));
        line.setLength(0);
    }
}
