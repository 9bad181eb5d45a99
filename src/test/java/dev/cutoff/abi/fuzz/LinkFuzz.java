package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.link.LinkInput;
import dev.cutoff.abi.link.LinkScope;

/** What a link sees of any bytes: a scope that mentions every name of a few. */
public final class LinkFuzz {

    /** Names that seeds have: f, g, c3 and d are defined, e is asked for. */
    private static final LinkScope SCOPE =
            LinkScope.parse("link 2\narchives members\ncell 0\nsettled \n%s\n%s\n\n\n%s\n\n\n\n"
                    .formatted(hex("d"), hex("f") + hex("c3"), hex("e")));

    private LinkFuzz() {}

    private static String hex(String name) {
        return "%08x".formatted(name.hashCode());
    }

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            View.of(data, LinkFuzz::read);
        } catch (FormatException e) {
            // what damaged files are meant to give
        }
    }

    static int read(Cursor bytes) throws FormatException {
        LinkInput.read(bytes);
        if (SCOPE.difference(bytes, bytes).isPresent()) {
            throw new AssertionError("a file that differs from itself");
        }
        if (FileKind.of(bytes) == FileKind.ELF
                && SCOPE.bindsOtherwise(bytes, bytes).isPresent()) {
            throw new AssertionError("a library that is bound otherwise than itself");
        }
        return SCOPE.state(bytes).length();
    }
}
