package dev.cutoff.abi.rust;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.abi.elf.Visibility;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which objects bind to each other in a static link.
 *
 * @param defined names that others may use
 * @param wanted names that must come from others
 * @param own those of the defined ones that are hidden, so that a dynamic link would not show them
 */
public record Symbols(Set<String> defined, Set<String> wanted, Set<String> own) {

    /** As the default mangling of rustc writes it: the last part of the path is a closure, behind it stands a hash. */
    private static final Pattern CLOSURE =
            Pattern.compile("28_\\$u7b\\$\\$u7b\\$closure\\$u7d\\$\\$u7d\\$17h[0-9a-f]{16}E$");

    /**
     * Whether a symbol is a closure that its crate keeps for itself. rustc gives default visibility to what it lists for dependents,
     * closures that they may instantiate among it; only of glue, which is no closure, it lists hidden ones.
     */
    public boolean isOwnClosure(String symbol) {
        return own.contains(symbol) && CLOSURE.matcher(symbol).find();
    }

    /** Those of all objects of an rlib. */
    public static Symbols ofLibrary(Cursor rlib) throws FormatException {
        Symbols all = new Symbols(new HashSet<>(), new HashSet<>(), new HashSet<>());
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
        Symbols all = new Symbols(new HashSet<>(), new HashSet<>(), new HashSet<>());
        all.add(object);
        return all;
    }

    private void add(Cursor object) throws FormatException {
        for (ElfSymbol symbol : ElfFile.open(object).symbols()) {
            if (symbol.global()) {
                (symbol.defined() ? defined : wanted).add(symbol.name());
                if (symbol.defined() && symbol.visibility() == Visibility.HIDDEN) {
                    own.add(symbol.name());
                }
            }
        }
    }
}
