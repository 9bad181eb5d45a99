package dev.cutoff.abi.archive;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.List;

/**
 * An archive of the ar command.
 *
 * @param thin whether members are files of their own
 * @param members in the archive's order, without the symbol index and the table of long names
 * @param indexed whether there is a symbol index; without one a linker does not look into the members
 * @param symbols the symbol index, in its own order: that in which a linker looks
 */
public record Archive(boolean thin, List<Member> members, boolean indexed, List<ArchiveSymbol> symbols) {

    /** Reads all headers, the long names and the symbol index; the members' bytes are not looked at. */
    public static Archive read(Cursor file) throws FormatException {
        return new ArchiveReader(file).read();
    }
}
