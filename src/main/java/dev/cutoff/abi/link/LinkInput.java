package dev.cutoff.abi.link;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.ArchiveSymbol;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.ElfType;
import dev.cutoff.abi.elf.LinkTimeCode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A file that a linker read, as far as its link's scope wants to know; one may be given to many links. */
public final class LinkInput {

    /** What it is. */
    sealed interface Content {

        record Shared(SharedLibrary library, SettledVersions settled) implements Content {}

        /**
         * An archive.
         *
         * @param offered the names in its index
         * @param weak what its members ask for weakly
         */
        record Members(Set<String> offered, Set<String> weak) implements Content {}

        /**
         * An object.
         *
         * @param names of its global symbols
         * @param weak what it asks for weakly
         */
        record Code(Set<String> names, Set<String> weak) implements Content {}

        /** An object of which nothing is known. */
        record Gone() implements Content {}

        /** A script that does no more than name libraries. */
        record Names() implements Content {}

        /** Code for link-time optimisation, members that stand elsewhere, a script that may define or ask anything. */
        record Opaque() implements Content {}
    }

    private final Content content;

    private LinkInput(Content content) {
        this.content = content;
    }

    Content content() {
        return content;
    }

    /**
     * Reads a file; the cursor is not used afterwards.
     *
     * @throws FormatException if it is damaged, or a library that is not understood
     */
    public static LinkInput read(Cursor file) throws FormatException {
        return new LinkInput(
                switch (FileKind.of(file)) {
                    case ELF -> elf(file);
                    case ARCHIVE -> members(file);
                    case THIN_ARCHIVE, BITCODE -> new Content.Opaque();
                    case OTHER -> script(file);
                });
    }

    /** A file of which nothing but that it was an object, with no intermediate code in it, is known. */
    public static LinkInput goneObject() {
        return new LinkInput(new Content.Gone());
    }

    private static final Pattern COMMENT_OR_QUOTED = Pattern.compile("(?s)/\\*.*?\\*/|\"[^\"]*\"");

    /** What stands before a parenthesis in scripts that only name inputs (ld's manual, "Commands Dealing with Files"). */
    private static final Set<String> NAMES_INPUTS = Set.of("GROUP", "INPUT", "AS_NEEDED", "OUTPUT_FORMAT");

    private static final Pattern PARENTHESIS = Pattern.compile("([\\w.]*)\\s*\\(");

    private static final int LONGEST_SCRIPT = 1 << 20;

    /** Scripts that assign to symbols, ask for them (DEFINED) or read inputs in another way (TARGET) are opaque. */
    private static Content script(Cursor file) throws FormatException {
        if (file.size() > LONGEST_SCRIPT) {
            return new Content.Opaque();
        }
        String text = new String(file.bytes(file.size()), StandardCharsets.ISO_8859_1);
        String plain = COMMENT_OR_QUOTED.matcher(text).replaceAll(" ");
        boolean asks = PARENTHESIS.matcher(plain).results().anyMatch(call -> !NAMES_INPUTS.contains(call.group(1)));
        return plain.indexOf('=') >= 0 || asks ? new Content.Opaque() : new Content.Names();
    }

    private static Content elf(Cursor file) throws FormatException {
        ElfFile elf = ElfFile.open(file);
        if (elf.header().type() == ElfType.SHARED) {
            SharedLibrary library = SharedLibrary.open(file);
            return new Content.Shared(library, SettledVersions.of(library));
        }
        boolean plain = elf.header().type() == ElfType.RELOCATABLE
                && elf.linkTimeCode().compiler() == LinkTimeCode.Compiler.NONE;
        return plain ? new Content.Code(names(elf), weak(elf)) : new Content.Opaque();
    }

    private static Set<String> names(ElfFile object) throws FormatException {
        return object.symbols().stream()
                .filter(ElfSymbol::global)
                .map(ElfSymbol::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> weak(ElfFile object) throws FormatException {
        Set<String> weak = new HashSet<>();
        for (ElfSymbol symbol : object.undefined()) {
            if (symbol.binding() == Binding.WEAK) {
                weak.add(symbol.name());
            }
        }
        return weak;
    }

    private static Content members(Cursor file) throws FormatException {
        Archive archive = Archive.read(file);
        ArchiveFace.checkMembers(file, archive);
        Set<String> weak = new HashSet<>();
        for (Member member : archive.members()) {
            Cursor content = member.content();
            if (content != null && FileKind.of(content) == FileKind.ELF) {
                weak.addAll(weak(ElfFile.open(content)));
            }
        }
        return new Content.Members(
                archive.symbols().stream().map(ArchiveSymbol::name).collect(Collectors.toUnmodifiableSet()), weak);
    }
}
