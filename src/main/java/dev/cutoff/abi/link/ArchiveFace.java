package dev.cutoff.abi.link;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.ArchiveSymbol;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.link.FaceFact.Kind;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a link could see of an archive: the entries of its index that have names which the link could look for, in the
 * index's order, and the members behind them. Also the first member's head, by which the linker tells what machine an
 * archive is for.
 */
final class ArchiveFace {

    private ArchiveFace() {}

    static Face of(Cursor file, LinkScope scope) throws FormatException {
        Archive archive = Archive.read(file);
        checkMembers(file, archive);
        List<FaceFact> facts = new ArrayList<>();
        facts.add(new FaceFact(Kind.PROPERTY, "machine", archive.members().isEmpty() ? "none" : machine(archive)));
        Map<Integer, Integer> taken = new LinkedHashMap<>();
        for (ArchiveSymbol symbol : archive.symbols()) {
            String name = symbol.name();
            if (name.contains("@")) {
                throw file.wrong(0, "has a version in its index: " + name);
            }
            if (scope.mentions(name) || scope.asked(name)) {
                int place = taken.computeIfAbsent(symbol.member(), any -> taken.size());
                Member member = archive.members().get(symbol.member());
                facts.add(
                        new FaceFact(Kind.OFFERS, Names.plain(name), "in " + place + ":" + Names.plain(member.name())));
            }
        }
        for (Map.Entry<Integer, Integer> entry : taken.entrySet()) {
            Member member = archive.members().get(entry.getKey());
            facts.add(new FaceFact(
                    Kind.MEMBER,
                    Names.plain(member.name()),
                    "number " + entry.getValue() + " content " + digest(content(file, member))));
        }
        return new Face(List.copyOf(facts));
    }

    private static String machine(Archive archive) throws FormatException {
        Cursor first = archive.members().getFirst().content();
        if (first == null || FileKind.of(first) != FileKind.ELF) {
            return "unknown";
        }
        return digest(first.slice(0, Math.min(20, first.size()))).hex();
    }

    private static Digest digest(Cursor content) throws FormatException {
        return Digest.of(content.bytesAt(0, content.size()));
    }

    private static Cursor content(Cursor file, Member member) throws FormatException {
        Cursor content = member.content();
        if (content == null) {
            throw file.wrong(member.offset(), "has a member elsewhere");
        }
        return content;
    }

    /**
     * Checks that an archive holds its members, has an index where the linker looks for it, and holds no intermediate
     * code, which would be looked at as a whole, and no libraries.
     */
    static void checkMembers(Cursor file, Archive archive) throws FormatException {
        if (archive.thin()) {
            throw file.wrong(0, "is a thin archive");
        }
        if (archive.members().isEmpty()) {
            return;
        }
        String first = Cursor.text(file.bytesAt(8, 8));
        if (!archive.indexed() || !(first.startsWith("/ ") || first.equals("/SYM64/ "))) {
            throw file.wrong(8, "does not start with an index of its symbols");
        }
        for (Member member : archive.members()) {
            Cursor content = content(file, member);
            FileKind kind = FileKind.of(content);
            if (kind == FileKind.BITCODE || (kind == FileKind.ELF && !isPlainObject(content))) {
                throw content.wrong(0, "is no plain object");
            }
        }
    }

    private static boolean isPlainObject(Cursor member) throws FormatException {
        ElfFile object = ElfFile.open(member);
        return object.header().type() == ElfType.RELOCATABLE
                && object.linkTimeCode().compiler() == LinkTimeCode.Compiler.NONE;
    }
}
