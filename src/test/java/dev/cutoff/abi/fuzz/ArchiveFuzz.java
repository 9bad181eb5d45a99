package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.ArchiveSymbol;
import dev.cutoff.abi.archive.Member;

/** Everything that can be asked of an archive. */
public final class ArchiveFuzz {

    private ArchiveFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            View.of(data, ArchiveFuzz::read);
        } catch (FormatException e) {
            // what damaged files are meant to give
        }
    }

    static int read(Cursor bytes) throws FormatException {
        Archive archive = Archive.read(bytes);
        int total = 1;
        for (Member member : archive.members()) {
            if (member.content() != null && member.content().size() != member.size()) {
                throw new AssertionError("member of another size: " + member);
            }
        }
        for (ArchiveSymbol symbol : archive.symbols()) {
            total += archive.members().get(symbol.member()).name().length();
        }
        return total;
    }
}
