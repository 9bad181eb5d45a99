package dev.cutoff.abi.rust;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import java.util.HashSet;
import java.util.Set;

/**
 * The names by which objects bind to each other in a static link.
 *
 * @param defined names that others may use
 * @param wanted names that must come from others
 */
public record Symbols(Set<String> defined, Set<String> wanted) {

    /** Those of all objects of an rlib. */
    public static Symbols ofLibrary(Cursor rlib) throws FormatException {
        Symbols all = new Symbols(new HashSet<>(), new HashSet<>());
        for (Member member : Archive.read(rlib).members()) {
            Cursor content = member.content();
            if (content != null && member.name().endsWith(".o")) {
                all.add(content);
            }
        }
        return all;
    }

    /** Those of one object. */
    public static Symbols ofObject(Cursor object) throws FormatException {
        Symbols all = new Symbols(new HashSet<>(), new HashSet<>());
        all.add(object);
        return all;
    }

    private void add(Cursor object) throws FormatException {
        for (ElfSymbol symbol : ElfFile.open(object).symbols()) {
            if (symbol.global()) {
                (symbol.defined() ? defined : wanted).add(symbol.name());
            }
        }
    }
}
